"""Locks that end with the process which holds them: one byte of one file for each key.

These are POSIX record locks: the kernel drops them when the process ends, however it ends. It also drops them all when
the process closes any descriptor of the file. So a process has the file open once, whatever the names by which it gets
there, and closes it only when it holds no lock in it, and a store is closed: to open it for each lock takes longer than
to lock. They do not keep threads of one process apart, nor are they
inherited by a forked child: see :mod:`memo.store.claims`.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from io import FileIO
from typing import TYPE_CHECKING

from memo.store.directory.location import check_directory, create_directory, distrust

try:
    import fcntl
except ImportError:
    HAS_LOCKS = False  # on Windows
else:
    HAS_LOCKS = True

if TYPE_CHECKING:
    from pathlib import Path

NAME = "claims.lock"

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_TAKEN = {errno.EACCES, errno.EAGAIN}  # which one differs from system to system


class LockFile:
    """An open file, and who in this process has locked, or is about to lock, a byte of it."""

    def __init__(self, file: FileIO) -> None:
        self.opened = [file]  # closing one twice, when an interrupt came in between, does nothing
        self.users: set[object] = set()


class Ranges:
    """The locks of this process; its callers take turns."""

    def __init__(self) -> None:
        self._files: dict[tuple[int, int], LockFile] = {}

    def open(self, directory: Path, user: object) -> LockFile | None:
        """Return the lock file of *directory* for *user* to :meth:`close`; None where there are no such locks.

        Raises:
            OSError: it cannot be made or opened, or is not only ours.
        """
        if not HAS_LOCKS:
            return None
        file = self._opened(directory)
        file.users.add(user)
        return file

    def close(self, file: LockFile, user: object, offset: int) -> None:
        """Let others have the byte at *offset*; twice does no harm."""
        try:
            fcntl.lockf(file.opened[0], fcntl.LOCK_UN, 1, offset)
        except (OSError, ValueError):  # where it cannot be unlocked, or was closed before, closing it must do
            if not file.users - {user}:
                self._drop(file)
        file.users.discard(user)

    def tidy(self) -> None:
        """Close the files that nobody uses."""
        for file in [file for file in self._files.values() if not file.users]:
            self._drop(file)

    def forget(self) -> None:
        """Have no locks, in a forked child: they are the parent's, and closing the child's descriptors drops none."""
        files, self._files = self._files, {}
        for file in files.values():
            for each in file.opened:
                each.close()

    def _drop(self, file: LockFile) -> None:
        for identity in [identity for identity, each in self._files.items() if each is file]:
            del self._files[identity]
        for each in file.opened:
            each.close()

    def _opened(self, directory: Path) -> LockFile:
        check_directory(directory)
        path = f"{directory}{os.sep}{NAME}"
        if self._files:
            with suppress(FileNotFoundError):
                # The one that is there now: the directory may have been deleted since another was opened.
                status = os.lstat(path)
                known = self._files.get((status.st_dev, status.st_ino))
                if known is not None:
                    return known
        self.tidy()  # also of one whose directory was deleted
        try:
            opened = FileIO(os.open(path, _FLAGS, 0o600), "r+")
        except FileNotFoundError:
            create_directory(directory)
            opened = FileIO(os.open(path, _FLAGS, 0o600), "r+")
        status = os.fstat(opened.fileno())
        known = self._files.get((status.st_dev, status.st_ino))
        if known is not None:  # it was put there in between, and closing it would drop the locks
            known.opened.append(opened)
            return known
        if not stat.S_ISREG(status.st_mode) or distrust(status):
            opened.close()
            raise OSError(errno.EPERM, f"{path} is not a file of this user")
        file = self._files[status.st_dev, status.st_ino] = LockFile(opened)
        return file


def try_lock(file: LockFile, offset: int) -> bool:
    """Lock the byte at *offset* for this process, and say whether no other process has it.

    Raises:
        OSError: the file system has no such locks.
    """
    try:
        fcntl.lockf(file.opened[0], fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    return True
