"""Locks that end with the process which holds them: one byte of one file for each key.

These are POSIX record locks: the kernel drops them when the process ends, however it ends. It also drops them all when
the process closes any descriptor of the file. So a process has the file open once, whatever the names by which it gets
there, and closes it only when it holds no lock in it. They do not keep threads of one process apart, nor are they
inherited by a forked child: see :mod:`memo.store.claims`.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from memo.store.location import check_directory, create_directory, distrust

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
    """An open file, and how many of its bytes this process has locked or is about to lock."""

    def __init__(self, descriptor: int) -> None:
        self.descriptors = [descriptor]
        self.users = 0


class Ranges:
    """The locks of this process; its callers take turns."""

    def __init__(self) -> None:
        self._files: dict[tuple[int, int], LockFile] = {}

    def open(self, directory: Path) -> LockFile | None:
        """Return the lock file of *directory*, to be closed by :meth:`close`; None where there are no such locks.

        Raises:
            OSError: it cannot be made or opened, or is not only ours.
        """
        if not HAS_LOCKS:
            return None
        file = self._opened(directory)
        file.users += 1
        return file

    def close(self, file: LockFile, offset: int) -> None:
        """Let others have the byte at *offset*, and close *file* if nobody else here uses it."""
        file.users -= 1
        if file.users:
            with suppress(OSError):
                fcntl.lockf(file.descriptors[0], fcntl.LOCK_UN, 1, offset)
        else:
            for identity in [identity for identity, each in self._files.items() if each is file]:
                del self._files[identity]
            _close(file)

    def forget(self) -> None:
        """Have no locks, in a forked child: they are the parent's, and closing the child's descriptors drops none."""
        files, self._files = self._files, {}
        for file in files.values():
            _close(file)

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
        try:
            descriptor = os.open(path, _FLAGS, 0o600)
        except FileNotFoundError:
            create_directory(directory)
            descriptor = os.open(path, _FLAGS, 0o600)
        status = os.fstat(descriptor)
        known = self._files.get((status.st_dev, status.st_ino))
        if known is not None:  # it was put there in between, and closing it would drop the locks
            known.descriptors.append(descriptor)
            return known
        if not stat.S_ISREG(status.st_mode) or distrust(status):
            os.close(descriptor)
            raise OSError(errno.EPERM, f"{path} is not a file of this user")
        file = self._files[status.st_dev, status.st_ino] = LockFile(descriptor)
        return file


def try_lock(file: LockFile, offset: int) -> bool:
    """Lock the byte at *offset* for this process, and say whether no other process has it.

    Raises:
        OSError: the file system has no such locks.
    """
    try:
        fcntl.lockf(file.descriptors[0], fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    return True


def _close(file: LockFile) -> None:
    for descriptor in file.descriptors:
        with suppress(OSError):
            os.close(descriptor)
