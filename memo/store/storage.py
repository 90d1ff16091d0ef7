"""What a store holds open in one process, and the rows that it keeps there.

A row is found by its key: an entry's by the entry's key, the others' by a prefix with a colon. Entries carry their
origin in diskcache's ``tag`` column, where a step's entries are found and summed up without being opened; other rows
have none. The values of all rows are sealed alike, with their key inside.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from memo.store.ahead import Ahead
from memo.store.database.index import Index
from memo.store.database.patience import Patience
from memo.store.database.pulse import UNKNOWN, sweep
from memo.store.database.schema import USED_LATELY, ForeignDatabaseError
from memo.store.directory import files
from memo.store.directory.mounts import network_type
from memo.store.entries.entry import DamagedEntryError, Entry, NewerEntryError, pack, size_of_names
from memo.store.entries.opening import Opener, check_row, open_row, renewed, value_of
from memo.store.entries.seal import RefusedEntryError
from memo.store.fork import watch_forks
from memo.store.formats import FormatMissingError, check_readable, encode
from memo.store.hot import Hot
from memo.store.trouble import Troubles
from memo.typing import MISSING, Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import Literal

    from memo.store.database.disk import InFile, Writer
    from memo.store.database.index import Found
    from memo.store.entries.seal import Seals
    from memo.store.formats import Format

IN_ROW_BELOW: Final = 2**15  # bytes; what is larger gets a file

ALIAS: Final = "alias:"
MANIFEST: Final = "manifest:"
COUNTERS: Final = "counters:"
REMOVED: Final = "removed:"
START: Final = 1024  # bytes of an entry that a listing looks at
_LONGEST_CHAIN: Final = 16  # aliases that lead to one another

# What the file system, SQLite and our look at the database raise.
STORAGE_ERRORS: Final = (OSError, sqlite3.Error, ForeignDatabaseError)


class Storage:
    """The open database and the files of one directory; all methods but ``close`` may raise STORAGE_ERRORS."""

    def __init__(self, directory: Path, seals: Seals) -> None:
        self.directory = directory
        self.seals = seals
        self._patience = Patience()
        self.index = Index(directory, self._patience)
        self.troubles = Troubles(directory)
        self._opener = Opener(directory, seals)
        self._hot = Hot()
        self._ahead = Ahead()
        #: Rows that were seen, and the database's pulse since when nobody else has committed anything.
        self._known: tuple[bytes, frozenset[str]] = UNKNOWN, frozenset()
        self._writer: Writer | None = None
        self._lock = threading.Lock()
        watch_forks(self)

    @property
    def writer(self) -> Writer:
        """The writing side; diskcache is imported when it is first needed."""
        if self._writer is None:
            from memo.store.database.disk import Writer

            with self._lock:
                if self._writer is None:
                    self.troubles.tell_network(network_type(self.directory))
                    self._writer = Writer(self.directory, self._patience, self.troubles.tell_aside)
        return self._writer

    def find(self, key: str, *, whole: bool = True) -> Entry | None:
        """Return the entry under *key*, or the one that an alias says answers it.

        Raises:
            DamagedEntryError, NewerEntryError, RefusedEntryError: there is one and it cannot be used.
        """
        beat = self.index.beat()
        kept = self._hot.get(key, beat)
        if kept is not None:
            return renewed(kept) if kept.buffers else kept
        return None if self._hot.is_missing(key, beat) else self._look(key, beat, whole=whole)

    def _look(self, key: str, beat: bytes, *, whole: bool) -> Entry | None:
        """Find the entry in the database, and keep it with *beat*, from before that, if it is in its row."""
        target, row = key, self.index.find_either(key, ALIAS + key)
        if row is not None and row.which:
            target, row = self._follow(ALIAS + key, row)
        if row is None:
            self._hot.keep(key, beat, None)
            return None
        _, number, used, filename, value = row
        if filename is not None:
            opened = self._open(target, (filename, value), whole=whole)
            return None if opened is None else _with_use(opened, used)
        entry = _with_use(check_row(target, value, self.seals, whole=whole), used)
        if whole and beat:
            self._hot.keep(key, beat, entry, len(value))
            self._read_ahead(number, beat)
        return renewed(entry)

    def _read_ahead(self, number: int, beat: bytes) -> None:
        """Keep the entries that follow the row *number*, too, if they are being asked for one after the other."""
        count = self._ahead.wanted(number)
        try:
            rows = self.index.following(number, count) if count else []
        except STORAGE_ERRORS:  # what was asked for is there, whatever is beside it
            return
        for key, used, value in rows:
            try:
                entry = check_row(key, value, self.seals)
            except (DamagedEntryError, NewerEntryError, RefusedEntryError):
                continue  # whoever asks for it is told
            self._hot.keep(key, beat, _with_use(entry, used), len(value))

    def _open(self, key: str, row: tuple[Any, Any], *, whole: bool) -> Entry | None:
        """Open an entry whose file others may replace between the look at its row and the look at it."""
        if row[0] is None:
            return open_row(key, row[1], self.seals, whole=whole)
        while True:
            try:
                return self._opener.open(key, *row, whole=whole)
            except FileNotFoundError as error:
                again = self.index.find(key)
                if again is None:
                    return None
                if again == row:
                    raise DamagedEntryError("its file is missing") from error
                row = again

    def _follow(self, name: str, row: Found) -> tuple[str, Found | None]:
        """Return the key and the row of the entry that an alias, the row *name*, leads to, if there is one."""
        found: Found | None = row
        for _ in range(_LONGEST_CHAIN):
            alias = MISSING if found is None else self.read_plain(name, found.value)
            if not isinstance(alias, tuple):
                break
            key = alias[0]
            name = ALIAS + key
            found = self.index.find_either(key, name)
            if found is not None and not found.which:
                return key, found
        return name, None

    def put(self, key: str, parts: list[bytes | memoryview], size: int, tag: str | None = None) -> None:
        """Write a row, through a file if it is large and an entry's."""
        if size < IN_ROW_BELOW or tag is None:
            self._write(key, b"".join(parts), tag)
            return
        from memo.store.database.disk import InFile

        self.writer.open()  # in a store of a newer memo nothing is written
        name = files.write(self.directory, parts)
        try:
            self._write(key, InFile(name, size), tag)
        except BaseException:
            if not self._may_name(key, name):
                files.remove(self.directory, name)
            raise

    def _write(self, key: str, value: bytes | InFile, tag: str | None) -> None:
        """Write a row, after which all rows are there that were there before."""
        before = self.index.last_beat()
        self.writer.put(key, value, tag)
        known, names = self._known
        if known == before:
            self._known = self.index.last_beat(), names

    def _may_name(self, key: str, name: str) -> bool:
        """Say whether the row *key* names the file *name*: an interrupt may come after it was written."""
        try:
            row = self.index.find(key)
        except STORAGE_ERRORS:
            return True
        return row is not None and row[0] == name

    def has(self, prefix: str, name: str) -> bool:
        """Say whether there is a row *name* under *prefix* that is ours and whole, without decoding it."""
        beat = self.index.beat()
        known, names = self._known
        if beat and beat == known and prefix + name in names:
            return True
        row = self.index.find(prefix + name)
        if row is None:
            return False
        try:
            open_row(prefix + name, row[1], self.seals)
        except (DamagedEntryError, NewerEntryError, RefusedEntryError):
            return False
        self._known = beat, (names if beat == known else frozenset()) | {prefix + name}
        return True

    def get(self, prefix: str, name: str) -> object | Literal[Missing.MISSING]:
        """Return the plain value of the row *name* under *prefix*; one that cannot be read is not there."""
        row = self.index.find(prefix + name)
        return MISSING if row is None else self.read_plain(prefix + name, row[1])

    def set(self, prefix: str, name: str, value: object) -> None:
        """Write the row *name* under *prefix*."""
        self.put(prefix + name, *self.pack_plain(prefix + name, value))

    def set_all(self, prefix: str, values: Mapping[str, object]) -> None:
        """Write rows under *prefix*, all in one transaction."""
        packed = {prefix + name: b"".join(self.pack_plain(prefix + name, value)[0]) for name, value in values.items()}
        if packed:
            self.writer.put_all(packed)

    def add(self, prefix: str, makers: Mapping[str, Callable[[], object]]) -> None:
        """Write those rows under *prefix* that are not there, made only then, all in one transaction."""
        self.set_all(prefix, {name: make() for name, make in makers.items() if not self.has(prefix, name)})

    def items(self, prefix: str) -> Iterator[tuple[str, object]]:
        """Yield name and plain value of the rows under *prefix* that can be read."""
        for key, data in self.index.rows(prefix):
            value = self.read_plain(key, data)
            if value is not MISSING:
                yield key.removeprefix(prefix), value

    def pack_plain(self, key: str, value: object) -> tuple[list[bytes | memoryview], int]:
        """Return the bytes of a row that is no entry."""
        return pack(key, "", encode(value), seals=self.seals)

    def read_plain(self, key: str, data: object) -> object | Literal[Missing.MISSING]:
        """Return the value of a row that is no entry, or MISSING where it cannot be read."""
        try:
            entry = open_row(key, data, self.seals)
            return value_of(entry) if entry.format == "plain" else MISSING
        except RefusedEntryError as error:
            self.troubles.refuse(key, error)
            return MISSING
        except Exception:  # noqa: BLE001 - damage, or bytes made to look like a row, which may fail in any way
            return MISSING

    def is_reserved(self, key: str, chosen: Format | None = None) -> bool:
        """Say whether *key* holds an entry that is not to be replaced here: others can read it, and we cannot."""
        try:
            row = self.index.find(key)
        except STORAGE_ERRORS:  # the writer will say, or put it right
            row = None
        if row is None:
            return False
        try:
            entry = self._open(key, row, whole=False)
        except NewerEntryError:
            return True
        except RefusedEntryError as error:
            return error.is_for_others
        except (DamagedEntryError, *STORAGE_ERRORS):
            return False
        try:
            if entry is not None:
                check_readable(entry.format, entry.format_version, chosen)
        except FormatMissingError:
            return True
        return False

    def start_of(self, key: str, filename: object, value: object, *, told: bool = False) -> bytes:
        """Return an entry's first bytes, as far as there are any: header, names, and some metadata, or all if *told*.

        *value* is the beginning of its row. Names may be longer than what a listing looks at.
        """
        start = self._read_start(filename, START) if isinstance(filename, str) else value
        if not isinstance(start, bytes):
            return b""
        size = size_of_names(start, told=told)
        if size <= len(start):
            return start
        if isinstance(filename, str):
            return self._read_start(filename, size)
        row = self.index.find(key)
        return row[1][:size] if row is not None and isinstance(row[1], bytes) else start

    def _read_start(self, filename: str, size: int) -> bytes:
        try:
            return files.read_start(self.directory, filename, size)
        except OSError:
            return b""

    def after_fork(self) -> None:
        """Make a lock that no thread of the parent holds."""
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close what is open; it opens again when it is needed."""
        self.index.close()
        if self._writer is not None:
            self._writer.close()
        self._hot.clear()
        sweep()


def _with_use(entry: Entry, used: object) -> Entry:
    """Return *entry*, which says whether its use is to be noted where its row was last *used* then."""
    is_late = isinstance(used, float) and used > time.time() - USED_LATELY
    return entry if is_late else entry._replace(is_use_due=True)


def tag_of(origin: str) -> str:
    """Return *origin* as SQLite can hold it: the name of a file may contain what is no text."""
    return origin if origin.isascii() else origin.encode("utf-8", "backslashreplace").decode()
