"""A store as a notebook shows it: how much is in it, and of which steps."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from memo.render import Card, Table, card_html, human_bytes, human_count, human_seconds
from memo.store.entries.metadata import Counters
from memo.store.store import _shared

if TYPE_CHECKING:
    from memo.store.store import Store

#: Steps that are shown: those that take the most.
MOST_STEPS = 20
HEADINGS = ("Step", "Entries", "Size", "Hits", "Runs", "Saved")


def store_html(store: Store) -> str:
    """Return what a notebook shows; the store is only looked at."""
    totals = {origin: (entries, size) for origin, entries, size in store.totals()}
    counted = _counted(store)
    origins = sorted(totals.keys() | counted.keys(), key=lambda origin: (-totals.get(origin, (0, 0))[1], origin))
    if not origins:
        is_there = os.path.exists(store.directory)  # noqa: PTH110 - which never raises
        what = "nothing is stored in it yet" if is_there else "not made yet: the first result makes it"
        return card_html(Card(str(store.directory), "store", (what,)))
    rows = [
        [origin, *_numbers(*totals.get(origin, (0, 0)), counted.get(origin, Counters()))]
        for origin in origins[:MOST_STEPS]
    ]
    if len(origins) > 1:
        entries, size = (sum(part) for part in zip((0, 0), *totals.values(), strict=True))
        rows.append(["total", *_numbers(entries, size, sum(counted.values(), Counters()))])
    left = len(origins) - MOST_STEPS
    more = f"and {human_count(left, 'step', 'steps')} that take less: memo stats lists them" if left > 0 else ""
    return card_html(Card(str(store.directory), "store", table=Table(HEADINGS, rows, more=more)))


def _counted(store: Store) -> dict[str, Counters]:
    """Return the counts of each step, with what the steps of this notebook have not written yet.

    They have a store object of their own for the same directory, unless they were given this one.
    """
    counted = store.all_counters()
    for other in list(_shared.values()):
        if other is not store and other == store:
            for origin, counters in other._ledger.pending().items():  # noqa: SLF001 - a store's own page
                counted[origin] = counted.get(origin, Counters()) + counters
    return counted


def _numbers(entries: int, size: int, counters: Counters) -> list[str]:
    """Return the cells of a step that are numbers."""
    saved = human_seconds(counters.seconds_saved)
    return [f"{entries:,}", human_bytes(size), f"{counters.hits:,}", f"{counters.misses:,}", saved]
