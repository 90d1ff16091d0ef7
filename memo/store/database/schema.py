"""What a database must look like before diskcache may open it.

diskcache applies every row of its ``Settings`` table when it opens a database, and SQLite runs whatever triggers it
finds. So both are compared with what diskcache itself writes, over plain SQLite: one planted row or trigger, and the
database is not ours.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from typing import TYPE_CHECKING, Final

from memo.store.directory.location import distrust

if TYPE_CHECKING:
    from pathlib import Path

DATABASE: Final = "cache.db"  # diskcache's name for it
BESIDE: Final = ("-wal", "-shm", "-journal")  # what SQLite opens beside it, and waits for where one is a pipe
BUSY_SECONDS: Final = 2.0  # how long another process's lock is waited for
USED_LATELY: Final = 3600.0  # seconds in which a use of an entry is written down once

# Written by diskcache 5.6 with these settings; white space is not compared.
_COUNTING = (
    "AFTER {event} ON Cache FOR EACH ROW BEGIN UPDATE Settings SET value = value {change} WHERE key = {key}; END"
)
_OBJECTS = {
    "Settings": "CREATE TABLE Settings ( key TEXT NOT NULL UNIQUE, value)",
    "Cache": (
        "CREATE TABLE Cache ( rowid INTEGER PRIMARY KEY, key BLOB, raw INTEGER, store_time REAL, expire_time REAL,"
        " access_time REAL, access_count INTEGER DEFAULT 0, tag BLOB, size INTEGER DEFAULT 0,"
        " mode INTEGER DEFAULT 0, filename TEXT, value BLOB)"
    ),
    "Cache_key_raw": "CREATE UNIQUE INDEX Cache_key_raw ON Cache(key, raw)",
    "Cache_expire_time": "CREATE INDEX Cache_expire_time ON Cache (expire_time)",
    **{
        f"Settings_{name}": f"CREATE TRIGGER Settings_{name} " + _COUNTING.format(event=event, change=change, key=key)
        for name, event, change, key in (
            ("count_insert", "INSERT", "+ 1", '"count"'),
            ("count_delete", "DELETE", "- 1", '"count"'),
            ("size_insert", "INSERT", "+ NEW.size", '"size"'),
            ("size_update", "UPDATE", "+ NEW.size - OLD.size", '"size"'),
            ("size_delete", "DELETE", "- OLD.size", '"size"'),
        )
    },
}
# Ours: finds and sums up a step's entries without touching the table, and orders them.
CREATE_INDEX: Final = "CREATE INDEX IF NOT EXISTS memo_origin ON Cache (tag, rowid, size)"
# A later version may have other indexes; and ANALYZE leaves tables.
_HARMLESS = r"CREATE INDEX memo_\w+ ON Cache \([\w, ]+\)|CREATE TABLE sqlite_stat\d\([\w,]+\)"

# Given to diskcache at every opening, so that the values in the table do not matter, only the names.
SETTINGS: Final[dict[str, object]] = {
    "statistics": 0,
    "tag_index": 0,
    "eviction_policy": "none",
    "size_limit": 2**62,
    "cull_limit": 0,
    "sqlite_auto_vacuum": 1,
    "sqlite_cache_size": 2**13,
    "sqlite_journal_mode": "wal",
    "sqlite_mmap_size": 0,  # a database that shrinks under a mapping kills the process
    "sqlite_synchronous": 1,
    "disk_min_file_size": 2**15,
    "disk_pickle_protocol": 5,
}
_SETTING_NAMES = {*SETTINGS, "count", "size", "hits", "misses"}


#: Which layout of the database this is, as SQLite's ``user_version``: a later one of memo's counts up.
LAYOUT: Final = 0


class ForeignDatabaseError(Exception):
    """A database that holds what neither diskcache nor memo puts there."""


class NewerDatabaseError(ForeignDatabaseError):
    """A database of a newer memo, which is to be left alone."""


def connect(path: Path, options: str = "mode=rw", *, patience: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Open the database at *path*, which must exist, for all threads (their callers take turns)."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.text_factory = _text
    return connection


def _text(data: bytes) -> str:
    """Return a column's text; what is none matches nothing of ours, and does not keep other rows from being read."""
    return data.decode("utf-8", "backslashreplace")


def check_files(path: str) -> None:
    """Refuse a database that, or whose log, is something else than a file of this user; a missing one is none.

    Raises:
        ForeignDatabaseError: it is not ours.
    """
    for suffix in ("", *BESIDE):
        try:
            status = os.lstat(path + suffix)
        except FileNotFoundError:
            continue
        reason = distrust(status) if stat.S_ISREG(status.st_mode) else "is not a regular file"
        if reason:
            raise ForeignDatabaseError(f"{DATABASE}{suffix} {reason}")


def check(connection: sqlite3.Connection) -> bool:
    """Say whether the database has its tables (True) or is still empty (False).

    Raises:
        ForeignDatabaseError: there is something in it that does not belong there; or a newer memo made it.
        sqlite3.DatabaseError: it cannot be read.
    """
    # With no schema trusted, planted views and defaults may call nothing that reaches beyond the database.
    connection.execute("PRAGMA trusted_schema = OFF")
    check_layout(connection)
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    for name, sql in found:
        normal = " ".join(str(sql).split())
        if normal != _OBJECTS.get(name) and not re.fullmatch(_HARMLESS, normal):
            raise ForeignDatabaseError(f"{name!r} in its schema is not ours")
    names = {name for name, _ in found}
    if "Settings" in names:
        # With their values, as diskcache reads them: the keys alone would be read from an index, which may differ.
        for name, _ in connection.execute("SELECT key, value FROM Settings"):
            if name not in _SETTING_NAMES:
                raise ForeignDatabaseError(f"{name!r} in its settings is not ours")
    return "Cache" in names


def check_layout(connection: sqlite3.Connection) -> None:
    """Refuse a database of a newer memo, or one that does not say what is in it, before anything about it is changed.

    Raises:
        NewerDatabaseError: it is a newer memo's.
        ForeignDatabaseError: its schema is broken.
        sqlite3.DatabaseError: it cannot be read.
    """
    layout = connection.execute("PRAGMA user_version").fetchone()[0]
    if layout > LAYOUT:
        raise NewerDatabaseError(f"a newer version of memo made it (layout {layout})")
    try:
        connection.execute("SELECT 0 FROM sqlite_master LIMIT 0")  # the first statement that needs the schema
    except UnicodeDecodeError as error:  # SQLite quotes what it does not understand, and that may be no text
        raise ForeignDatabaseError("its schema is damaged") from error


def is_busy(error: BaseException) -> bool:
    """Say whether *error* tells that another process holds a lock."""
    code = getattr(error, "sqlite_errorcode", 0)
    return isinstance(error, sqlite3.OperationalError) and code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_damage(error: BaseException) -> bool:
    """Say whether *error* tells that the database is broken or not ours, rather than busy, full or closed off."""
    if isinstance(error, ForeignDatabaseError):
        return not isinstance(error, NewerDatabaseError)
    code = getattr(error, "sqlite_errorcode", 0)
    return isinstance(error, sqlite3.DatabaseError) and code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
