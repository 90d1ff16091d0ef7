"""How fast det_hash is beside the peers: ``python -m tests.benchmarks.det_hash_speed``.

The contestants take turns in one process, and each row prints the ratio of the best peer's time to memo's. A peer is
left out of a row only if it hashes two different values of that kind of data alike, or one value differently each time;
the pair is printed. joblib, dask, stablehash and datasets are taken if they are installed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import multiprocessing
import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from memo.dethash import det_hash
from tests.benchmarks.det_hash_arrays import arrays
from tests.benchmarks.det_hash_data import ROWS, Row, frame_pairs

Hash = Callable[[Any], object]
#: Seconds: who takes longer has one turn only.
SLOW = 5.0
#: Bytes of a stack for what recurses.
DEEP = 1 << 29


def spell(value: Any, depth: int = 3) -> str:
    """Return a value as text on one line that tells ``1`` from ``UserId(1)``."""
    if type(value) in (list, tuple, dict) and not depth:
        return "..."
    if type(value) in (list, tuple):
        return f"{type(value).__name__}({', '.join(spell(part, depth - 1) for part in value)})"
    if type(value) is dict:
        return "{" + ", ".join(f"{key!r}: {spell(part, depth - 1)}" for key, part in value.items()) + "}"
    text = "; ".join(str(value).split("\n"))
    return text if type(value).__module__ == "builtins" else f"{type(value).__name__}({text})"


@dataclass
class Contest:
    """The contestants of one row and what became of them."""

    row: Row
    left_out: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    given_up: set[str] = field(default_factory=set)

    def check(self, name: str, call: Hash, value: Any) -> bool:
        """Say whether *name* may take part."""
        for one, other in self.row.pairs if self.row.name[:5] != "frame" else frame_pairs():
            try:
                alike = call(one) == call(other)
            except Exception as error:  # noqa: BLE001  whatever a peer raises, it cannot take part
                self.left_out[name] = f"raises {type(error).__name__} for {one!r:.60}"
                return False
            if alike:
                self.left_out[name] = f"{spell(one):.60} and {spell(other):.60} are alike"
                if self.row.deep and not self.row.patience:  # to be seen beside the others all the same
                    self.time(name, call, value)
                return False
        if self.row.patience and name != "memo":
            longest = self.row.patience * self.seconds["memo"]
            if not ends(call, value, longest):
                self.seconds[name] = longest
                self.given_up.add(name)
                return True
        try:
            first = self.time(name, call, value)
            if self.seconds[name] < SLOW and first != call(value):
                self.left_out[name] = "another digest each time"
        except Exception as error:  # noqa: BLE001
            self.left_out[name] = f"raises {type(error).__name__}"
        return name not in self.left_out

    def time(self, name: str, call: Hash, value: Any) -> object:
        """Take the time of one turn; return the digest."""
        gc.collect()
        digest: object = None
        start = time.perf_counter()
        for _ in range(self.row.repeat):
            digest = call(value)
        took = (time.perf_counter() - start) / self.row.repeat
        self.seconds[name] = min(took, self.seconds.get(name, took))
        return digest

    def run(self, contestants: dict[str, Hash], turns: int = 3) -> None:
        """Time all contestants, taking turns."""
        value = self.row.make(random.Random(7))
        if self.row.deep:
            deep = {
                f"{name} on a deep stack": on_deep_stack(call) for name, call in contestants.items() if name != "memo"
            }
            contestants = contestants | deep
        playing = {name: call for name, call in contestants.items() if self.check(name, call, value)}
        for _ in range(turns):
            for name, call in playing.items():
                if self.seconds[name] < SLOW and name not in self.given_up:
                    self.time(name, call, value)


def ends(call: Hash, value: Any, seconds: float) -> bool:
    """Say whether *call* is done with *value* after so many seconds, however it ends, in a process of its own."""
    child = multiprocessing.get_context("fork").Process(target=quietly, args=(call, value))
    child.start()
    child.join(seconds)
    is_done = not child.is_alive()
    child.kill()
    child.join()
    return is_done


def quietly(call: Hash, value: Any) -> None:
    """Call it, whatever it raises."""
    with contextlib.suppress(Exception):
        call(value)


def on_deep_stack(call: Hash) -> Hash:
    """Return *call* with a stack that is deep enough for what recurses: neither memo nor Python's default has one."""

    def called(value: Any) -> object:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(call, value).result()

    def deeply(value: Any) -> object:
        limit, size = sys.getrecursionlimit(), threading.stack_size(DEEP)
        sys.setrecursionlimit(10**6)
        try:
            return called(value)
        finally:
            sys.setrecursionlimit(limit)
            threading.stack_size(size)

    return deeply


def contestants() -> dict[str, Hash]:
    """Return memo and the installed peers."""
    out: dict[str, Hash] = {"memo": det_hash}
    for name, module, get in (
        ("dask", "dask.tokenize", lambda m: m.tokenize),
        ("joblib", "joblib", lambda m: m.hash),
        ("stablehash", "stablehash", lambda m: lambda value: m.stablehash(value).hexdigest()),
        ("datasets", "datasets.fingerprint", lambda m: m.Hasher.hash),
    ):
        try:
            out[name] = get(importlib.import_module(module))
        except ImportError:
            print(f"({name} is not installed)")
    return out


def main() -> None:
    """Print the table."""
    wanted = sys.argv[1:]
    players = contestants()
    print(f"{'data':32} {'memo':>6} {'best peer':>20} {'ratio':>7} {'goal':>5}   the others, as multiples of memo")
    for row in ROWS:
        if wanted and not any(word in row.name for word in wanted):
            continue
        contest = Contest(row)
        contest.run(players)
        ours = contest.seconds.pop("memo")
        playing = [item for item in contest.seconds.items() if item[0] not in contest.left_out]
        ranked = sorted(playing, key=lambda item: item[1])
        shown = [
            (name, f"{'over ' if name in contest.given_up else ''}{seconds / ours:.1f}x") for name, seconds in ranked
        ]
        best = f"{shown[0][0]:>20} {shown[0][1]:>7}" if shown else f"{'none':>20} {'':>7}"
        rest = ", ".join(f"{name} {ratio}" for name, ratio in shown[1:])
        print(f"{row.name:32} {'1x':>6} {best} {row.goal:>4}x   {rest}")
        for name, reason in contest.left_out.items():
            took = f", {contest.seconds[name] / ours:.1f}x" if name in contest.seconds else ""
            print(f"{'':32} left out: {name}: {reason}{took}")
    if not wanted or "arrays" in wanted:
        for name, found in arrays():
            print(
                f"array of 256 MiB, {name}: {found.blake3:.2f} of BLAKE3 with threads, {found.copied:.2f} of a copy "
                f"and BLAKE3; {found.bound:.2f} by processor time; {found.extra:.0f} MiB of extra memory"
            )


if __name__ == "__main__":
    main()
