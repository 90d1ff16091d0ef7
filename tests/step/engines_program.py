"""Run steps of a script with the engines named on the command line and print what came of it, for ``test_engines.py``.

Each step is given to the engine as it is, with arguments that were never seen. It is to run over there, once, and its
result is to be found here under the key that it has here.
"""

from __future__ import annotations

import asyncio
import copy
import inspect
import json
import linecache
import multiprocessing
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import shipped_module

from memo import Store, memoize_step

RATE = 3


def helper(x):
    shipped_module.tell()
    return x * RATE


@memoize_step
def plain(x, y=1):
    return helper(x) + y


@memoize_step(version="1", ignore=("quiet",))
def versioned(point, quiet=True):
    return helper(point.x)


@memoize_step
def outer(x):
    return shipped_module.OFFSET + inner(x)


@memoize_step(version="1")
def inner(x):
    return helper(x) + 1


@memoize_step
def lines(x):
    yield helper(x)
    yield 2


@memoize_step
async def fetched(x):
    return helper(x) + 4


def scaled(factor, **options):
    @memoize_step(**options)
    def scale(x):
        return helper(x) * factor

    return scale


@dataclass
class Point:
    x: int
    y: float = 0.5

    @property
    def double(self):
        return twice(self.x)

    @memoize_step
    def norm(self, scale):
        return helper(self.x) * scale


def twice(x):
    return 2 * x


class Model:
    def __init__(self, size):
        self.size = size

    @memoize_step
    def fit(self, x):
        return self.size * helper(x)

    @memoize_step
    @classmethod
    def build(cls, x):
        return cls(helper(x)).size

    @memoize_step
    @staticmethod
    def load(x):
        return Model(helper(x)).size


def added(x, y):
    return helper(x) + y


class Adder:
    def __init__(self, by):
        self.by = by

    def __call__(self, x):
        return helper(x) + self.by


CELL = """
def half(x):
    return helper(x) / 2

@memoize_step
def in_cell(x):
    # A function of a notebook's cell has its source in linecache and nowhere else.
    return half(x) + 100
"""


def in_cell() -> Any:
    linecache.cache["<cell 1>"] = (len(CELL), None, CELL.splitlines(keepends=True), "<cell 1>")
    namespace = globals() | {}
    exec(compile(CELL, "<cell 1>", "exec"), namespace)
    return namespace["in_cell"]


def steps() -> dict[str, tuple[Any, Callable[[int], tuple[Any, ...]]]]:
    """Return steps and what makes arguments for them."""
    one = lambda n: (n,)  # noqa: E731
    return {
        "function of a module that is given a point": (shipped_module.given, lambda n: (Point(n),)),
        "method of a module that is given a point": (shipped_module.Counting().counted, lambda n: (Point(n),)),
        "function": (plain, one),
        "function that is given a point": (versioned, lambda n: (Point(n),)),
        "function that calls steps": (outer, one),
        "function of a module": (shipped_module.counted, one),
        "closure": (scaled(2), one),
        "closure with a version": (scaled({"by": 3}["by"], version="1", name="scale"), one),
        "of a cell": (in_cell(), one),
        "partial": (memoize_step(partial(added, y=5)), one),
        "callable instance": (memoize_step(Adder(6)), one),
        "bound method": (Model(2).fit, one),
        "bound method of a dataclass": (Point(4).norm, one),
        "unbound method": (Model.fit, lambda n: (Model(5), n)),
        "class method": (Model.build, one),
        "static method": (Model.load, one),
    }


def consumed(step: Any, *args: Any) -> Any:
    """Return what a call of a step comes to that does not return it."""
    made = step(*args)
    return asyncio.run(made) if inspect.iscoroutine(made) else list(made)


Run = Callable[..., Any]


@contextmanager
def pool(method: str) -> Iterator[Run]:
    with multiprocessing.get_context(method).Pool(1) as workers:
        yield lambda step, *args: workers.apply(step, args)


@contextmanager
def executor() -> Iterator[Run]:
    with ProcessPoolExecutor(1) as workers:
        yield lambda step, *args: workers.submit(step, *args).result()


@contextmanager
def mapped(method: str) -> Iterator[Run]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as workers:
        yield lambda step, *args: partial_step(step, args).map(args[-1:], workers)[0]


def partial_step(step: Any, args: tuple[Any, ...]) -> Any:
    """Return the step that *step* is for all arguments but the last: a bound method."""
    return step if len(args) == 1 else getattr(args[0], step.__name__)


@contextmanager
def here(way: Callable[[Any], Any]) -> Iterator[Run]:
    yield lambda step, *args: way(step)(*args)


