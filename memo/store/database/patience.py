"""How long another process's lock is waited for."""

from __future__ import annotations

import time

from memo.store.database.schema import BUSY_SECONDS

AFTERWARDS = 30.0  # seconds


class Patience:
    """Waits for a lock once; one that outlasted that is not waited for again for a while.

    Otherwise a process that hangs in a transaction would cost each call of a step the whole waiting time.
    """

    def __init__(self) -> None:
        self._lost_until = 0.0

    @property
    def seconds(self) -> float:
        """The time to wait for a lock now."""
        return 0.0 if time.monotonic() < self._lost_until else BUSY_SECONDS

    def lose(self) -> None:
        """Note that a lock was waited for in vain."""
        self._lost_until = time.monotonic() + AFTERWARDS

    def regain(self) -> None:
        """Note that the database could be used."""
        self._lost_until = 0.0
