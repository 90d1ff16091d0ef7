"""Ship steps of a script to other processes by every engine and print what they say there, for ``test_shipping.py``."""

from __future__ import annotations

import json
import linecache
import multiprocessing
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import shipped_module

from memo import memoize_step

RATE = 3


@dataclass
class Point:
    x: int = 1
    y: float = 0.5


def helper(x):
    return x * RATE + Point(2).x


@memoize_step
def plain(x):
    return helper(x) + shipped_module.OFFSET


@memoize_step(version="1")
def versioned(x):
    return x


@memoize_step
def countdown(n):
    return 0 if n == 0 else countdown(n - 1) + other(n - 1)


@memoize_step
def other(n):
    return 1 if n == 0 else countdown(n - 1)


def scaled(factor, **options):
    @memoize_step(**options)
    def scale(x):
        return x * factor

    return scale


class Model:
    def __init__(self, size):
        self.size = size

    @memoize_step
    def fit(self, x):
        return self.size * x + helper(1)

    @memoize_step
    @classmethod
    def build(cls, x):
        return cls(x).size

    @memoize_step
    @staticmethod
    def load(x):
        return Model(x).size


CELL = """
@memoize_step
def in_cell(x):
    # A function of a notebook's cell has its source in linecache and nowhere else.
    return helper(x) + 100
"""


def in_cell() -> Any:
    linecache.cache["<cell 1>"] = (len(CELL), None, CELL.splitlines(keepends=True), "<cell 1>")
    namespace = globals() | {}
    exec(compile(CELL, "<cell 1>", "exec"), namespace)
    return namespace["in_cell"]


def asked(step: Any, args: tuple[Any, ...]) -> tuple[str, bool, Any, int]:
    """Return a call's key, whether it is stored, and its result, as they are here, and the process."""
    return step.key(*args), step.is_cached(*args), step(*args), os.getpid()


def steps() -> dict[str, tuple[Any, tuple[Any, ...]]]:
    return {
        "plain": (plain, (1,)),
        "with a point": (plain, (2,)),
        "versioned": (versioned, (1,)),
        "recursive": (countdown, (4,)),
        "in a module": (shipped_module.step, (1,)),
        "closure": (scaled(2), (5,)),
        "versioned closure": (scaled(3, version="1"), (5,)),
        "of a cell": (in_cell(), (1,)),
        "bound method": (Model(2).fit, (3,)),
        "unbound method": (Model.fit, (Model(4), 3)),
        "class method": (Model.build, (7,)),
        "static method": (Model.load, (8,)),
    }


def start_methods() -> list[str]:
    """Return Python's own ways to start a process: joblib adds one of its own to them."""
    return [method for method in multiprocessing.get_all_start_methods() if "loky" not in method]


def engines() -> Iterator[tuple[str, Callable[[list[Any]], list[Any]]]]:
    for method in start_methods():

        def pooled(jobs: list[Any], method: str = method) -> list[Any]:
            with multiprocessing.get_context(method).Pool(1) as pool:
                return pool.starmap(asked, jobs)

        yield method, pooled

    def executed(jobs: list[Any]) -> list[Any]:
        with ProcessPoolExecutor(1) as executor:
            return [future.result() for future in [executor.submit(asked, *job) for job in jobs]]

    yield "ProcessPoolExecutor", executed
    try:
        import cloudpickle
        import joblib
    except ImportError:
        return

    yield "cloudpickle", lambda jobs: [asked(*pickle.loads(cloudpickle.dumps(job))) for job in jobs]
    yield "loky", lambda jobs: joblib.Parallel(n_jobs=2)(joblib.delayed(asked)(*job) for job in jobs)


def main() -> None:
    made = steps()
    here = {name: (step.key(*args), step(*args)) for name, (step, args) in made.items()}
    found = {}
    for engine, run in engines():
        answers = run(list(made.values()))
        found[engine] = {
            name: [
                "same key" if key == here[name][0] else "another key",
                "stored" if is_stored else "not stored",
                "same result" if result == here[name][1] else repr(result),
                "elsewhere" if process != os.getpid() else "here",
            ]
            for name, (key, is_stored, result, process) in zip(made, answers, strict=True)
        }
    # What is changed here and not over there: results of other code must not get this code's keys.
    changed = {}
    shipped_module.OFFSET = 5000
    for engine, run in engines():
        if engine in ("spawn", "loky"):
            step, args = plain, (10 + len(changed),)
            ((key, _, result, _),) = run([(step, args)])
            changed[engine] = [key == step.key(*args), result, step(*args)]
    sizes = {name: len(pickle.dumps(made[name][0])) for name in ("plain", "recursive", "in a module", "closure")}
    json.dump([found, changed, sizes], sys.stdout)


if __name__ == "__main__":
    main()
