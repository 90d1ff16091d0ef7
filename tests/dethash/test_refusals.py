"""What has no digest is refused by its path, its type and what to do; nothing is consumed, closed or moved."""

# ruff: noqa: SIM115 - files are closed by a stack
from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import contextvars
import csv
import ctypes
import dbm.dumb
import fileinput
import gzip
import hashlib
import io
import itertools
import logging
import mmap
import multiprocessing
import pickle
import queue
import random
import re
import select
import selectors
import socket
import sqlite3
import ssl
import struct
import subprocess
import sys
import tarfile
import tempfile
import threading
import weakref
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from memo.dethash import det_hash, value_digest
from memo.errors import UnhashableError

FEATURES = "features"


def refusal(value: object) -> UnhashableError:
    with pytest.raises(UnhashableError) as error:
        det_hash(value)
    return error.value


def numbers() -> Any:
    yield from range(3)


async def awaited() -> None: ...


def raised() -> Any:
    try:
        1 / 0  # noqa: B018  for its error
    except ZeroDivisionError as error:
        return error.__traceback__


ITERATORS: dict[str, Callable[[], Any]] = {
    "generator": numbers, "list": lambda: iter([1, 2]), "dict": lambda: iter({1: 2, 3: 4}), "set": lambda: iter({1, 2}),
    "text": lambda: iter("ab"), "range": lambda: iter(range(2)), "zip": lambda: zip([1, 2], [3, 4], strict=True),
    "map": lambda: map(abs, [1, 2]), "filter": lambda: filter(None, [1, 2]), "enumerate": lambda: enumerate("ab"),
    "reversed": lambda: reversed([1, 2]), "count": itertools.count, "chain": lambda: itertools.chain([1], [2]),
    "islice": lambda: itertools.islice([1, 2], 2), "tee": lambda: itertools.tee([1, 2])[0],
    "called": lambda: iter(int, 1),
    "matches": lambda: re.finditer("a", "aa"), "rows": lambda: csv.reader(["a", "b"]),
    "unpacked": lambda: struct.iter_unpack("b", b"ab"), "elements": lambda: ET.iterparse(io.BytesIO(b"<a><b/></a>")),
}  # fmt: skip


@pytest.mark.parametrize("make", ITERATORS.values(), ids=ITERATORS)
def test_an_iterator_is_refused_and_not_advanced(make: Callable[[], Any]) -> None:
    """What it would have given it still gives."""
    value = make()
    assert "[0]" in refusal([value]).path
    assert "iterator" in refusal(value).reason
    first = next(value)
    assert type(first) is type(next(make()))
    assert repr(first)[:9] == repr(next(make()))[:9]


def file_values(directory: Path, stack: ExitStack) -> dict[str, Any]:
    """Return open files of all kinds, each of them somewhere in the middle."""
    path = directory / "file"
    path.write_text("hello\nworld\n")
    out: dict[str, Any] = {
        "text": path.open(),
        "bytes": path.open("rb"),
        "raw": path.open("rb", 0),
        "both": path.open("r+"),
    }
    out["compressed"] = gzip.open(directory / "file.gz", "wb")
    out["zip"] = zipfile.ZipFile(directory / "file.zip", "w")
    out["tar"] = tarfile.open(directory / "file.tar", "w")
    out["temporary"] = tempfile.TemporaryFile()
    out["named"] = tempfile.NamedTemporaryFile()
    out["spooled"] = tempfile.SpooledTemporaryFile()
    out["input"] = fileinput.input(path)
    out["database"] = dbm.dumb.open(str(directory / "dumb"))
    return {name: stack.enter_context(value) for name, value in out.items()}


def test_an_open_file_is_refused_and_not_moved(tmp_path: Path) -> None:
    """Its position stays, and it stays open."""
    with ExitStack() as stack:
        for name, value in file_values(tmp_path, stack).items():
            if name in ("text", "bytes", "raw", "both"):
                value.readline()
            where = value.tell() if hasattr(value, "tell") else None
            error = refusal({"data": [value]})
            assert ('value["data"][0]', True) == (error.path, "open file" in error.reason), name
            assert not getattr(value, "closed", False)
            assert where == (value.tell() if hasattr(value, "tell") else None)
        assert "open file" in refusal(sys.stdout).reason or sys.stdout is not sys.__stdout__


