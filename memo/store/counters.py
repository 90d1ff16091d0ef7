"""Counts of hits and misses, kept in memory until there are enough of them to be worth one write."""

from __future__ import annotations

import logging
import sys
import threading
import time
import weakref
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from memo.store.entries.metadata import Counters
from memo.store.fork import watch_forks
from memo.store.storage import COUNTERS, STORAGE_ERRORS, Storage, tag_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PERIOD = 5.0  # seconds: what a killed process loses at most
BATCH = 1000  # calls that are added up at a time
MOST_USED = 10_000  # entries whose use waits to be written

_log = logging.getLogger("memo")


class Ledger:
    """The counters of one store: rows that are added to, and what this process has not added yet."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        #: Of each call the origin, what is to be added, the key and the time. A deque needs no lock to be added to.
        self._noted: deque[tuple[str, int, int, float, str | None, float]] = deque()
        self._lock = threading.Lock()
        self._pending: dict[str, list[float]] = {}
        self._used: dict[str, float] = {}
        self._due = 0.0
        self._is_worker_known = False
        watch_forks(self)

    def record(self, origin: str, hits: int, misses: int, seconds_saved: float, key: str | None) -> None:
        """Count, and note that the entry *key* is used; now and then, write."""
        noted, now = self._noted, time.time()
        if not noted and not self._pending:
            self._due = now + PERIOD
            self._flush_with_worker()
        noted.append((origin, hits, misses, seconds_saved, key, now))
        if len(noted) >= BATCH:
            with self._lock:
                self._sum()
        if now > self._due or len(self._used) >= MOST_USED:
            self._due = now + PERIOD
            self.flush(wait=False)  # a step does not wait for its counters; the next batch tries again

    def _sum(self) -> None:
        """Add up what was noted; the lock is held."""
        noted = self._noted
        while noted:
            origin, hits, misses, seconds_saved, key, when = noted.popleft()
            if key is not None:
                self._used[key] = when
            counts = self._pending.setdefault(tag_of(origin), [0, 0, 0.0])
            counts[0] += hits
            counts[1] += misses
            counts[2] += seconds_saved

    def flush(self, *, wait: bool = True) -> None:
        """Write what is pending; where that fails it is lost or, while the process lives, kept for the next time."""
        with self._lock:
            self._sum()
            pending, self._pending = self._pending, {}
            used, self._used = self._used, {}  # lost where they cannot be written: the next use says as much
        if not pending:
            return
        changes: dict[str, Callable[[bytes | None], bytes]] = {
            COUNTERS + origin: partial(self._add, origin, counts) for origin, counts in pending.items()
        }
        try:
            self._storage.writer.update(changes, used.items(), wait=wait)
        except STORAGE_ERRORS as error:
            _log.debug("the counters of the store in %s could not be written: %s", self._storage.directory, error)
            with self._lock:
                for origin, counts in self._pending.items():
                    pending[origin] = [a + b for a, b in zip(counts, pending.get(origin, (0, 0, 0.0)), strict=True)]
                self._pending = pending

    def counters(self, origin: str) -> Counters:
        """Return what is written and what is pending for *origin*."""
        written = _as_counters(self._storage.get(COUNTERS, origin))
        with self._lock:
            self._sum()
            return written + _as_counters(tuple(self._pending.get(origin, ())))

    def all_counters(self) -> Iterator[tuple[str, Counters]]:
        """Yield each origin that was ever counted with its counters."""
        pending = self.pending()
        for origin, value in self._storage.items(COUNTERS):
            yield origin, _as_counters(value) + pending.pop(origin, Counters())
        yield from pending.items()

    def pending(self) -> dict[str, Counters]:
        """Return what is not written yet."""
        with self._lock:
            self._sum()
            return {origin: _as_counters(tuple(counts)) for origin, counts in self._pending.items()}

    def forget(self) -> None:
        """Drop what is pending."""
        with self._lock:
            self._noted.clear()
            self._pending, self._used = {}, {}

    def after_fork(self) -> None:
        """Forget what the parent counted and will write."""
        self._lock = threading.Lock()
        self._noted.clear()
        self._pending, self._used, self._is_worker_known = {}, {}, False

    def _add(self, origin: str, counts: list[float], before: bytes | None) -> bytes:
        key = COUNTERS + origin
        value = _as_counters(None if before is None else self._storage.read_plain(key, before))
        value += _as_counters(tuple(counts))
        parts, _ = self._storage.pack_plain(key, (value.hits, value.misses, value.seconds_saved))
        return b"".join(parts)

    def _flush_with_worker(self) -> None:
        """Flush when a multiprocessing worker ends: not all of its ends come by where atexit does."""
        util = sys.modules.get("multiprocessing.util")
        if util is not None and not self._is_worker_known:
            self._is_worker_known = True
            util.Finalize(None, _flush, args=(weakref.ref(self),), exitpriority=10)


def _flush(reference: weakref.ref[Ledger]) -> None:
    ledger = reference()
    if ledger is not None:
        ledger.flush()


def _as_counters(value: object) -> Counters:
    if not isinstance(value, tuple) or len(value) != 3:
        return Counters()
    return Counters(int(value[0]), int(value[1]), float(value[2]))
