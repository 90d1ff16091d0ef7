"""Has anybody committed anything to the database since? Told without asking SQLite, in a tenth of the time.

What is kept in memory of a database must not outlive a commit, whichever process or thread makes it. SQLite decides so
itself: its log has an index in shared memory (``cache.db-shm``) that begins with a header which every commit changes,
and a connection whose copy of it is still the same takes its cached pages for good. The header's bytes are read here.

The kernel drops all locks that a process has on a file, SQLite's too, when the process closes any descriptor of it. So
there is one descriptor for each such file, and it is closed only when the file has no name any more: when the last
connection, in whichever process, has removed it, or somebody has deleted the store.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Final

from memo.store.fork import watch_forks
from memo.store.location import distrust
from memo.store.mounts import network_type

if TYPE_CHECKING:
    from pathlib import Path

#: What cannot be told: nothing is remembered under it.
UNKNOWN: Final = b""

_HEADER: Final = 48  # bytes; SQLite's page on the format of the log: the header is there twice, the first written last
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_numbers = count()
_IS_READABLE = hasattr(os, "pread")  # not on Windows


class Pulse:
    """What tells whether the database was committed to, for as long as one connection to it is open.

    It holds no descriptor of its own: whoever made it drops it before closing that connection.
    """

    __slots__ = ("_descriptor", "_own")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._own = next(_numbers).to_bytes(8, "big")  # with another connection a header may begin anew, as it was

    @classmethod
    def of(cls, directory: Path, database: str, connection: sqlite3.Connection) -> Pulse | None:
        """Return that of a *database* with this *connection*, which has read from it; None where there is none."""
        if not _IS_READABLE or network_type(directory) is not None:
            return None
        with suppress(OSError, sqlite3.Error):
            if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
                return cls(_descriptors.of(f"{database}-shm"))
        return None

    def beat(self) -> bytes:
        """Return what is another one after every commit, or `UNKNOWN`."""
        try:
            return self._own + os.pread(self._descriptor, _HEADER, 0)
        except OSError:
            return UNKNOWN


class _Descriptors:
    """The descriptors of this process, by what they are of."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[int, int], list[int]] = {}
        watch_forks(self)

    def of(self, path: str) -> int:
        """Return the descriptor of the file at *path*.

        Raises:
            OSError: there is none that could be trusted.
        """
        with self._lock:
            self._close_dead()
            status = os.lstat(path)
            known = self._known.get((status.st_dev, status.st_ino))
            if known is None:
                if not stat.S_ISREG(status.st_mode) or distrust(status):
                    raise OSError(f"{path} is not a file of this user")
                opened = os.open(path, _FLAGS)
                status = os.fstat(opened)  # of what is there by now, and known perhaps: closing it would drop locks
                known = self._known.setdefault((status.st_dev, status.st_ino), [])
                known.append(opened)
                if not stat.S_ISREG(status.st_mode) or distrust(status):
                    raise OSError(f"{path} is not a file of this user")
            return known[0]

    def sweep(self) -> None:
        """Close what nobody can be using any more."""
        if self._known:
            with self._lock:
                self._close_dead()

    def after_fork(self) -> None:
        """Make a lock that no thread of the parent holds; the descriptors are as good as the parent's."""
        self._lock = threading.Lock()

    def _close_dead(self) -> None:
        for identity, opened in list(self._known.items()):
            if os.fstat(opened[0]).st_nlink == 0:
                del self._known[identity]
                for each in opened:
                    os.close(each)


_descriptors = _Descriptors()
sweep = _descriptors.sweep