def connections(stack: ExitStack) -> dict[str, Any]:
    one, other = (stack.enter_context(end) for end in socket.socketpair())
    database = stack.enter_context(contextlib.closing(sqlite3.connect(":memory:")))
    ends = [stack.enter_context(end) for end in multiprocessing.Pipe()]
    return {
        "socket": one, "other socket": other, "database": database, "cursor": database.cursor(), "pipe": ends[0],
        "tls": ssl.create_default_context(), "selector": stack.enter_context(selectors.DefaultSelector()),
    }  # fmt: skip


def running(stack: ExitStack) -> dict[str, Any]:
    loop = stack.enter_context(contextlib.closing(asyncio.new_event_loop()))
    pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(1))
    process = stack.enter_context(subprocess.Popen([sys.executable, "-c", ""]))
    process.wait()
    future = loop.create_future()
    coroutine = awaited()
    stack.callback(coroutine.close)
    return {
        "loop": loop, "pool": pool, "process": process, "future": future, "other future": concurrent.futures.Future(),
        "coroutine": coroutine, "thread": threading.current_thread(), "timer": threading.Timer(1, print),
        "local": threading.local(), "child": multiprocessing.current_process(), "frame": sys._getframe(),
        "traceback": raised(), "token": contextvars.ContextVar[int]("v").set(1), "handler": logging.StreamHandler(),
    }  # fmt: skip


def locks() -> dict[str, Any]:
    return {
        "lock": threading.Lock(), "rlock": threading.RLock(), "condition": threading.Condition(),
        "event": threading.Event(),
        "semaphore": threading.Semaphore(), "barrier": threading.Barrier(2), "queue": queue.Queue(),
        "simple queue": queue.SimpleQueue(), "priority": queue.PriorityQueue(), "async lock": asyncio.Lock(),
        "async event": asyncio.Event(), "async queue": asyncio.Queue(),
    }  # fmt: skip


def others() -> dict[str, Any]:
    class Gone:
        pass

    return {
        "object": object(), "reference to nothing": weakref.ref(Gone()), "proxy of nothing": weakref.proxy(Gone()),
        "system random": random.SystemRandom(), "sha256": hashlib.sha256(b"x"), "compressor": zlib.compressobj(),
        "pointer": ctypes.pointer(ctypes.c_int(1)), "address": ctypes.c_void_p(1), "library": ctypes.CDLL(None),
        "pickler": pickle.Pickler(io.BytesIO()), "poll": select.poll(),
    }  # fmt: skip


def test_what_stands_for_something_outside_is_refused() -> None:
    """Connections, what runs, locks, channels, addresses: alone, inside of other values, and as an attribute."""
    with ExitStack() as stack:
        values = {**connections(stack), **running(stack), **locks(), **others()}
        assert len(values) > 40
        for name, value in values.items():
            error = refusal(value)
            assert ("value", True) == (error.path, bool(error.reason)), name
            assert type(value).__qualname__ in error.type_name, name
            assert refusal([{"k": (value,)}]).path == 'value[0]["k"][0]', name
            assert refusal(SimpleNamespace(inner=[0, value])).path == "value.inner[1]", name


def test_locks_and_queues_stay_as_they_are() -> None:
    """A held lock is held afterwards, a free one free; what is in a queue stays there."""
    lock, held, channel = threading.Lock(), threading.Lock(), queue.Queue()  # type: ignore[var-annotated]
    channel.put(1)
    with held:
        for value in (lock, held, channel):
            refusal(value)
        assert (False, True) == (lock.locked(), held.locked())
    assert 1 == channel.get_nowait()


def test_memory_that_is_gone_is_refused() -> None:
    """A closed file in memory, a released view, a closed mapping."""
    closed, view, mapped = io.BytesIO(), memoryview(b"a"), mmap.mmap(-1, 10)
    closed.close()
    view.release()
    mapped.close()
    assert ["it is closed", "it was released", "it is closed"] == [refusal(v).reason for v in (closed, view, mapped)]


# -- paths ------------------------------------------------------------------------------------------------------------


class Model:
    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


class Slots:
    __slots__ = ("inner",)


class Reduced(Model):
    def __reduce__(self) -> Any:
        return Reduced, (self.inner,), {"state": self.inner}


