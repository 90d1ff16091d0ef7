"""What takes space and nothing else, so that it is looked for only when somebody asks.

Files that no row names: what a process leaves that is killed between writing a file and writing its row. Manifests and
source texts that no entry speaks of: what is left of the code of entries that went.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from memo.store.directory import files
from memo.store.storage import ALIAS, IN_ROW_BELOW, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from memo.store.database.index import Index
    from memo.store.storage import Storage

SAFE_AGE: Final = 3600.0  # seconds: what was written to lately may get its row yet
_DIGEST = re.compile(rb"[0-9a-f]{64}")
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


def find_manifests(storage: Storage, now: float) -> dict[str, int]:
    """Return name and bytes of each manifest and text that was written an hour ago and that nothing speaks of.

    What looks like a digest is taken for one, wherever it is: in doubt a manifest stays.

    Raises:
        OSError, sqlite3.Error, ForeignDatabaseError: the rows cannot be read, so that nothing is known.
    """
    # The manifests first: one that gets its entry meanwhile is spoken of then.
    old = {name: size for name, size in storage.index.old(MANIFEST, now - SAFE_AGE) if _digest_of(name)}
    if not old:
        return {}
    inside = {_digest_of(name): _digests(value) for name, value in storage.index.rows(MANIFEST)}
    reached: set[bytes] = set()
    coming = inside.keys() - {_digest_of(name) for name in old}
    for key, _, _, _, filename, value in storage.index.heads(None, IN_ROW_BELOW):
        coming |= inside.keys() & _digests(storage.start_of(key, filename, value, told=True))
    for _, value in storage.index.rows(ALIAS):
        coming |= inside.keys() & _digests(value)
    while coming:
        reached |= coming
        coming = {each for found in coming for each in inside[found] if each in inside} - reached
    return {name: size for name, size in old.items() if _digest_of(name) not in reached}


def _digest_of(name: str) -> bytes:
    """Return the digest that the row *name* is found by; nothing where it is none."""
    digest = name.removeprefix(MANIFEST).encode("utf-8", "backslashreplace")
    return digest if _DIGEST.fullmatch(digest) else b""


def _digests(value: object) -> set[bytes]:
    return set(_DIGEST.findall(value)) if isinstance(value, bytes) else set()


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
