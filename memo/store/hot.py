"""Small entries that were found lately, kept as bytes: who asks again need not ask the database.

An entry is kept with the database's pulse from before it was read, and answers only while that is the same: what any
process or thread has removed, replaced or aliased since is looked for again. See :mod:`memo.store.database.pulse`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from memo.store.fork import watch_forks

if TYPE_CHECKING:
    from memo.store.entries.entry import Entry

MOST_BYTES: Final = 1 << 24
_OVERHEAD: Final = 1000  # bytes that Python takes for an entry, about


class Hot:
    """The entries of one store that this process keeps."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: By key the pulse, the entry, and what it takes.
        self._entries: dict[str, tuple[bytes, Entry, int]] = {}
        self._bytes = 0
        #: The key that was looked for last without finding anything, and the pulse from before that.
        self._missing: tuple[str, bytes] = "", b""
        watch_forks(self)

    def get(self, key: str, beat: bytes) -> Entry | None:
        """Return what is kept of *key* while the database's pulse is *beat*; whoever gets it changes nothing in it."""
        kept = self._entries.get(key)
        return kept[1] if kept is not None and kept[0] == beat else None

    def is_missing(self, key: str, beat: bytes) -> bool:
        """Say whether *key* is known not to be there."""
        return bool(beat) and self._missing == (key, beat)

    def keep(self, key: str, beat: bytes, entry: Entry | None, size: int = 0) -> None:
        """Keep what was found for *key*, an entry of *size* bytes, with the pulse from before it was looked for."""
        if not beat:
            return
        if entry is None:
            self._missing = key, beat
            return
        taken = size + _OVERHEAD
        with self._lock:
            before = self._entries.pop(key, None)
            self._entries[key] = beat, entry, taken
            self._bytes += taken if before is None else taken - before[2]
            while self._bytes > MOST_BYTES:
                oldest = next(iter(self._entries))
                self._bytes -= self._entries.pop(oldest)[2]

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._entries, self._bytes, self._missing = {}, 0, ("", b"")

    def after_fork(self) -> None:
        """Keep nothing: the connection that made the pulse worth something is the parent's."""
        self._lock = threading.Lock()
        self.clear()
