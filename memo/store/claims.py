"""One computation per key: who has the claim computes, and others wait for the result.

A claim excludes the other threads and tasks of this process through a table, and other processes through a lock that
the kernel drops when its process dies. Whoever waits asks again and again, so that nothing that goes wrong can leave
anybody waiting for a sign that does not come. In doubt two compute the same: that costs time, and hanging costs more.
"""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, Self

import xxhash

from memo.store.fork import watch_forks
from memo.store.ranges import LockFile, Ranges, try_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST_PAUSE: Final = 0.0005  # seconds
LONGEST_PAUSE: Final = 0.05
_GROWTH: Final = 1.5  # so that who waits comes at most half as late again as what is waited for takes

#: The claims in whose computations this code runs. Tasks, and what a task hands to a thread, inherit them; so does a
#: forked child.
_above: ContextVar[tuple[Claim, ...]] = ContextVar("memo claims", default=())


class Claim:
    """The right to compute one key, acquired or not; leaving its ``with`` block gives it back.

    An interrupt may come as the block is left, before anything is done: two blocks, one in the other, are safe.

    Whoever drives a computation iterates over :meth:`pauses` and sleeps in between, each in its own way.

    Attributes:
        is_held: whether we have it.
        name: the store's directory and the key.
        waits_for: while what it was acquired for is being computed, the claim that the computation waits for.
    """

    __slots__ = ("_file", "_offset", "is_held", "name", "waits_for")

    def __init__(self, directory: Path, key: str) -> None:
        self.is_held = False
        self.name = directory, key
        self._offset = xxhash.xxh3_64_intdigest(key.encode()) >> 2  # file offsets are signed
        self._file: LockFile | None = None
        self.waits_for: Claim | None = None

    def pauses(self, wait: float) -> Iterator[float]:
        """Yield how long to sleep before the next try, until there is the claim or it is not worth waiting for.

        Args:
            wait: the most seconds to wait.
        """
        above = _above.get()
        deadline, pause = time.monotonic() + wait, FIRST_PAUSE
        try:
            while not self.try_acquire() and not self._is_futile(above):
                for each in above:
                    each.waits_for = self
                left = deadline - time.monotonic()
                if left <= 0:
                    return
                yield min(pause, left)
                pause = min(pause * _GROWTH, LONGEST_PAUSE)
        finally:
            for each in above:
                each.waits_for = None

    def try_acquire(self) -> bool:
        """Take the claim, and say whether nobody else has it."""
        # Above before anything else, and to the very end: who is interrupted in between must not wait for itself.
        _above.set((*_above.get(), self))
        with _table.lock:
            if _table.leaders.setdefault(self.name, self) is self and self._try_lock():
                self.is_held = True
                return True
        self.release()
        return False

    def release(self) -> None:
        """Give the claim back, if we have it."""
        with _table.lock:
            self._give_back()
        _above.set(tuple(each for each in _above.get() if each is not self))
        self.is_held = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.release()
        except BaseException:  # an interrupt
            self.release()
            raise

    def _is_futile(self, above: tuple[Claim, ...]) -> bool:
        """Say whether to wait is to wait for ourselves: for what is computed above, or for who waits for that."""
        if any(each.name == self.name for each in above):
            return True
        waiting: Claim | None = self
        for _ in range(len(_table.leaders)):  # at most, were there a circle without us
            leader = None if waiting is None else _table.leaders.get(waiting.name)
            if leader is None or leader in above:
                return leader is not None
            waiting = leader.waits_for
        return False

    def _try_lock(self) -> bool:
        try:
            self._file = _table.ranges.open(self.name[0], self)
            return self._file is None or try_lock(self._file, self._offset)
        except OSError:  # a store that cannot be locked can hardly be written; the threads of this process take turns
            return True

    def _give_back(self) -> None:
        if _table.leaders.get(self.name) is not self:  # another's; or it was ours before a fork
            return
        if self._file is not None:
            _table.ranges.close(self._file, self, self._offset)
            self._file = None
        del _table.leaders[self.name]


class _Table:
    """The claims that this process has, or tries to get."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.leaders: dict[tuple[Path, str], Claim] = {}
        self.ranges = Ranges()
        watch_forks(self)

    def after_fork(self) -> None:
        """Have no claims: they are the parent's."""
        self.lock = threading.Lock()
        self.leaders = {}
        self.ranges.forget()

    def tidy(self) -> None:
        """Close the lock files in which nobody holds or wants a lock, unless somebody is just looking for one.

        A store that the garbage collector finds is closed in whatever thread it runs, which may be the one that looks.
        """
        if self.lock.acquire(blocking=False):
            try:
                self.ranges.tidy()
            finally:
                self.lock.release()


_table = _Table()
tidy = _table.tidy
