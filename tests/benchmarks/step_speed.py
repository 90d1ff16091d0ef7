"""What a call of a step costs beside its peers: ``python tests/benchmarks/step_speed.py``.

The contestants take turns in one process, and each row prints multiples of what memo takes. The last rows take a hit
apart: what its code costs, with fifty helpers that call one another and with none, what the decorator itself costs over
key and store, and whether a map of stored calls costs more than the calls.
"""

from __future__ import annotations

import logging
import tempfile
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import diskcache

from memo import memoize_step

try:
    import joblib
except ImportError:
    joblib = None

ROUNDS, CALLS = 7, 2000

HELPERS = "LIMIT = 1\ndef h0(x): return x + LIMIT\n" + "".join(
    f"def h{number}(x): return h{number - 1}(x) + LIMIT\n" for number in range(1, 50)
)


def best(
    contestants: dict[str, Callable[[], object]], calls: int = CALLS, timer: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Return the best time of a call of each, in microseconds; they take turns."""
    timers = {name: timeit.Timer(call, timer=timer) for name, call in contestants.items()}
    times: dict[str, list[float]] = {name: [] for name in timers}
    for _ in range(ROUNDS):
        for name, timed in timers.items():
            times[name].append(timed.timeit(calls) / calls * 1e6)
    return {name: min(taken) for name, taken in times.items()}


def show(what: str, times: dict[str, float]) -> None:
    """Print a row: multiples of the first contestant."""
    first, *others = times
    ratios = ", ".join(f"{name} {times[name] / times[first]:.2f}x" for name in others)
    print(f"{what:44} {first} 1x, {ratios}   ({times[first]:.1f} us here)")


def work(x: int, y: int = 2) -> int:
    """Do next to nothing."""
    return x + y


def hits(directory: Path) -> None:
    """Print what a hit costs with two small arguments and a small result."""
    cache = diskcache.Cache(str(directory / "diskcache"))
    step, peer = memoize_step(store=directory / "memo")(work), cache.memoize()(work)
    cache.set("key", 3)
    contestants = {
        "memo": lambda: step(1),
        "diskcache.memoize": lambda: peer(1),
        "diskcache.Cache.get": lambda: cache.get("key"),
    }
    if joblib is not None:
        other = joblib.Memory(str(directory / "joblib"), verbose=0).cache(work)
        contestants["joblib.Memory"] = lambda: other(1)
    for call in contestants.values():
        call()
    show("a hit, two small arguments", best(contestants))
    cache.close()


def misses(directory: Path) -> None:
    """Print what a miss of an empty function costs."""
    cache = diskcache.Cache(str(directory / "diskcache-misses"))
    step, peer = memoize_step(store=directory / "memo-misses")(work), cache.memoize()(work)
    numbers = iter(range(10**9))
    contestants: dict[str, Callable[[], object]] = {
        "memo": lambda: step(next(numbers)),
        "diskcache.memoize": lambda: peer(next(numbers)),
    }
    show("a miss of an empty function", best(contestants, 300))
    cache.close()


def code(directory: Path) -> None:
    """Print what the code part of a hit costs."""
    space: dict[str, Callable[[int], int]] = {}
    exec(HELPERS, space)
    none = memoize_step(store=directory / "memo")(work)
    fifty = memoize_step(store=directory / "memo")(space["h49"])
    parts = SimpleNamespace(none=none._step._code.manifest, fifty=fifty._step._code.manifest)
    times = best({"no helper": parts.none, "fifty helpers": parts.fifty})
    show("the code part of a hit", times)
    print(f"{'':44} fifty helpers cost {times['fifty helpers'] - times['no helper']:.1f} us more (goal: under 10)")


def three(x: int, y: int = 2, z: int = 3) -> int:
    """Do next to nothing with three arguments."""
    return x + y + z


def decorator(directory: Path) -> None:
    """Print what a hit costs over its key and its look into the store: binding, settings, options, what is counted."""
    step = memoize_step(store=directory / "memo")(three)
    step(1, 2, 3)
    inner, key = step._step, step.key(1, 2, 3)
    store, names, values = inner.store, inner.binder.names, inner.binder.bind((1, 2, 3), {})
    contestants = {
        "hit": lambda: step(1, 2, 3),
        "key": lambda: inner.keyed(None, names, values),
        "store": lambda: store.load(key, inner.options.keeping),
        "binding": lambda: inner.binder.bind((1, 2, 3), {}),
        "nothing": lambda: None,
    }
    store._ledger.forget()  # its next write is far away
    times = best(contestants, 100, time.thread_time)  # differences of few microseconds
    nothing = times.pop("nothing")
    own = times["hit"] - times["key"] - times["store"] + nothing
    show("a hit, three small arguments", times)
    print(f"{'':44} the decorator itself takes {own:.1f} us (goal: under 2)")
    print(f"{'':44} binding three arguments takes {times['binding'] - nothing:.2f} us (goal: under 0.5)")


def maps(directory: Path) -> None:
    """Print what 10,000 stored calls cost as a map and one by one."""
    step = memoize_step(store=directory / "memo-maps")(work)
    numbers = range(10_000)
    step.map(numbers)
    times = best({"a call": lambda: [step(number) for number in numbers], "map": lambda: step.map(numbers)}, 1)
    times = {name: taken / len(numbers) for name, taken in times.items()}
    show("each of 10,000 hits", times)


def main() -> None:
    """Print the table."""
    logging.getLogger("memo").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as name:
        for part in (hits, misses, code, decorator, maps):
            part(Path(name))


if __name__ == "__main__":
    main()
