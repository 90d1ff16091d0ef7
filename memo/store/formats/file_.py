"""The word for files: their content lies in the entry, and is written again where a hit finds it missing or changed.

Nothing is written but the file that the result named, under that name: a new file beside it takes its place when it is
complete. Of its permissions those of owner, group and others are kept.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from pickle import PickleBuffer
from typing import IO, Any

from memo.dethash.file import CHUNK, Content, File, check_unchanged, content_of, opened_file
from memo.dethash.hashing import buffer_part
from memo.store.formats.spool import pieces, spooled
from memo.store.formats.words import Reducer

WORDS = frozenset({"file"})

_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def file(path: str, mode: int, size: int, digest: bytes, data: Any) -> File:
    """See to it that the file at *path* has this content.

    Raises:
        OSError: it has another and cannot be written.
    """
    if not _is_there(path, Content(size, digest)):
        _restore(Path(path), mode, memoryview(data))
    return File(path)


def _is_there(path: str, content: Content) -> bool:
    try:
        with opened_file(path) as (_, status):
            if status.st_size != content.size:
                return False
        return content_of(path) == content
    except OSError:
        return False


def _restore(path: Path, mode: int, data: memoryview) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".memo-{os.urandom(8).hex()}.partial")
    descriptor = os.open(partial, _WRITE, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.writelines(pieces(data))
            target.flush()
            os.fsync(descriptor)
        partial.chmod(mode)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _reduce_file(value: File) -> Any:
    path = os.fspath(value)
    with opened_file(path) as (descriptor, status):
        # A copy: whoever shortens the file while it is stored would end a process that has it mapped.
        view = spooled(lambda copy: _copy(descriptor, copy))
        check_unchanged(path, descriptor, status)
    mode = stat.S_IMODE(status.st_mode) & 0o777
    return file, (path, mode, *buffer_part(pieces(view)), PickleBuffer(view))


def _copy(descriptor: int, copy: IO[bytes]) -> None:
    while piece := os.read(descriptor, CHUNK):
        copy.write(piece)


REDUCERS: dict[type, Reducer] = {File: _reduce_file}
