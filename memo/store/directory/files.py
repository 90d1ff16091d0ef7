"""The files of large entries: written so that nothing partial is ever seen, opened without trusting their names.

A name is ``ab/cdef….entry``, 32 random hexadecimal digits. One that reads otherwise, as a planted row may hold, is
never opened and never removed; neither is anything behind a symbolic link or that is no regular file.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from memo.store.directory.location import distrust
from memo.store.directory.mapping import mapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MAP_FROM = 1 << 20  # what is smaller is read into memory
NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{30}\.entry")

_BELOW_DIRECTORY = os.open in os.supports_dir_fd  # not on Windows
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_READ = os.O_RDONLY | _NOFOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | getattr(os, "O_BINARY", 0)
_FOLDER = os.O_RDONLY | _NOFOLLOW | getattr(os, "O_DIRECTORY", 0)


class UnsafeFileError(OSError):
    """A name or a file that no store of ours made."""


class Contents(NamedTuple):
    """An open entry's bytes: a private copy, or a private mapping that is copied page by page as it is written to."""

    view: memoryview
    #: Tells this file from every other, and from itself after a change; None for a copy.
    identity: tuple[int, ...] | None


def write(directory: Path, parts: Iterable[bytes | memoryview]) -> str:
    """Stream *parts* into a new file, flush it to the disk, and return its name.

    Raises:
        OSError: it cannot be written; nothing of it is left behind.
    """
    token = os.urandom(16).hex()
    folder, name, partial = token[:2], f"{token[2:]}.entry", f"{token[2:]}.partial"
    with suppress(FileExistsError):
        (directory / folder).mkdir(mode=0o700)
    with inside(directory, folder) as (prefix, at):
        try:
            descriptor = os.open(prefix + partial, _WRITE, 0o600, dir_fd=at)
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(parts)
                file.flush()
                os.fsync(descriptor)
            os.rename(prefix + partial, prefix + name, src_dir_fd=at, dst_dir_fd=at)
        except BaseException:
            for each in (partial, name):  # an interrupt may come at any time, also after it was made or renamed
                with suppress(OSError):
                    os.unlink(prefix + each, dir_fd=at)
            raise
    return f"{folder}/{name}"


def read(directory: Path, name: str, *, copy: bool = False) -> Contents:
    """Return what the file *name* holds, mapped if it is large, not to be copied, and there are not many mapped yet.

    Raises:
        UnsafeFileError: the name or the file is none of ours.
        OSError: it cannot be read.
    """
    with inside(directory, _folder_of(name)) as (prefix, at):
        descriptor = os.open(prefix + name[3:], _READ, dir_fd=at)
    try:
        status = os.fstat(descriptor)
        _check(name, status)
        if status.st_size >= MAP_FROM and not copy:
            mapping = mapped(descriptor, status.st_size)
            if mapping is not None:
                identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
                return Contents(memoryview(mapping), identity)
        data = bytearray(status.st_size)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            if file.readinto(data) != len(data):
                raise UnsafeFileError(f"{name} became shorter while it was read")
        return Contents(memoryview(data), None)
    finally:
        os.close(descriptor)


def read_start(directory: Path, name: str, size: int) -> bytes:
    """Return the first *size* bytes of the file *name*, or as many as it has; raise as :func:`read` does."""
    with inside(directory, _folder_of(name)) as (prefix, at):
        descriptor = os.open(prefix + name[3:], _READ, dir_fd=at)
    try:
        status = os.fstat(descriptor)
        _check(name, status)
        return os.read(descriptor, min(size, status.st_size))
    finally:
        os.close(descriptor)


def remove(directory: Path, name: str) -> None:
    """Remove the file *name*, if it is there and ours."""
    with suppress(OSError), inside(directory, _folder_of(name)) as (prefix, at):
        os.unlink(prefix + name[3:], dir_fd=at)


def _check(name: str, status: os.stat_result) -> None:
    """Refuse a pipe, which is waited for, and what another user can write at any time."""
    reason = distrust(status) if stat.S_ISREG(status.st_mode) else "is not a regular file"
    if reason:
        raise UnsafeFileError(f"{name} {reason}")


def _folder_of(name: object) -> str:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise UnsafeFileError(f"{name!r} is not the name of an entry's file")
    return name[:2]


@contextmanager
def inside(directory: Path, folder: str) -> Iterator[tuple[str, int | None]]:
    """Yield a prefix and a ``dir_fd`` that lead into *folder*, which must not be a symbolic link."""
    if not _BELOW_DIRECTORY:
        yield f"{directory / folder}{os.sep}", None
        return
    descriptor = os.open(directory / folder, _FOLDER)
    try:
        reason = distrust(os.fstat(descriptor))
        if reason:
            raise UnsafeFileError(f"{folder} {reason}")
        yield "", descriptor
    finally:
        os.close(descriptor)
