"""The read-only look at the database: every lookup and every question goes through here, and none of them writes.

Reading diskcache's table over plain SQLite is what lets a store in a read-only directory answer, a question leave
nothing behind, and a process that only hits do without opening, or importing, diskcache.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from memo.store.database.pulse import UNKNOWN, Pulse, sweep
from memo.store.database.schema import BUSY_SECONDS, DATABASE, check, check_files, connect, is_busy
from memo.store.directory.location import SAFE_SECONDS, check_directory
from memo.store.fork import leave_to_parent, watch_forks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from memo.store.database.patience import Patience

TRUSTED_SECONDS = 1e-4  # a loop of hits need not look for a deleted database each time
BATCH = 5000  # rows removed at a time: a tenth of a second for which others wait
PAGE = 500  # rows read at a time, so that a long listing neither holds a lock nor keeps the log from being folded in

_FIND = "SELECT filename, value FROM Cache WHERE key = ? AND raw = 1"
_FIND_EITHER = (  # in one query, and the second only where there is no first
    "SELECT 0, rowid, access_time, filename, value FROM Cache WHERE key = ? AND raw = 1"
    " UNION ALL SELECT 1, rowid, access_time, filename, value FROM Cache WHERE key = ? AND raw = 1 LIMIT 1"
)
_FOLLOWING = (
    "SELECT key, access_time, value FROM Cache WHERE rowid > ? AND rowid <= ? AND raw = 1 AND typeof(key) = 'text'"
    " AND typeof(tag) = 'text' AND typeof(filename) = 'null' AND typeof(value) = 'blob'"
)
_HEADS = (
    "SELECT rowid, key, tag, size, access_time, filename, substr(value, 1, ?) FROM Cache"
    " WHERE {where} rowid > ? AND raw = 1 AND typeof(key) = 'text' AND typeof(tag) = 'text' ORDER BY rowid LIMIT ?"
)
_KEYS = (
    "SELECT key, tag FROM Cache WHERE key >= ? AND key < ? AND raw = 1 AND typeof(tag) = 'text' ORDER BY key LIMIT ?"
)
_SOME = "SELECT key FROM Cache WHERE {where} AND raw = 1 AND typeof(key) = 'text' LIMIT ?"
_NEWEST = "SELECT key FROM Cache WHERE tag = ? AND raw = 1 AND typeof(key) = 'text' ORDER BY {order} DESC LIMIT ?"
_TOTALS = (
    "SELECT tag, COUNT(*), CAST(TOTAL(size) AS INTEGER) FROM Cache WHERE typeof(tag) = 'text' {where} GROUP BY tag"
)
_ROWS = "SELECT key, value FROM Cache WHERE key > ? AND key < ? AND raw = 1 ORDER BY key LIMIT ?"
_OLD = (
    "SELECT key, size FROM Cache WHERE key > ? AND key < ? AND raw = 1 AND store_time < ? AND typeof(size) = 'integer'"
    " ORDER BY key LIMIT ?"
)
_SIZE = "SELECT value FROM Settings WHERE key = 'size'"
_FILES = "SELECT rowid, filename FROM Cache WHERE rowid > ? AND typeof(filename) = 'text' ORDER BY rowid LIMIT ?"
_AFTER_TEXT = "\U0010ffff"  # sorts after every continuation of a prefix

# What a directory that we may not write answers when the log has to be created beside the database.
_CLOSED_OFF = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


class Found(NamedTuple):
    """A row that was looked for under one key or another.

    Attributes:
        which: 0 for the first key, 1 for the second.
        number: its number in the table.
        used: when it was used last, to the hour.
        filename: where its value is, if not in the row.
        value: its value.
    """

    which: int
    number: int
    used: Any
    filename: Any
    value: Any


class Index:
    """A database seen from outside; a missing one is empty. Columns are as untrusted as the file.

    All methods raise ``OSError``, ``sqlite3.Error`` or ``ForeignDatabaseError`` where the database cannot be read.
    """

    def __init__(self, directory: Path, patience: Patience) -> None:
        self._directory = directory
        self._path = os.fspath(directory / DATABASE)
        self._database = directory / DATABASE
        self._patience = patience
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._pulse: Pulse | None = None
        self._seen: tuple[int, ...] = ()
        self._trusted_until = 0.0
        self._safe_until = 0.0
        watch_forks(self)

    def find(self, key: str) -> tuple[Any, Any] | None:
        """Return the filename and the value of the row *key*."""
        row: tuple[Any, Any] | None = self._fetch(_FIND, (key,))
        return row

    def find_either(self, key: str, other: str) -> Found | None:
        """Return the row *key*, or else the row *other*."""
        row = self._fetch(_FIND_EITHER, (key, other))
        return None if row is None else Found._make(row)

    def following(self, number: int, count: int) -> list[tuple[str, Any, bytes]]:
        """Return key, last use and value of the entries without files among the *count* rows that follow."""
        return self._query(_FOLLOWING, number, number + count)

    def beat(self) -> bytes:
        """Return what is another one after every commit of anybody, or nothing where that cannot be told."""
        if time.monotonic() >= self._trusted_until:
            with self._lock:
                self._current()
        return self.last_beat()

    def last_beat(self) -> bytes:
        """Return the same of the database that was there when anybody looked last; raise nothing."""
        pulse = self._pulse
        return UNKNOWN if pulse is None else pulse.beat()

    def _fetch(self, sql: str, values: tuple[str, ...]) -> Any:
        with self._lock:
            connection = self._connection if time.monotonic() < self._trusted_until else None
            if connection is None:
                connection = self._current()
            if connection is None:
                return None
            try:
                return connection.execute(sql, values).fetchone()
            except sqlite3.OperationalError as error:
                self._give_up(error)
                raise

    def heads(self, origin: str | None, size: int) -> Iterator[tuple[str, str, Any, Any, Any, Any]]:
        """Yield key, origin, size, last use, filename and the first *size* bytes of the value of each entry."""
        where, chosen = ("", ()) if origin is None else ("tag = ? AND", (origin,))
        last = 0
        while True:
            rows = self._query(_HEADS.format(where=where), size, *chosen, last, PAGE)
            for row in rows:
                yield row[1:]
            if len(rows) < PAGE:
                return
            last = rows[-1][0]

    def keys_of(self, origin: str | None) -> list[str]:
        """Return the keys of some entries, those of *origin* if it is given; none if there are none."""
        where, chosen = ("typeof(tag) = 'text'", ()) if origin is None else ("tag = ?", (origin,))
        return [key for (key,) in self._query(_SOME.format(where=where), *chosen, BATCH)]

    def keys(self, prefix: str, limit: int) -> list[tuple[str, str]]:
        """Return key and origin of at most *limit* entries whose keys begin with *prefix*, in order."""
        return self._query(_KEYS, prefix, prefix + _AFTER_TEXT, limit)

    def newest(self, origin: str, limit: int, *, by_time: bool = False) -> list[str]:
        """Return the keys of at most *limit* entries of *origin*, the newest first.

        By time, which takes a look at all of them, one that was replaced is as new as what replaced it.
        """
        found = self._query(_NEWEST.format(order="store_time" if by_time else "rowid"), origin, limit)
        return [key for (key,) in found]

    def totals(self, origin: str | None) -> list[tuple[str, int, int]]:
        """Return origin, number of entries and their bytes, for each origin that has any."""
        if origin is None:
            return self._query(_TOTALS.format(where=""))
        return self._query(_TOTALS.format(where="AND tag = ?"), origin)

    def rows(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Yield key and value of the rows whose keys begin with *prefix*."""
        last = prefix
        while True:
            rows = self._query(_ROWS, last, prefix + _AFTER_TEXT, PAGE)
            yield from rows
            if len(rows) < PAGE:
                return
            last = rows[-1][0]

    def old(self, prefix: str, before: float) -> Iterator[tuple[str, int]]:
        """Yield key and bytes of the rows whose keys begin with *prefix* and that were written before that time."""
        last = prefix
        while True:
            rows = self._query(_OLD, last, prefix + _AFTER_TEXT, before, PAGE)
            yield from rows
            if len(rows) < PAGE:
                return
            last = rows[-1][0]

    def size(self) -> int:
        """Return the bytes of all rows, which diskcache keeps count of; 0 where that is no number."""
        rows = self._query(_SIZE)
        return rows[0][0] if rows and isinstance(rows[0][0], int) else 0

    def filenames(self) -> Iterator[str]:
        """Yield the name of each file that a row names, whatever row it is."""
        last = 0
        while True:
            rows = self._query(_FILES, last, PAGE)
            for _, name in rows:
                yield name
            if len(rows) < PAGE:
                return
            last = rows[-1][0]

    def close(self) -> None:
        """Close the connection, if there is one; the next question opens another."""
        with self._lock:
            self._drop()

    def after_fork(self) -> None:
        """Leave the connection and the lock to the parent."""
        leave_to_parent(self._connection)
        self._connection = self._pulse = None
        self._lock = threading.Lock()

    def _query(self, sql: str, *values: object) -> list[Any]:
        with self._lock:
            connection = self._current()
            if connection is None:
                return []
            try:
                return connection.execute(sql, values).fetchall()
            except sqlite3.OperationalError as error:
                self._give_up(error)
                raise

    def _current(self) -> sqlite3.Connection | None:
        """Return a connection to the database that is there now: it may have been deleted or replaced meanwhile."""
        now = time.monotonic()
        self._trusted_until = 0.0
        if now > self._safe_until:
            check_directory(self._directory)
            self._safe_until = now + SAFE_SECONDS
        self._trusted_until = now + TRUSTED_SECONDS
        try:
            status = os.lstat(self._path)
        except (FileNotFoundError, NotADirectoryError):
            self._drop()
            return None
        if self._connection is not None:
            if self._seen == (status.st_dev, status.st_ino):
                return self._connection
            if self._seen == _in_detail(status):
                return self._connection
        return self._open(status)

    def _open(self, status: os.stat_result) -> sqlite3.Connection | None:
        self._drop()
        check_directory(self._directory)
        check_files(self._path)
        try:
            connection, is_complete = self._try("mode=rw")  # but see query_only: only so the log is tidied up at close
            seen: tuple[int, ...] = (status.st_dev, status.st_ino)
        except sqlite3.OperationalError as error:
            # Where the log can be made it must be seen, so that without descriptors for it nothing is read.
            if error.sqlite_errorcode & 0xFF not in _CLOSED_OFF or os.access(self._directory, os.W_OK):
                raise
            connection, is_complete = self._try("mode=ro&immutable=1")
            seen = _in_detail(status)  # SQLite will not look for changes, so we do
        if not is_complete:
            connection.close()
            return None
        self._connection, self._seen = connection, seen
        self._pulse = Pulse.of(self._directory, self._path, connection)
        return connection

    def _try(self, options: str) -> tuple[sqlite3.Connection, bool]:
        connection = connect(self._database, options, patience=self._patience.seconds)
        try:
            connection.execute("PRAGMA query_only = ON")
            is_complete = check(connection)
            connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
        except BaseException as error:
            connection.close()
            self._give_up(error)
            raise
        return connection, is_complete

    def _give_up(self, error: BaseException) -> None:
        """Do not wait again soon for a lock that was waited for in vain."""
        if is_busy(error) and self._patience.seconds:
            self._patience.lose()
            self._drop()

    def _drop(self) -> None:
        connection, self._connection, self._pulse = self._connection, None, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
            sweep()


def _in_detail(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
