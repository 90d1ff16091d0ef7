"""What a step's store knows about it."""

from __future__ import annotations

from typing import NamedTuple


class StepInfo(NamedTuple):
    """What a step's store knows about it.

    Attributes:
        origin: the label of its entries.
        hits: calls that were answered from the store, in every process; kept in batches, so approximate.
        misses: calls that ran.
        seconds_saved: what the hits would have taken.
        entries: its stored results.
        bytes: what they take.
    """

    origin: str
    hits: int
    misses: int
    seconds_saved: float
    entries: int
    bytes: int

    def _repr_html_(self) -> str:
        from memo.step.questions.shown import info_html  # only for notebooks

        return info_html(self)
