"""Files that no row names: what a process leaves that is killed between writing a file and writing its row.

They take space and nothing else, so they are looked for only when somebody asks.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from memo.store import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from memo.store.index import Index

SAFE_AGE: Final = 3600.0  # seconds: what was written to lately may get its row yet
_FOLDER = re.compile(r"[0-9a-f]{2}")
_NAME = re.compile(r"[0-9a-f]{30}\.(entry|partial)")  # a large result that is being written is "partial"


def find(directory: Path, index: Index, now: float) -> dict[str, int]:
    """Return name and bytes of each file that no row names and that nobody has written to for an hour.

    Raises:
        OSError, sqlite3.Error, ForeignDatabaseError: the rows cannot be read, so that nothing is known.
    """
    # The files first: one that gets its row meanwhile is named by it then.
    old = dict(_old_files(directory, now))
    for name in index.filenames() if old else ():
        old.pop(name, None)
    return old


def remove(directory: Path, name: str) -> bool:
    """Remove the file *name* that :func:`find` found, and say whether it was there."""
    with suppress(OSError), files.inside(directory, name[:2]) as (prefix, at):
        os.unlink(prefix + name[3:], dir_fd=at)
        return True
    return False


def _old_files(directory: Path, now: float) -> Iterator[tuple[str, int]]:
    for folder in _names(directory, _FOLDER):
        for name in _names(directory / folder, _NAME):
            with suppress(OSError), files.inside(directory, folder) as (prefix, at):
                status = os.stat(prefix + name, dir_fd=at, follow_symlinks=False)
                if stat.S_ISREG(status.st_mode) and now - status.st_mtime > SAFE_AGE:
                    yield f"{folder}/{name}", status.st_size


def _names(directory: Path, pattern: re.Pattern[str]) -> list[str]:
    try:
        return sorted(name for name in os.listdir(directory) if pattern.fullmatch(name))  # noqa: PTH208 - names alone
    except OSError:
        return []
