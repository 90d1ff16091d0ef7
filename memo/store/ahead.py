"""Who asks for entries in the order in which they were stored will ask for the next, too: how many to read before that.

A loop over many small results asks the database once for some of them, as an operating system reads ahead in a file: so
an entry costs a quarter. They are kept as those are that were asked for, see :mod:`memo.store.hot`.
"""

from __future__ import annotations

from typing import Final

#: So many rows are read ahead at first, twice as many when these were asked for, and at most so many.
FIRST: Final = 4
MOST: Final = 64
#: The next row in order is at most so many rows away: between entries there are rows of other kinds, and other steps'.
NEAR: Final = 16


class Ahead:
    """Where the questions of one store have got to in its table."""

    def __init__(self) -> None:
        #: The number of the last row that was looked at, and how many were read ahead then. In one piece: threads
        #: replace it, and none of them waits.
        self._state = 0, 0

    def wanted(self, number: int) -> int:
        """Return how many of the rows that follow the row *number*, which was just asked for, are to be read ahead."""
        last, window = self._state
        count = min(max(2 * window, FIRST), MOST) if 0 < number - last <= NEAR else 0
        self._state = number + count, count
        return count
