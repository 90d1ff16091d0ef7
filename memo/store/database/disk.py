"""The one file that knows diskcache: it writes what :mod:`memo.store.database.index` reads.

diskcache keeps the table, its transactions and the removal of replaced files. It is given a connection that was opened
and checked here, so that its settings cannot be planted, its waits are bounded and one connection serves all threads;
and a ``Disk`` that holds bytes only. It unpickles nothing, whatever a row says.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import diskcache
from diskcache.core import MODE_BINARY, MODE_RAW  # an import that was interrupted leaves a package without its parts

from memo.store.database.schema import (
    BESIDE,
    BUSY_SECONDS,
    CREATE_INDEX,
    DATABASE,
    SETTINGS,
    USED_LATELY,
    ForeignDatabaseError,
    check,
    check_files,
    check_layout,
    connect,
    is_busy,
    is_damage,
)
from memo.store.directory import files
from memo.store.directory.location import SAFE_SECONDS, check_directory, create_directory
from memo.store.fork import leave_to_parent, watch_forks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from memo.store.database.patience import Patience


# What another process has written meanwhile need not be written again, and for a large row that is most of the work.
_USED = "UPDATE Cache SET access_time = ? WHERE key = ? AND raw = 1 AND access_time < ?"
# What diskcache does in a transaction of four statements, where there is no such row yet.
_INSERT = (
    "INSERT OR IGNORE INTO Cache (key, raw, store_time, access_time, access_count, tag, size, mode, filename, value)"
    " VALUES (?, 1, ?, ?, 0, ?, ?, ?, ?, ?)"
)
# diskcache does not see rows that have expired. We write none, so somebody hides one.
_EXPIRES_NEVER = "UPDATE Cache SET expire_time = NULL WHERE expire_time NOTNULL"


class InFile(NamedTuple):
    """A value that lies in a file already."""

    name: str
    size: int


# ruff: noqa: ARG002 - the methods of a Disk are called by diskcache, with all that it knows
class BytesDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
    """Holds bytes in rows and names of files, and reads or removes no file that is not ours."""

    root = Path(os.devnull)  # set after construction: diskcache expands ~ and $ in the directory that it passes
    #: Files to be removed once their rows are; ``None`` where they can be removed at once.
    doomed: list[str] | None = None

    def put(self, key: str) -> tuple[str, bool]:
        """Return the key as it is."""
        if type(key) is not str:
            raise TypeError(f"a key is a str, not {type(key).__name__}")
        return key, True

    def get(self, key: object, raw: object) -> str:
        """Return the key as it is; never unpickle one."""
        if type(key) is not str:
            raise files.UnsafeFileError("a key that memo did not write")
        return key

    def store(self, value: bytes | InFile, read: object, key: object = None) -> tuple[int, int, str | None, Any]:
        """Return the columns size, mode, filename and value."""
        if isinstance(value, InFile):
            return value.size, MODE_BINARY, value.name, None
        if type(value) is not bytes:
            raise TypeError(f"a store holds bytes, not {type(value).__name__}")
        return len(value), MODE_RAW, None, value

    def fetch(self, mode: object, filename: str | None, value: object, read: object) -> bytes:
        """Return bytes, whatever *mode* says they are."""
        if filename is not None:
            return bytes(files.read(self.root, filename).view)
        if type(value) is not bytes:
            raise files.UnsafeFileError("a value that memo did not write")
        return value

    def filename(self, key: object = None, value: object = None) -> NoReturn:
        """Refuse to name a file: :mod:`memo.store.directory.files` does."""
        raise NotImplementedError

    def remove(self, file_path: str) -> None:
        """Remove a file of ours."""
        if self.doomed is not None:
            self.doomed.append(file_path)
        else:
            files.remove(self.root, file_path)


class CheckedCache(diskcache.Cache):  # type: ignore[misc]  # diskcache has no types
    """A cache on a connection that was opened and checked before."""

    def __init__(self, directory: Path, connection: sqlite3.Connection, **settings: object) -> None:
        self._connection = connection
        super().__init__(os.sep, disk=BytesDisk, **settings)  # a directory that exists and has nothing to expand
        self._disk.root = directory

    @property
    def _con(self) -> sqlite3.Connection:
        return self._connection

    @property
    def _sql_retry(self) -> Callable[..., sqlite3.Cursor]:
        return self._connection.execute  # the connection waits by itself, and for less than diskcache's minute

    def put(self, key: str, value: bytes | InFile, tag: str | None) -> None:
        """Write the row *key*, replacing an older one and its file."""
        now = time.time()
        row = key, now, now, tag, *self._disk.store(value, read=False)
        if self._connection.execute(_INSERT, row).rowcount != 1:
            self.set(key, value, tag=tag)

    def remove(self, keys: Iterable[str]) -> int:
        """Remove rows, all in one transaction, and then their files; return how many there were."""
        doomed = self._disk.doomed = list[str]()
        try:
            with self.transact():
                self._sql(_EXPIRES_NEVER)
                count = sum(map(bool, map(self.delete, keys)))
        finally:
            self._disk.doomed = None
        for name in doomed:
            self._disk.remove(name)
        return count

    def close(self) -> None:
        """Leave the connection to its owner."""


class Writer:
    """The writing side of one store: opens the database, or makes it, at the first write.

    All methods raise ``OSError`` or ``sqlite3.Error`` where the store cannot be written. A database that is broken or
    not ours is renamed, *on_aside* is told why and to what, and a new one is begun.
    """

    def __init__(self, directory: Path, patience: Patience, on_aside: Callable[[str, Path], None]) -> None:
        self._directory = directory
        self._database = directory / DATABASE
        self._path = os.fspath(self._database)
        self._patience = patience
        self._on_aside = on_aside
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._cache: CheckedCache | None = None
        self._identity = (0, 0)
        self._waits = BUSY_SECONDS
        self._safe_until = 0.0
        watch_forks(self)

    def open(self) -> None:
        """Open the database, or make it and its directory, if that was not done yet."""
        self._write(lambda _: None)

    def put(self, key: str, value: bytes | InFile, tag: str | None = None) -> None:
        """Write the row *key*, replacing an older one and its file."""
        self._write(lambda cache: cache.put(key, value, tag))

    def put_all(self, rows: dict[str, bytes]) -> None:
        """Write rows, replacing older ones, all in one transaction."""

        def put(cache: CheckedCache) -> None:
            with cache.transact():
                for key, value in rows.items():
                    cache.put(key, value, None)

        self._write(put)

    def update(
        self,
        changes: dict[str, Callable[[bytes | None], bytes]],
        used: Iterable[tuple[str, float]] = (),
        *,
        wait: bool = True,
    ) -> None:
        """Replace each row by what its function makes of it, and note when others were used, in one transaction."""

        def change(cache: CheckedCache) -> None:
            with cache.transact():
                for key, function in changes.items():
                    cache.set(key, function(cache.get(key)))
                for key, when in used:
                    cache._sql(_USED, (when, key, when - USED_LATELY))  # noqa: SLF001 - ours

        self._write(change, wait=wait)

    def remove(self, keys: Iterable[str]) -> int:
        """Remove the rows *keys* and their files, all in one transaction, and return how many there were."""
        return int(self._write(lambda cache: cache.remove(keys))) if self._database.exists() else 0

    def clear(self) -> None:
        """Remove all rows; many are removed faster by :meth:`remove`."""
        if self._database.exists():
            self._write(lambda cache: cache.clear())

    def close(self) -> None:
        """Close the connection, if there is one; the next write opens another."""
        with self._lock:
            connection, self._connection, self._cache = self._connection, None, None
            if connection is not None:
                with suppress(sqlite3.Error):
                    connection.close()

    def after_fork(self) -> None:
        """Leave the connection and the lock to the parent."""
        leave_to_parent((self._connection, self._cache))
        self._connection = self._cache = None
        self._lock = threading.RLock()

    def _write(self, action: Callable[[CheckedCache], Any], *, wait: bool = True) -> Any:
        with self._lock:
            patience = self._patience.seconds if wait else 0.0
            try:
                result = self._attempt(action, patience)
            except (sqlite3.DatabaseError, ForeignDatabaseError) as error:
                if is_busy(error) and patience:
                    self._patience.lose()
                if not is_damage(error):
                    raise
                self._set_aside(str(error))
                result = self._attempt(action, patience)
            self._patience.regain()
            return result

    def _attempt(self, action: Callable[[CheckedCache], Any], patience: float) -> Any:
        cache = self._ready(patience)
        connection = cache._con  # noqa: SLF001 - ours
        if patience != self._waits:
            connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
            self._waits = patience
        try:
            return action(cache)
        except diskcache.Timeout as error:
            # diskcache says so of whatever keeps a transaction from beginning.
            raise (error.__context__ or error) from None
        finally:
            if connection.in_transaction:  # a full disk can end a transaction so that diskcache's rollback fails
                with suppress(sqlite3.Error):
                    connection.rollback()

    def _ready(self, patience: float) -> CheckedCache:
        """Return a cache on the database that is there now: it may have been deleted or replaced meanwhile."""
        now = time.monotonic()
        if now > self._safe_until:
            check_directory(self._directory)
            self._safe_until = now + SAFE_SECONDS
        try:
            status = os.lstat(self._path)
        except FileNotFoundError:
            self.close()
            self._safe_until = 0.0
            create_directory(self._directory)
            # Made here rather than by SQLite, whose files have whatever permissions the umask leaves.
            with suppress(FileExistsError):
                os.close(os.open(self._database, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            status = self._database.lstat()
        if self._cache is not None:
            if self._identity == (status.st_dev, status.st_ino):
                return self._cache
            self.close()
        self._identity = status.st_dev, status.st_ino
        check_files(self._path)
        self._connection, self._waits = connect(self._database, patience=patience), patience
        try:
            self._cache = self._open(self._connection, patience)
        except BaseException:
            self.close()
            raise
        return self._cache

    def _open(self, connection: sqlite3.Connection, patience: float) -> CheckedCache:
        """Check the database and let diskcache set it up, in one transaction: nothing can be planted in between."""
        check_layout(connection)
        journal = self._prepare(connection, patience)
        connection.execute("BEGIN IMMEDIATE")
        check(connection)
        cache = CheckedCache(self._directory, connection, **SETTINGS | {"sqlite_journal_mode": journal})
        connection.execute(CREATE_INDEX)
        connection.execute("COMMIT")
        return cache

    def _prepare(self, connection: sqlite3.Connection, patience: float) -> str:
        """Set what cannot be set within a transaction, and return the journal mode that the file system allows."""
        connection.execute("PRAGMA auto_vacuum = FULL")
        connection.execute("PRAGMA synchronous = NORMAL")
        deadline = time.monotonic() + patience
        while True:
            try:
                return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
            except sqlite3.OperationalError as error:
                # Two processes that make the same database: this one statement does not wait by itself.
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.005)

    def _set_aside(self, reason: str) -> None:
        """Rename the database, unless another process has replaced it meanwhile."""
        self.close()
        with suppress(FileNotFoundError):
            status = self._database.lstat()
            if self._identity != (status.st_dev, status.st_ino):
                return
            aside = self._database.with_name(f"{DATABASE}.aside-{time.strftime('%Y%m%d-%H%M%S')}-{os.urandom(3).hex()}")
            for suffix in (*BESIDE, ""):  # the log first: it must not be applied to the new database
                with suppress(FileNotFoundError):
                    os.rename(f"{self._database}{suffix}", f"{aside}{suffix}")  # noqa: PTH104 - as text, for the suffix
            self._on_aside(reason, aside)
