"""The word for time zones: by their names in the time zone database."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from memo.store.formats.words import Reducer

WORDS = frozenset({"zone"})


def zone(key: str) -> ZoneInfo:
    """Return the process's one zone of that name: arithmetic on dates compares zones by identity."""
    return ZoneInfo(key)


def _reduce_zone(value: ZoneInfo) -> Any:
    # A zone that was read from a file or made outside of the cache is none that its name leads back to.
    key: str | None = value.key
    return (zone, (key,)) if key is not None and zone(key) is value else NotImplemented


REDUCERS: dict[type, Reducer] = {ZoneInfo: _reduce_zone}
