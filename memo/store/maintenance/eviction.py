"""Which entries go when a store is to be bounded: decided here from plain data, and removed elsewhere."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from memo.errors import OptionError
from memo.store.entries.expiry import checked_span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from memo.store.entries.metadata import EntryInfo

DAY: Final = 86400.0
PERIOD: Final = 60.0  # seconds after which a bounded store looks at its entries' ages again
SLACK: Final = 16  # so many checks while as much is written as a bounded store may hold


class Bounds(NamedTuple):
    """What a store may hold; without bounds, everything for ever."""

    max_bytes: int | None = None
    max_age: float | None = None

    @classmethod
    def checked(cls, max_bytes: Any, max_age: Any) -> Bounds:
        """Return the bounds.

        Raises:
            OptionError: one has a value that it does not take.
        """
        is_size = isinstance(max_bytes, int | float) and not isinstance(max_bytes, bool) and 0 <= max_bytes < math.inf
        if max_bytes is not None and not is_size:
            raise OptionError("max_bytes", repr(max_bytes), "a number of bytes, such as max_bytes=10 * 2**30")
        return cls(None if max_bytes is None else int(max_bytes), checked_span("max_age", max_age))

    def __bool__(self) -> bool:
        return self.max_bytes is not None or self.max_age is not None


UNBOUNDED: Final = Bounds()


class Watch:
    """Says when a bounded store is to be looked at: not at each result, for that takes time with many entries."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._written = 0
        self._due = 0.0

    def is_due(self, size: int) -> bool:
        """Say whether it is time, now that *size* bytes more were written; the first time it is."""
        self._written += size
        now = time.monotonic()
        limit = self.bounds.max_bytes
        if now < self._due and (limit is None or self._written * SLACK < limit):
            return False
        self._written, self._due = 0, now + PERIOD
        return True


def surplus(entries: Iterable[EntryInfo], bounds: Bounds, now: float) -> list[EntryInfo]:
    """Return those of *entries* that have to go at the time *now*: what is too old, then what is worth least.

    An entry whose beginning cannot be read has no age that could be relied on. One that only a newer memo can read
    stays: what it is worth is not known here.
    """
    going: list[EntryInfo] = []
    staying: list[EntryInfo] = []
    for entry in entries:
        is_old = bounds.max_age is not None and bool(entry.format) and now - entry.created > bounds.max_age
        (going if is_old else staying).append(entry)
    if bounds.max_bytes is not None:
        excess = sum(entry.bytes for entry in staying) - bounds.max_bytes
        if excess > 0:
            staying.sort(key=lambda entry: worth(entry, now))
        for entry in staying:
            if excess <= 0:
                break
            if entry.is_newer:
                continue
            excess -= entry.bytes
            going.append(entry)
    return going


def worth(entry: EntryInfo, now: float) -> float:
    """Return how much time a byte of *entry* saves, and less the longer it was not used; 0 for what is damaged."""
    seconds = entry.seconds if math.isfinite(entry.seconds) else 0.0
    return max(seconds, 0.0) / max(entry.bytes, 1) / (DAY + max(now - entry.used, 0.0))
