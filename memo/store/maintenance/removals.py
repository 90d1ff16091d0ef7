"""Removing, noted as far as somebody may ask: the last keys of each step, how they went, and when it was cleared."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final

from memo.store.storage import ALIAS, REMOVED, STORAGE_ERRORS, Storage

MOST: Final = 50  # keys of one step
EVERYTHING: Final = ""  # in place of a key: all entries of the step
BY_HAND, EVICTED = "removed", "evicted"


def remove(storage: Storage, key: str) -> bool:
    """Remove the entry *key*, or the alias, and say whether there was one; raise STORAGE_ERRORS."""
    origin = _origin_of(storage, key)
    was_there: bool = storage.writer.remove((key, ALIAS + key)) > 0
    if was_there and origin is not None:
        note(storage, {origin: [key]}, BY_HAND)
    return was_there


def remove_all(storage: Storage, origin: str | None) -> int:
    """Remove the entries of *origin*, or all rows, and return how many entries there were; raise STORAGE_ERRORS."""
    writer, count = storage.writer, 0
    while removed := writer.remove(storage.index.keys_of(origin)):
        count += removed
    if origin is None:
        writer.clear()
    elif count:
        note(storage, {origin: [EVERYTHING]}, BY_HAND)
    return count


def note(storage: Storage, gone: Mapping[str, Iterable[str]], how: str) -> None:
    """Note which keys of which steps went now; where that fails they are gone all the same."""
    now = time.time()
    changes: dict[str, Callable[[bytes | None], bytes]] = {
        REMOVED + origin: partial(_added, storage, REMOVED + origin, {key: [now, how] for key in keys})
        for origin, keys in gone.items()
    }
    with suppress(*STORAGE_ERRORS):
        storage.writer.update(changes)


def removal_of(storage: Storage, origin: str, key: str) -> tuple[float, str] | None:
    """Return when and how the entry *key* went, or of EVERYTHING the last one, as far as that is noted."""
    known = _known(storage.get(REMOVED, origin))
    found = next(reversed(known.values()), None) if key == EVERYTHING else known.get(key)
    if isinstance(found, list) and len(found) == 2 and isinstance(found[0], float):
        return found[0], str(found[1])
    return None


def _origin_of(storage: Storage, key: str) -> str | None:
    """Return the step of the entry *key*, as far as that can be told."""
    with suppress(*STORAGE_ERRORS):
        for found, origin in storage.index.keys(key, 1):
            return origin if found == key else None
    return None


def _added(storage: Storage, name: str, new: dict[str, Any], before: bytes | None) -> bytes:
    known = {} if before is None else _known(storage.read_plain(name, before))
    for key in new:
        known.pop(key, None)
    known |= new
    for oldest in list(known)[: max(0, len(known) - MOST)]:
        del known[oldest]
    return b"".join(storage.pack_plain(name, known)[0])


def _known(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}