class State(Model):
    def __getstate__(self) -> Any:
        return {"kept": self.inner}


class Given(Model):
    def __det_hash__(self) -> Any:
        return {"given": self.inner}


class Items(list):
    pass


def slots(value: Any) -> Slots:
    out = Slots()
    out.inner = value
    return out


def in_a_cycle(value: Any) -> Model:
    model = Model()
    model.me = Model(back=model, lock=value)
    return model


LOCK = threading.Lock()
PATHS: dict[str, Callable[[Any], Any]] = {
    "value": lambda lock: lock,
    "value[2]": lambda lock: [0, 1, lock],
    "value[1][0]": lambda lock: (0, [lock]),
    'value["a"]': lambda lock: {"a": lock},
    'value["a b"][1]': lambda lock: {"a b": [0, lock]},
    'value["quoted \\"text\\""]': lambda lock: {'quoted "text"': lock},
    "value[1]": lambda lock: {1: lock},
    "value[None]": lambda lock: {None: lock},
    "value[<tuple>]": lambda lock: {(1, 2): lock},
    "value.keys()[...]": lambda lock: {lock: 1},
    "value{...}": lambda lock: {lock},
    "value{...}[0]": lambda lock: frozenset({(lock,)}),
    "value.model": lambda lock: Model(model=lock),
    'value["model"].callbacks[0]._lock': lambda lock: {"model": Model(callbacks=[Model(_lock=lock)])},
    "value.inner": slots,
    "value.kept": lambda lock: State(inner=lock),
    "value.state": lambda lock: Reduced(inner=lock),
    'value.__det_hash__()["given"]': lambda lock: Given(inner=lock),
    "value[0].inner": lambda lock: Items([Model(inner=lock)]),
    'value["b"][0]': lambda lock: OrderedDict(a=1, b=[lock]),
    "value[0]": lambda lock: deque((lock,)),
    "value.args[1]": lambda lock: ValueError(1, lock),
    "value()": weakref.ref,
    "value.get()": lambda lock: contextvars.ContextVar("v", default=lock),
    "value[0][0]": lambda lock: [(lock,), [lock]],
    "value.me.lock": in_a_cycle,
}


@pytest.mark.parametrize("path", PATHS)
def test_the_path_leads_to_the_culprit(path: str) -> None:
    """It is spelled as Python would reach it, and begins with the argument's name."""
    value = PATHS[path](LOCK)
    assert (path, "_thread.lock") == (refusal(value).path, refusal(value).type_name)
    with pytest.raises(UnhashableError) as error:
        value_digest(value, "features")
    assert path.replace("value", "features", 1) == error.value.path


def test_the_error_says_what_to_type_next() -> None:
    """The type's name is ready to be registered; the error survives pickling."""
    error = refusal({"model": [LOCK]})
    assert str(error).startswith('cannot hash value["model"][0]: _thread.lock has no deterministic form (it is a lock')
    assert 'memo.register_det_hash("_thread.lock")' in str(error)
    assert str(error) == str(pickle.loads(pickle.dumps(error)))


def test_a_long_or_strange_key_is_shortened() -> None:
    """Text of arguments does not flood the error."""
    path = refusal({"x" * 1000: LOCK}).path
    assert len(path) < 80
    assert path.startswith('value["xxx')
    assert refusal({"a\nb": LOCK}).path == 'value["a\\nb"]'


def test_classes_that_say_how_they_are_pickled_are_not_refused() -> None:
    """A subclass of a resource that knows its state has a digest."""

    class Restarted(threading.Thread):
        def __reduce__(self) -> Any:
            return Restarted, ()

    class Known(io.StringIO):
        pass

    assert det_hash(Restarted()) == det_hash(Restarted())
    assert det_hash(Known("a")) != det_hash(Known("b"))


def test_one_of_several_values_without_a_form_is_named_however_they_are_held() -> None:
    holders = [lambda held: [held], lambda held: {"a": held}, lambda held: {(1,): held}]
    for outer, inner, other_outer, other_inner in itertools.product(holders, repeat=4):
        value = [inner(outer(threading.Lock())), other_inner(other_outer(threading.Lock()))]
        assert re.match(r"value\[[01]\]\[", refusal(value).path)
