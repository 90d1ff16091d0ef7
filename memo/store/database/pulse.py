"""Has anybody committed anything to the database since? Told without asking SQLite, in a tenth of the time.

What is kept in memory of a database must not outlive a commit, whichever process or thread makes it. SQLite decides so
itself: its log has an index in shared memory (``cache.db-shm``) that begins with a header which every commit changes,
and a connection whose copy of it is still the same takes its cached pages for good. The header's bytes are read here.

The kernel drops all locks that a process has on a file, SQLite's too, when the process closes any descriptor of it. So
each such file is mapped once, and its descriptors are closed only when the file has no name any more: when the last
connection, in whichever process, has removed it, or somebody has deleted the store.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import suppress
from itertools import count
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING, Final

from memo.store.directory.location import distrust
from memo.store.directory.mounts import network_type
from memo.store.fork import watch_forks

if TYPE_CHECKING:
    from pathlib import Path

#: What cannot be told: nothing is remembered under it.
UNKNOWN: Final = b""

_HEADER: Final = 48  # bytes; SQLite's page on the format of the log: the header is there twice, the first written last
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_numbers = count()
_IS_POSIX = os.name == "posix"  # on Windows what is mapped cannot be removed


class Pulse:
    """What tells whether the database was committed to, for as long as one connection to it is open.

    Whoever made it drops it before closing that connection, by which SQLite keeps the file from becoming shorter.
    """

    __slots__ = ("_mapped", "_own")

    def __init__(self, mapped: mmap) -> None:
        self._mapped = mapped
        self._own = next(_numbers).to_bytes(8, "big")  # with another connection a header may begin anew, as it was

    @classmethod
    def of(cls, directory: Path, database: str, connection: sqlite3.Connection) -> Pulse | None:
        """Return that of a *database* with this *connection*, which has read from it; None where there is none."""
        if not _IS_POSIX or network_type(directory) is not None:
            return None
        with suppress(OSError, ValueError, sqlite3.Error):
            if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
                return cls(_files.of(f"{database}-shm"))
        return None

    def beat(self) -> bytes:
        """Return what is another one after every commit, or `UNKNOWN`."""
        try:
            return self._own + self._mapped[:_HEADER]
        except ValueError:  # the store was deleted, and what was left of it closed
            return UNKNOWN


class _Files:
    """The files that this process has mapped, by what they are."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[int, int], mmap] = {}
        self._descriptors: dict[int, tuple[int, int]] = {}
        watch_forks(self)

    def of(self, path: str) -> mmap:
        """Return the file at *path*, mapped.

        Raises:
            OSError, ValueError: there is none that could be trusted, or it is too short.
        """
        with self._lock:
            self._close_dead()
            known = self._known.get(_identity(path, os.lstat(path)))
            if known is None:
                descriptor = os.open(path, _FLAGS)
                status = os.fstat(descriptor)
                self._descriptors[descriptor] = status.st_dev, status.st_ino  # whatever becomes of it
                identity = _identity(path, status)  # of what is there by now, and may be known after all
                known = self._known.get(identity)
                if known is None:
                    known = self._known[identity] = mmap(descriptor, _HEADER, access=ACCESS_READ)
            return known

    def sweep(self) -> None:
        """Close what nobody can be using any more.

        It is called when a store is garbage, which may be while this very thread has the lock: then another time.
        """
        if self._descriptors and self._lock.acquire(blocking=False):
            try:
                self._close_dead()
            finally:
                self._lock.release()

    def after_fork(self) -> None:
        """Make a lock that no thread of the parent holds; the files are as good as the parent's."""
        self._lock = threading.Lock()

    def _close_dead(self) -> None:
        for descriptor, identity in list(self._descriptors.items()):
            status = _status(descriptor)
            if status is None or identity != (status.st_dev, status.st_ino):
                del self._descriptors[descriptor]  # somebody has closed all of them, as what becomes a daemon does
            elif status.st_nlink == 0:
                del self._descriptors[descriptor]
                os.close(descriptor)
                mapped = self._known.pop(identity, None)
                if mapped is not None:
                    mapped.close()


def _status(descriptor: int) -> os.stat_result | None:
    try:
        return os.fstat(descriptor)
    except OSError:
        return None


def _identity(path: str, status: os.stat_result) -> tuple[int, int]:
    if not stat.S_ISREG(status.st_mode) or status.st_size < _HEADER or distrust(status):
        raise OSError(f"{path} is not a log's index of this user")
    return status.st_dev, status.st_ino


_files = _Files()
sweep = _files.sweep
