"""What a store holds and what it has saved, step by step."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from memo.store import Counters

if TYPE_CHECKING:
    from memo.store import Store


@dataclass(frozen=True, slots=True)
class StepStats:
    """One step's part of a store.

    Attributes:
        origin: the step: project, module and qualified name.
        entries: how many results are stored.
        bytes: what they take.
        hits: calls that the store answered.
        misses: calls that ran the step.
        seconds_saved: the time that the hits would have taken.
    """

    origin: str
    entries: int
    bytes: int
    hits: int
    misses: int
    seconds_saved: float

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as for JSON."""
        return asdict(self)


def stats(store: Store, step: str | None = None) -> list[StepStats]:
    """Return the part of each step, by origin; only of those whose origin contains *step*, if it is given.

    A step that was counted and has no entries, as after ``clear()``, has its part too.
    """
    totals = {origin: (entries, size) for origin, entries, size in store.totals()}
    counters = store.all_counters()
    return [
        _part(origin, *totals.get(origin, (0, 0)), counters.get(origin, Counters()))
        for origin in sorted(totals.keys() | counters.keys())
        if step is None or step in origin
    ]


def _part(origin: str, entries: int, size: int, counters: Counters) -> StepStats:
    return StepStats(origin, entries, size, counters.hits, counters.misses, counters.seconds_saved)
