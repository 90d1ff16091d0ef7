"""``File``: a file that counts by its content.

The digests of contents are kept, by what the file system says about a file. Two edits within one tick of its clock look
the same there, so what is said about a file that was changed a moment ago is not relied on: it is read again.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, final

from memo.dethash.hashing import buffer_part
from memo.dethash.node import Node
from memo.dethash.registry import encoder

#: No file system's clock is coarser, in nanoseconds.
TICK = 2_000_000_000
CHUNK = 1 << 22  # bytes that are read at a time
MOST_REMEMBERED = 10_000

_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@final
class File(os.PathLike[str]):
    """A file that stands for its content.

    As an argument, a default, a global or a part of one, it counts by what is in the file, and not by its path. As a
    result or a part of one, the content is stored with it: a hit writes the file again where it is missing or another.

    Args:
        path: where the file is; a relative path is taken from wherever the process is when the file is read.

    .. versionadded:: 0.1
    """

    __slots__ = ("_text",)

    def __init__(self, path: str | os.PathLike[str]) -> None:
        text = os.fspath(path)
        if not isinstance(text, str):
            raise TypeError(f"File({path!r}): expected text or a pathlib.Path")
        self._text = text

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("memo.File cannot be derived from: hold one instead")

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(self._text)

    def __fspath__(self) -> str:
        return self._text

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"File({self._text!r})"

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, File) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> tuple[type[File], tuple[str]]:
        return File, (self._text,)


class Content(NamedTuple):
    """What a file holds: how many bytes, and their digest or, of a few, the bytes themselves."""

    size: int
    digest: bytes


_known: dict[tuple[int, ...], Content] = {}


def content_of(path: str) -> Content:
    """Return what the file at *path* holds.

    Raises:
        OSError: there is no file, it is no regular file, it cannot be read or does not stay the same meanwhile.
    """
    # Opened rather than asked by its name: a network file system looks whether the file has changed at that moment.
    with opened_file(path) as (descriptor, status):
        identity = identity_of(status)
        known = _known.get(identity)
        if known is not None:
            return known
        content = Content(*buffer_part(_chunks(descriptor)))
        check_unchanged(path, descriptor, status)
    if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > TICK:
        while len(_known) >= MOST_REMEMBERED:
            _known.pop(next(iter(_known)), None)
        _known[identity] = content
    return content


@contextmanager
def opened_file(path: str) -> Iterator[tuple[int, os.stat_result]]:
    """Open a regular file to read it.

    Raises:
        OSError: it is none; the error says what to do.
    """
    try:
        descriptor = os.open(path, _OPEN)
    except FileNotFoundError as error:
        raise FileNotFoundError(
            errno.ENOENT, "a memo.File counts by its content, and there is no file", path
        ) from error
    except PermissionError:
        if os.path.isdir(path):  # noqa: PTH112 - Windows says so of directories
            _refuse_directory(path)
        raise
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            _refuse_directory(path)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "a memo.File is a regular file, which this is not", path)
        yield descriptor, status
    finally:
        os.close(descriptor)


def check_unchanged(path: str, descriptor: int, before: os.stat_result) -> None:
    """Raise OSError if the file was changed since *before*: what was read may be of two versions."""
    if identity_of(os.fstat(descriptor)) != identity_of(before):
        raise OSError(errno.EBUSY, "a memo.File was changed while it was read; close it before", path)


def identity_of(status: os.stat_result) -> tuple[int, ...]:
    """Return what tells a file from every other, and from itself after a change."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _chunks(descriptor: int) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(CHUNK))
    while size := os.readv(descriptor, [buffer]) if hasattr(os, "readv") else _read(descriptor, buffer):
        yield buffer[:size]


def _read(descriptor: int, buffer: memoryview) -> int:
    data = os.read(descriptor, len(buffer))  # Windows cannot read into memory
    buffer[: len(data)] = data
    return len(data)


def _refuse_directory(path: str) -> NoReturn:
    raise IsADirectoryError(
        errno.EISDIR,
        "a memo.File is one file, and this is a directory: "
        "list its files, [File(path) for path in sorted(directory.rglob('*')) if path.is_file()]",
        path,
    )


@encoder(File)
def encode_file(value: Any) -> Node:
    """Encode the content."""
    return Node(("file",), content_of(os.fspath(value)))
