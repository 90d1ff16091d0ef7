"""What a hit, a miss and a large result cost beside their peers: ``python -m tests.benchmarks.store_speed``.

Each row is what memo took as a multiple of what a peer took in the same run, in turns, the best of each; the goal is
beside it. What is asked of a fresh process is measured in some. Arguments choose parts, such as ``hit miss``.
"""

from __future__ import annotations

import logging
import os
import resource
import subprocess
import sys
import tempfile
import timeit
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import diskcache

from memo import Store, memoize_step
from tests.benchmarks import store_programs as programs
from tests.benchmarks.many_entries import fill

ENTRIES, CHUNK = 2000, 100
REQUIRED = "import blake3, click, diskcache, rich, wrapt, xxhash"

Call = Callable[[], object]
Times = dict[str, float]


class Row(NamedTuple):
    """One line of the table: the less of what a peer takes, the better."""

    what: str
    peer: str
    ratio: float
    goal: float
    memo: str

    def __str__(self) -> str:
        verdict = "met" if self.ratio <= self.goal else "missed"
        return f"| {self.what} | {self.peer} | {self.ratio:.2f} | {self.goal:.3g} | {verdict} | {self.memo} |"


def rows(what: str, times: Times, goals: Times, unit: str = "us") -> Iterator[Row]:
    """Yield a row for each peer that was measured and has a goal."""
    for peer in goals.keys() & times.keys():
        yield Row(what, peer, times["memo"] / times[peer], goals[peer], f"{times['memo']:.3g} {unit}")


def best(contestants: dict[str, Call], calls: int, rounds: int) -> Times:
    """Return the best time of a call of each, in microseconds; they take turns."""
    timers = {name: timeit.Timer(call) for name, call in contestants.items()}
    times: dict[str, list[float]] = {name: [] for name in timers}
    for _ in range(rounds):
        for name, timer in timers.items():
            times[name].append(timer.timeit(calls) / calls * 1e6)
    return {name: min(taken) for name, taken in times.items()}


def work(x: int, y: int = 2) -> int:
    """Do next to nothing."""
    return x + y


def hit(directory: Path) -> Iterator[Row]:
    """Small hits: of keys that this process has not met yet, and of one that it has."""
    cache = diskcache.Cache(str(directory / "diskcache"))
    peers: dict[str, Callable[[int], object]] = {"diskcache.memoize": cache.memoize()(work)}
    try:
        import joblib
    except ImportError:
        pass
    else:
        peers["joblib.Memory"] = joblib.Memory(str(directory / "joblib"), verbose=0).cache(work)
    step = memoize_step(store=directory / "memo")(work)
    for number in range(ENTRIES):
        cache.set(str(number), number)
        for call in (step, *peers.values()):
            call(number)
    peers["diskcache.Cache.get"] = lambda number: cache.get(str(number))

    times: dict[str, list[float]] = {name: [] for name in ("memo", *peers)}
    for _ in range(5):
        step = memoize_step(store=Store(directory / "memo"))(work)  # one that has met nothing yet, but its own code
        step(-1)
        for start in range(0, ENTRIES, CHUNK):
            for name, call in {"memo": step, **peers}.items():
                times[name].append(one_by_one(call, start))
    goals = {"diskcache.memoize": 0.5, "joblib.Memory": 0.125, "diskcache.Cache.get": 1.6}
    yield from rows("a hit from disk", {name: min(taken) for name, taken in times.items()}, goals)

    contestants: dict[str, Call] = {"memo": lambda: step(1), "diskcache.Cache.get": lambda: cache.get("1")}
    yield from rows("a hit again", best(contestants, 500, 25), {"diskcache.Cache.get": 1.0})
    cache.close()


def one_by_one(call: Callable[[int], object], start: int) -> float:
    """Return how many microseconds it takes to *call* with a number, of those that follow *start*."""
    return timeit.timeit(lambda: [call(number) for number in range(start, start + CHUNK)], number=1) / CHUNK * 1e6


def miss(directory: Path) -> Iterator[Row]:
    """A miss of an empty function."""
    cache = diskcache.Cache(str(directory / "diskcache"))
    step, peer = memoize_step(store=directory / "memo")(work), cache.memoize()(work)
    numbers = count()
    contestants: dict[str, Call] = {
        "memo": lambda: step(next(numbers)),
        "diskcache.memoize": lambda: peer(next(numbers)),
    }
    yield from rows("a miss of an empty function", best(contestants, 100, 40), {"diskcache.memoize": 1.0})
    cache.close()


# -- in processes of their own ------------------------------------------------------------------------------------


def run(program: str, argument: object = "") -> list[float]:
    """Run *program* in a fresh process and return the numbers that it prints."""
    command = [sys.executable, "-c", program, str(argument)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()]


def large(directory: Path) -> Iterator[Row]:
    """An array of 100 MiB, found in a fresh process and again there."""
    ways = {"memo": (programs.LARGE_MEMO, directory / "memo"), "joblib": (programs.LARGE_JOBLIB, directory / "joblib")}
    found: dict[str, list[list[float]]] = {name: [] for name in ways}
    for _ in range(6):  # the first stores it, which takes longer than any hit
        for name, way in ways.items():
            found[name].append(run(*way))
    first, again = ({name: min(each[place] for each in printed) for name, printed in found.items()} for place in (0, 1))
    yield from rows("100 MiB, verified, in a fresh process", first, {"joblib": 1 / 3}, "ms")
    peer = 'joblib, mmap_mode="r"'
    yield from rows("100 MiB again", {"memo": again["memo"], peer: again["joblib"]}, {peer: 1.0}, "ms")


