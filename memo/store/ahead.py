"""Rows read before anybody asks for them: who asks in the order in which they were stored will ask for the next, too.

A loop over many small results asks the database once for some of them, as an operating system reads ahead in a file: so
a row costs a tenth. They are kept as they are, unverified, until they are asked for, and answer only while the
database's pulse is the same as before they were read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

#: So many rows are read ahead at first, twice as many when these were asked for, and at most so many.
FIRST: Final = 4
MOST: Final = 64
#: The next row in order is at most so many rows away: between entries there are rows of other kinds, and other steps'.
NEAR: Final = 16


class Ahead:
    """The rows of one store that were read ahead."""

    def __init__(self) -> None:
        self._state = _State(b"", {}, 0, 0)

    def get(self, key: str, beat: bytes) -> tuple[str, object, bytes] | None:
        """Return the row *key* if it was read ahead and the database's pulse is still *beat*."""
        state = self._state
        return state.rows.get(key) if beat and state.beat == beat else None

    def wanted(self, number: int) -> int:
        """Return how many of the rows that follow the row *number*, which was just asked for, are to be read ahead."""
        state = self._state
        is_next = 0 < number - state.last <= NEAR
        count = min(max(2 * state.window, FIRST), MOST) if is_next else 0
        if not count:
            self._state = state._replace(last=number, window=0)
        return count

    def keep(self, beat: bytes, number: int, count: int, rows: Iterable[tuple[str, object, bytes]]) -> None:
        """Keep the *rows*, each its key, its last use and its value, among the *count* ones after the row *number*."""
        self._state = _State(beat, {row[0]: row for row in rows}, number + count, count)

    def clear(self) -> None:
        """Keep nothing."""
        self._state = _State(b"", {}, 0, 0)


class _State(NamedTuple):
    """What is kept, in one piece: threads replace it, and none of them waits.

    Attributes:
        beat: the database's pulse from before the rows were read.
        rows: these by their keys.
        last: the number of the last row that was looked at.
        window: how many were read ahead the last time.
    """

    beat: bytes
    rows: dict[str, tuple[str, object, bytes]]
    last: int
    window: int
