"""Say once what is wrong with a store, and what to do about it."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from memo.errors import StoreWarning, warn_user
from memo.store.database.schema import BUSY_SECONDS, NewerDatabaseError, is_busy, is_damage
from memo.store.directory.location import UnsafeDirectoryError
from memo.store.entries.metadata import type_name
from memo.store.entries.seal import WITHHELD, SecretMissingError

if TYPE_CHECKING:
    from collections.abc import Hashable

    from memo.store.entries.seal import RefusedEntryError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_IN_THE_WAY = {errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENOENT, errno.ELOOP}
_OUT_OF_FILES = {errno.EMFILE, errno.ENFILE}
_OF_ROOM = {"full", "size", "files"}  # causes that have nothing to do with what is stored
_ELSEWHERE = "set MEMO_DIR to a directory that you can write"


class Trouble(NamedTuple):
    """What is wrong, in one word, and how a sentence about it goes on after the directory's name."""

    cause: str
    sentence: str


def diagnose(error: BaseException) -> Trouble:
    """Tell what *error*, from the file system or from SQLite, means for the store."""
    number = error.errno if isinstance(error, OSError) else None
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    if isinstance(error, UnsafeDirectoryError):
        trouble = "unsafe", f"is bypassed, because it {error}; {_ELSEWHERE}"
    elif isinstance(error, SecretMissingError):
        trouble = "withheld", f"cannot be written: {WITHHELD}"
    elif isinstance(error, NewerDatabaseError):
        trouble = "newer", f"is left alone, because {error}; use a memo as new as that, or {_ELSEWHERE}"
    elif is_damage(error):
        sentence = (
            f"has a database that is damaged or not memo's ({error}); it is bypassed, and renamed to cache.db.aside-… "
            f"when the next result is stored: delete that file when you do not need it"
        )
        trouble = "damaged", sentence
    elif is_busy(error):
        trouble = "locked", f"was locked by another process for {BUSY_SECONDS:g} seconds; end that process if it hangs"
    elif number == errno.EFBIG or (code == sqlite3.SQLITE_IOERR and _are_files_limited()):
        trouble = "size", f"may not have such a large file ({error}); raise the limit (ulimit -f), or {_ELSEWHERE}"
    elif number in _FULL or code == sqlite3.SQLITE_FULL:
        trouble = "full", f"is on a full disk ({error}); free some space there, or {_ELSEWHERE}"
    elif number in _CLOSED or code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}:
        trouble = "closed", f"cannot be used ({error}); change its permissions, or {_ELSEWHERE}"
    elif number in _IN_THE_WAY:
        trouble = "directory", f"cannot be made or entered ({error}); {_ELSEWHERE}"
    elif number in _OUT_OF_FILES or (code == sqlite3.SQLITE_CANTOPEN and _are_descriptors_short()):
        trouble = "files", f"could not be opened ({error}); raise the limit of open files (ulimit -n)"
    else:
        trouble = "other", f"does not work ({type(error).__name__}: {error}); {_ELSEWHERE}"
    return Trouble(*trouble)


def _are_descriptors_short() -> bool:
    """Say whether hardly any file can be opened: SQLite does not say why it could not open one."""
    with suppress(OSError), ExitStack() as opened:
        for _ in range(4):  # a database, its log, the index of that, and a directory
            opened.enter_context(Path(os.devnull).open("rb"))
        return False
    return True


def _are_files_limited() -> bool:
    """Say whether no file may exceed some size: SQLite does not say why it could not write one."""
    try:
        import resource
    except ImportError:  # on Windows
        return False
    return resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY


class Troubles:
    """What has been said about one store; each cause is warned about once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._told: set[Hashable] = set()

    def tell(self, error: BaseException) -> None:
        """Warn that the store failed, if this cause is new."""
        trouble = diagnose(error)
        self.say(trouble.cause, f"the store in {self._directory} {trouble.sentence}")

    def tell_network(self, kind: str | None) -> None:
        """Warn if the store is on a network file system, of type *kind*."""
        if kind is not None:
            self.say(
                "network",
                f"the store in {self._directory} is on a network file system ({kind}), where processes on several "
                f"machines may lock or miss each other's entries, and damage its database; no damage is taken for a "
                f"result, but set MEMO_DIR to a directory of this machine",
            )

    def tell_aside(self, reason: str, aside: Path) -> None:
        """Warn that the database was set aside, unless it was said that it would be."""
        self.say(
            "damaged",
            f"the store in {self._directory} had a database that is damaged or not memo's ({reason}): it was renamed "
            f"to {aside.name} and a new one begun; delete that file when you do not need it",
        )

    def refuse(self, key: str, error: RefusedEntryError) -> None:
        """Warn that what is stored under *key* is not vouched for, if nothing was refused for this cause before."""
        self.say(
            error.cause, f"the store in {self._directory} has entries that are refused ({key[:12]} is one): {error}"
        )

    def of_entry(self, key: str, error: Exception) -> None:
        """Warn that the entry *key* cannot be read."""
        reason = str(error) if type(error).__module__.startswith("memo.") else f"{type_name(error)}: {error}"
        self.say(
            ("entry", key),
            f"the entry {key[:12]} of the store in {self._directory} cannot be read ({reason}); "
            f"it is left in place and its step runs instead",
        )

    def of_value(self, origin: str, value: object, error: Exception, remedy: str) -> None:
        """Warn that a result cannot be stored."""
        if diagnose(error).cause in _OF_ROOM:  # what is large is put together in a file first
            self.tell(error)
            return
        if isinstance(error, RecursionError):
            remedy = "return it less deeply nested, or raise sys.setrecursionlimit()"
        self.say(
            ("value", origin, type(value)),
            f"the result of {origin}, a {type_name(value)}, cannot be stored ({type_name(error)}: {error}); it is "
            f"returned, and the step runs again next time: {remedy}",
        )

    def say(self, cause: Hashable, sentence: str) -> None:
        """Warn with *sentence*, if *cause* is new, from where the user's code called memo."""
        if cause not in self._told:
            self._told.add(cause)
            warn_user(sentence, StoreWarning)