def frame(directory: Path) -> Iterator[Row]:
    """A frame of a million rows."""
    memo, peer = run(programs.FRAME, directory / "memo")
    yield from rows("a frame of a million rows", {"memo": memo, "Arrow IPC": peer}, {"Arrow IPC": 1.0}, "ms")


def writing(directory: Path) -> Iterator[Row]:
    """Writing an array of 100 MiB: the store alone, and a whole miss, in which the result also gets its digest."""
    store, whole, peer = run(programs.WRITING, directory / "memo")
    name = "numpy.save and fsync"
    yield from rows("storing 100 MiB", {"memo": store, name: peer}, {name: 1.3}, "ms")
    yield from rows("a miss with a result of 100 MiB", {"memo": whole, name: peer}, {name: 1.3}, "ms")


def memory(directory: Path) -> Iterator[Row]:
    """What a miss and then a hit of 256 MiB take at their peaks."""
    for what in ("peak memory of a miss", "peak memory of a hit"):
        (taken,) = run(programs.MEMORY, directory / "memo")
        yield Row(what, "the result", taken, 1.05, f"{taken * 256:.0f} MiB")


def turns(ways: dict[str, tuple[str, object]], rounds: int = 12) -> Times:
    """Return how long each program computes from its start to its end, in milliseconds, at best; they take turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 2):
        for name, way in ways.items():
            before = computed()
            run(*way)
            times[name].append(computed() - before)
    return {name: min(taken[2:]) for name, taken in times.items()}  # the first two compile and store


def computed() -> float:
    """Return how many milliseconds the processes that have ended took, whatever else kept the machine busy."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (usage.ru_utime + usage.ru_stime) * 1e3


def fresh(directory: Path) -> Iterator[Row]:
    """A fresh process to its first hit: start, import, open, look up."""
    module = programs.FRESH_MODULE.format(store=str(directory / "code"))
    (directory / "fresh_module.py").write_text(module)
    times = turns(
        {
            "version": (programs.FRESH_MEMO, directory / "memo"),
            "code": (programs.FRESH_CODE, directory),
            "wrapt": ("import wrapt", ""),
            "diskcache": (programs.FRESH_DISKCACHE, directory / "diskcache"),
        }
    )
    goals = {"diskcache": 1.0}
    yield from rows("a process to its first hit, version=", {**times, "memo": times["version"]}, goals, "ms")
    yield from rows("a process to its first hit, by its code", {**times, "memo": times["code"]}, goals, "ms")
    yield from rows("a process that imports wrapt and ends", {**times, "memo": times["wrapt"]}, goals, "ms")


def imports(_: Path) -> Iterator[Row]:
    """The import of ``memoize_step`` beside that of what memo requires."""
    peer, statement = "its dependencies", "from memo import memoize_step"
    yield from rows(statement, turns({"memo": (statement, ""), peer: (REQUIRED, "")}), {peer: 1.2}, "ms")


def many(directory: Path) -> Iterator[Row]:
    """A million small entries: looking one up, summing them up, and the files that they take."""
    few, lots = directory / "few", directory / "many"
    fill(few, 1000)
    fill(lots, 1_000_000)
    stores = {path: Store(path) for path in (few, lots)}
    keys = {path: iter([key for key, _ in store.find_keys("", 1000)]) for path, store in stores.items()}
    contestants: dict[str, Call] = {
        "memo": lambda: stores[lots].load(next(keys[lots])),
        "with a thousand": lambda: stores[few].load(next(keys[few])),
    }
    yield from rows("a lookup among a million", best(contestants, 90, 10), {"with a thousand": 1.1})
    command = [sys.executable, "-m", "memo", "stats", "--store", str(lots)]
    seconds = min(timeit.repeat(lambda: subprocess.run(command, check=True, capture_output=True), number=1, repeat=3))
    yield Row("memo stats of a million", "two seconds", seconds / 2, 1.0, f"{seconds:.2g} s")
    others = sum(not path.name.startswith("cache.db") for path in lots.iterdir())
    yield Row("files beside the database", "none", float(others), 0.0, str(others))


PARTS = {part.__name__: part for part in (hit, miss, large, frame, writing, memory, fresh, imports, many)}


def main() -> None:
    """Print the table."""
    logging.getLogger("memo").setLevel(logging.WARNING)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(Path.cwd()))))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is imported was compiled before, as where it is installed
    print("| what | beside | ratio | goal | | memo here |\n|---|---|---|---|---|---|")
    for name in sys.argv[1:] or PARTS:
        with tempfile.TemporaryDirectory() as directory:
            os.environ["PYTHONPYCACHEPREFIX"] = f"{directory}/compiled"
            for row in PARTS[name](Path(directory)):
                print(row, flush=True)


if __name__ == "__main__":
    main()
