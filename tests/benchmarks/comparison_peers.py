"""The tools that the comparison runs: how each is told to keep the results of a function, and the program to keep.

Each prelude defines ``cached``, a decorator, the way its documentation does. Where a tool has no decorator for plain
functions, a few lines bind the arguments and hand the function over; where it offers a choice, it gets the careful one.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

#: Binds arguments for tools that take them by name only.
BOUND = """
import inspect


def by_name(function, call):
    signature = inspect.signature(function)
    return lambda *args, **kwargs: call(signature.bind(*args, **kwargs).arguments)
"""

HAMILTON = """
def cached(function):
    from hamilton import ad_hoc_utils, driver

    module = ad_hoc_utils.create_temporary_module(function)
    flow = driver.Builder().with_modules(module).with_cache(path="store").build()
    name = function.__name__
    return by_name(function, lambda inputs: flow.execute([name], inputs=inputs)[name])
"""

TANGO = """
from tango import step
from tango.workspaces import LocalWorkspace


def cached(function):
    made = step(exist_ok=True)(function)
    return by_name(function, lambda inputs: made(**inputs).result(LocalWorkspace("store")))
"""

CASHET = """
import os

import cashet

serializer = cashet.SafePickleSerializer() if os.environ.get("SAFE") else cashet.PickleSerializer()
client = cashet.Client("store", serializer=serializer)


def cached(function):
    return lambda *args, **kwargs: client.submit(function, *args, **kwargs).load()
"""

# dask keeps a result for as long as somebody holds it, under a key. The files stand for that somebody.
DASK = """
import pickle
from pathlib import Path

import dask


def cached(function):
    def call(*args, **kwargs):
        task = dask.delayed(function, pure=True)(*args, **kwargs)
        path = Path("store", task.key)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(pickle.dumps(task.compute(scheduler="synchronous")))
        return pickle.loads(path.read_bytes())

    return call
"""

# Streamlit keeps results on disk in its server only, so the program gets the runtime that the server makes.
STREAMLIT = """
import streamlit
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

Runtime(RuntimeConfig("program.py", MemoryMediaFileStorage("/media"), MemoryUploadedFileManager("/upload")))
cached = streamlit.cache_data(persist="disk", show_spinner=False)
"""

#: A function for each question. ``note`` says that a body runs, ``look`` what is in a value.
PROGRAM = '''
import sys
from typing import Any

from note import look, note
from parts import PLUS, Shape, tax
{prelude}

LIMIT = 2


def helper(x):
    return x * 10


def make(offset):
    def add(x):
        return x + offset

    return add


add = make(1)


def unrelated(x):
    return x


@cached
def work(x: Any, scale: Any = 1) -> Any:
    """Do the work."""
    # The body runs.
    note()
    return x * 7 * scale


@cached
def helped(x: Any) -> Any:
    note()
    return helper(x)


@cached
def limited(x: Any) -> Any:
    note()
    return x * LIMIT


@cached
def closed(x: Any) -> Any:
    note()
    return add(x)


@cached
def taxed(x: Any) -> Any:
    note()
    return tax(x)


@cached
def area(shape: Any) -> Any:
    note()
    return shape.area()


@cached
def shown(value: Any) -> Any:
    note()
    return look(value)


@cached
def table(size: Any) -> Any:
    import numpy

    note()
    return numpy.arange(size)


@cached
def listed(x: Any) -> Any:
    note()
    return [x]


@cached
def hidden(x: Any) -> Any:
    note()
    return getattr(__import__("builtins"), "RESULT", x)
'''

ASK = '\n\nprint("result:", repr(eval(sys.argv[1])))\n'

NOTE = '''
"""What the questions are answered with."""


def note():
    with open("ran", "a") as file:
        file.write("x")
    wait()


def wait():
    """Say that a body has begun, and stay in it for as long as somebody wants to see whether another one begins."""
    import os
    import time

    if os.environ.get("STAY"):
        open(f"inside-{os.getpid()}", "w").close()
        while not os.path.exists("go"):
            time.sleep(0.01)


def look(value):
    if callable(value):
        return value(1)
    if hasattr(value, "dtype"):
        return repr(value.tolist()) if value.dtype == object else float(value.sum())
    return repr(sorted(value)) if isinstance(value, set) else repr(value)
'''

PARTS = """
from dataclasses import dataclass

PLUS = [lambda x: x + 1, lambda x: x + 2]


def tax(x):
    return x + 5


@dataclass
class Shape:
    side: int

    def area(self):
        return self.side * self.side
"""


def plain(text: str) -> str:
    """Return a program that is run as it is."""
    return text + ASK


def marimo_app(text: str) -> str:
    """Return a marimo notebook with the program in a cell; run as a script, it runs its cells."""
    text = text.replace("@cached", '@marimo.persistent_cache(save_path="store")')  # each function needs one of its own
    cell = textwrap.indent(text + ASK, "    ")
    head = "import marimo\n\napp = marimo.App()\n\n\n@app.cell\ndef _():\n"
    return f"{head}{cell}    return\n\n\nif __name__ == '__main__':\n    app.run()\n"


@dataclass(frozen=True, eq=False)
class Peer:
    """A tool.

    Attributes:
        name: what the table calls it.
        distribution: what is installed; empty for the standard library.
        prelude: code that defines ``cached``.
        program: how the text becomes a program.
        stores: whether it keeps anything beyond the process by itself.
        in_jupyter: whether its functions are made for Jupyter notebooks.
        guard: what protects it from planted results, as an environment that its user sets, and the name of that.
    """

    name: str
    distribution: str
    prelude: str
    program: Callable[[str], str] = plain
    stores: bool = True
    in_jupyter: bool = True
    guard: tuple[str, dict[str, str]] | None = None


PEERS = [
    Peer(
        "memo",
        "memoize-step",
        "from memo import memoize_step as cached",
        guard=("a secret", {"MEMO_SECRET": "0123456789abcdef" * 4}),
    ),
    Peer("functools.cache", "", "from functools import cache as cached", stores=False),
    Peer("joblib.Memory", "joblib", "import joblib\ncached = joblib.Memory('store', verbose=0).cache"),
    Peer("diskcache", "diskcache", "import diskcache\ncached = diskcache.Cache('store').memoize()"),
    Peer("cachier", "cachier", "import cachier\ncached = cachier.cachier(cache_dir='store')"),
    Peer(
        "checkpointer",
        "checkpointer",
        "import checkpointer\ncached = checkpointer.Checkpointer(directory='store', capture=True, verbosity=0)",
    ),
    Peer("cashet", "cashet", CASHET, guard=("its safe serializer", {"SAFE": "1"})),
    Peer("Streamlit", "streamlit", STREAMLIT, in_jupyter=False),
    Peer(
        "marimo",
        "marimo",
        "import marimo",
        program=marimo_app,
        in_jupyter=False,
    ),
    Peer("Hamilton", "apache-hamilton", BOUND + HAMILTON),
    Peer("Tango", "ai2-tango", BOUND + TANGO),
    Peer("dask", "dask", DASK, stores=False),
]
