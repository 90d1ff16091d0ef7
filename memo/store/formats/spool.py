"""Bytes that a library wants to write to a file or read from one, without a second copy of them in memory."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from memo.store.directory.mapping import mapped

IN_MEMORY_BELOW: Final = 1 << 20
PIECE: Final = 1 << 20  # bytes that are handled at a time

_directory: ContextVar[str | None] = ContextVar("_directory", default=None)


@contextmanager
def spooling_in(directory: str | os.PathLike[str]) -> Iterator[None]:
    """Let what is spooled meanwhile lie in *directory*, if it exists: where the results go there is room for them."""
    token = _directory.set(os.fspath(directory))
    try:
        yield
    finally:
        _directory.reset(token)


class _Spool(SpooledTemporaryFile[bytes]):
    """A file that whoever writes it cannot close, as ``io.TextIOWrapper`` does with what it wraps: its end does."""

    def close(self) -> None:
        """Leave it open."""


def spooled(write: Callable[[IO[bytes]], object]) -> memoryview:
    """Return what *write* puts into the file that it is given.

    Much of it goes into a file that has no name, so that nothing is left of it whatever happens, and is mapped. Nobody
    else can shorten that file, which would end a process that reads the mapping.
    """
    directory = _directory.get()
    if directory is not None and not os.path.isdir(directory):  # noqa: PTH112 - it is text
        directory = None
    with _Spool(IN_MEMORY_BELOW, dir=directory) as file:
        write(file)
        size = file.seek(0, os.SEEK_END)
        if size < IN_MEMORY_BELOW:
            file.seek(0)
            return memoryview(bytearray(file.read()))
        file.flush()
        # Writable as a copy in memory would be: a pickler notes whether a buffer is.
        mapping = mapped(file.fileno(), size)
        if mapping is not None:
            return memoryview(mapping)
        data = bytearray(size)
        file.seek(0)
        file.readinto(data)
        return memoryview(data)


def pieces(view: memoryview) -> Iterator[memoryview]:
    """Yield *view* cut into pieces."""
    flat = view.cast("B")
    return (flat[start : start + PIECE] for start in range(0, flat.nbytes, PIECE))


class _ViewFile(io.RawIOBase):
    """A file to read whose content is in memory already."""

    def __init__(self, view: memoryview) -> None:
        self._view = view.cast("B")
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        piece = self._view[self._at : self._at + len(target)]
        target[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._view.nbytes}[whence]
        self._at = max(0, start + offset)
        return self._at


def opened(view: memoryview) -> io.BufferedReader:
    """Return a file that reads *view*."""
    return io.BufferedReader(_ViewFile(view), PIECE)