@contextmanager
def loky() -> Iterator[Run]:
    import joblib

    yield lambda step, *args: joblib.Parallel(n_jobs=2)([joblib.delayed(step)(*args)])[0]


@contextmanager
def loky_map() -> Iterator[Run]:
    from joblib.externals.loky import get_reusable_executor

    with get_reusable_executor(1) as workers:
        yield lambda step, *args: partial_step(step, args).map(args[-1:], workers)[0]


@contextmanager
def dask(way: str) -> Iterator[Run]:
    with client() as there:
        yield {
            "submit": lambda step, *args: there.submit(step, *args).result(),
            "map": lambda step, *args: there.map(step, *[[value] for value in args])[0].result(),
            "delayed": lambda step, *args: delayed(step, *args).compute(),
            "get_executor": lambda step, *args: partial_step(step, args).map(args[-1:], there.get_executor())[0],
        }[way]


def delayed(step: Any, *args: Any) -> Any:
    import dask as library

    return library.delayed(step)(*args)


_client: list[Any] = []


@contextmanager
def client() -> Iterator[Any]:
    """Give a client of one cluster, which ends with the program."""
    if not _client:
        from distributed import Client, LocalCluster

        cluster = LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0")
        _client[:] = [Client(cluster), cluster]
    yield _client[0]


@contextmanager
def ray(way: str) -> Iterator[Run]:
    import ray as library

    if not library.is_initialized():
        library.init(num_cpus=1, include_dashboard=False, log_to_driver=False)

    @library.remote
    def call(step, args):
        return step(*args)

    def in_a_task(step: Any, *args: Any) -> Any:
        return library.get(call.remote(step, args))

    def captured(step: Any, *args: Any) -> Any:
        return library.get(library.remote(lambda: step(*args)).remote())

    yield {"task": in_a_task, "captured": captured}[way]


def cloudpickled(value: Any) -> Any:
    import cloudpickle

    return pickle.loads(cloudpickle.dumps(value))


ENGINES: dict[str, Callable[[], Any]] = {
    "pickle": lambda: here(lambda step: pickle.loads(pickle.dumps(step))),
    "cloudpickle": lambda: here(cloudpickled),
    "copy": lambda: here(copy.copy),
    "deepcopy": lambda: here(copy.deepcopy),
    "fork": lambda: pool("fork"),
    "spawn": lambda: pool("spawn"),
    "forkserver": lambda: pool("forkserver"),
    "ProcessPoolExecutor": executor,
    "map by fork": lambda: mapped("fork"),
    "map by spawn": lambda: mapped("spawn"),
    "joblib.Parallel": loky,
    "map by loky": loky_map,
    "dask submit": lambda: dask("submit"),
    "dask map": lambda: dask("map"),
    "dask delayed": lambda: dask("delayed"),
    "map by dask": lambda: dask("get_executor"),
    "ray task": lambda: ray("task"),
    "ray captured": lambda: ray("captured"),
}


def ran() -> list[str]:
    """Return the processes in which a body has run."""
    file = Path(os.environ["RAN"])
    return file.read_text().split() if file.exists() else []


def tried(run: Run, step: Any, args: tuple[Any, ...]) -> str:
    """Say what is wrong after *step* was run twice by an engine; nothing is if it memoizes there as here."""
    store = Store.shared()
    keys, before = {entry.key for entry in store.entries()}, len(ran())
    key = step.key(*args)
    if key in keys:
        return "was stored before"
    first = run(step, *args)
    runs = ran()[before:]
    if len(runs) != 1:
        return f"ran {len(runs)} times"
    place = "here" if runs == [str(os.getpid())] else "elsewhere"
    new = {entry.key for entry in store.entries()} - keys
    if key not in new:
        return f"was stored under {len(new)} other keys"
    second = run(step, *args)
    if len(ran()) != before + 1:
        return "ran again"
    found = step(*args) if step not in CONSUMED else consumed(step, *args)
    if len(ran()) != before + 1:
        return "ran again here"
    return f"once, {place}" if first == second == found else f"gave {first!r}, {second!r} and {found!r}"


CONSUMED = (lines, fetched)


def main(*names: str) -> None:
    numbers = count(1)
    found: dict[str, dict[str, str]] = {}
    for name in names:
        with ENGINES[name]() as run:
            found[name] = {what: tried(run, step, make(next(numbers))) for what, (step, make) in steps().items()}
            if not name.startswith("map"):
                for step in CONSUMED:
                    found[name][step.__name__] = tried(
                        lambda *call, run=run: run(consumed, *call), step, (next(numbers),)
                    )
    for each in _client:
        each.close()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
