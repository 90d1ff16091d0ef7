"""A bundle: entries in one file, for somebody else's store.

Little-endian throughout::

    0    8s   magic
    8    H    version of this layout; then six zeros
    then records: B kind, three zeros, I bytes of the key, Q bytes of the data; key; data
    at the end a record of kind 0 whose data is the BLAKE3 digest of all that comes before it

A record of kind 1 is an entry and one of kind 2 the manifest of its code, both as they are in the store, with their
seals: so a bundle is believed exactly where its entries would be. It needs the secret that they were signed with, and
where there is a secret what is not signed is refused.
"""

from __future__ import annotations

import mmap
import os
import re
import stat
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from blake3 import blake3

from memo.store.directory import files
from memo.store.entries.entry import DamagedEntryError, Entry, NewerEntryError, size_of_head, unpack
from memo.store.entries.opening import Opener, metadata_of, open_row
from memo.store.entries.seal import RefusedEntryError
from memo.store.storage import MANIFEST, Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from memo.store.entries.metadata import EntryInfo
    from memo.store.entries.seal import Seals

    Told = Callable[[int], object]

BUNDLE_FORMAT_VERSION: Final = 1
MAGIC: Final = b"\x8amemo\r\n\x1b"
END, ENTRY, CODE = 0, 1, 2

_PREFIX = struct.Struct("<8sH6x")
_RECORD = struct.Struct("<B3xIQ")
_DIGITS = re.compile(r"[0-9a-f]{1,128}")  # no key of ours reads otherwise, and no row of another kind reads so
_LONGEST_KEY = 128
DIGEST_SIZE: Final = 32


class BundleError(ValueError):
    """A file that is no bundle, or one that cannot be believed; said so that it goes on after "it"."""


class Exported(NamedTuple):
    """What a bundle holds: how many entries, manifests and bytes."""

    entries: int
    manifests: int
    bytes: int


class Imported(NamedTuple):
    """How many entries of a bundle are new, were there already, and were not to be replaced."""

    entries: int
    present: int
    reserved: int


class Record(NamedTuple):
    """One record; of an entry also what it is taken apart to."""

    kind: int
    key: str
    data: memoryview
    entry: Entry | None = None


def write(path: Path, storage: Storage, entries: Iterable[EntryInfo], *, source: bool, told: Told) -> Exported:
    """Write those of *entries* that are whole, and the manifests of their code if *source*, to a new file at *path*.

    Raises:
        OSError: the file cannot be written, or is there already; nothing of it is left behind.
        sqlite3.Error, ForeignDatabaseError: the store cannot be read.
    """
    if os.path.lexists(path):
        raise FileExistsError(17, "File exists", os.fspath(path))
    partial = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            done = _write(_Hashed(file), storage, entries, source=source, told=told)
            file.flush()
            os.fsync(descriptor)
        os.rename(partial, path)  # noqa: PTH104 - as in the store's own files
    except BaseException:
        with suppress(OSError):
            partial.unlink()
        raise
    return done


class _Hashed:
    """A file that knows the digest of what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hasher = blake3()
        self.size = 0

    def write(self, data: bytes | memoryview) -> None:
        self._hasher.update(data)
        self._file.write(data)
        self.size += len(data)

    def record(self, kind: int, key: str, data: bytes | memoryview) -> None:
        self.write(_RECORD.pack(kind, len(key), len(data)) + key.encode())
        self.write(data)

    def end(self) -> None:
        self.write(_end(self._hasher.digest()))


def _end(digest: bytes) -> bytes:
    return _RECORD.pack(END, 0, DIGEST_SIZE) + digest.ljust(DIGEST_SIZE)


def _write(file: _Hashed, storage: Storage, entries: Iterable[EntryInfo], *, source: bool, told: Told) -> Exported:
    count = 0
    codes: dict[str, None] = {}
    file.write(_PREFIX.pack(MAGIC, BUNDLE_FORMAT_VERSION))
    for info in entries:
        try:
            found = _whole_now(storage, info.key) if _DIGITS.fullmatch(info.key) else None
            if found is None:
                continue
            data, entry = found
            metadata = metadata_of(entry)
        except (ValueError, OSError) as error:
            storage.troubles.say(("export", info.key), f"the entry {info.key[:12]} is not in the bundle: {error}")
            continue
        file.record(ENTRY, info.key, data)
        codes[metadata.code_digest] = None
        for argument in metadata.arguments:
            codes |= dict.fromkeys([argument.value or argument.digest, *(digest for _, digest in argument.classes)])
        count += 1
        told(info.bytes)
    manifests = [digest for digest in codes if _record_code(file, storage, digest)] if source else []
    for text in dict.fromkeys(text for digest in manifests for text in _texts_of(storage, digest)):
        _record_code(file, storage, text)
    file.end()
    return Exported(count, len(manifests), file.size)


def _record_code(file: _Hashed, storage: Storage, digest: str) -> bool:
    """Write what is known about the code of *digest*, and say whether anything is."""
    row = storage.index.find(MANIFEST + digest)
    if row is None or not _DIGITS.fullmatch(digest) or not storage.has(MANIFEST, digest):
        return False
    file.record(CODE, digest, row[1])
    return True


def _texts_of(storage: Storage, digest: str) -> list[str]:
    """Return the digests of the source texts that a manifest speaks of."""
    manifest = storage.get(MANIFEST, digest)
    entries = manifest.get("entries") if isinstance(manifest, dict) else None
    return [str(each.get("source") or each.get("own")) for each in entries or () if isinstance(each, dict)]


def _whole_now(storage: Storage, key: str) -> tuple[bytes | memoryview, Entry] | None:
    """Return the bytes of the entry that is under *key* by now, verified to their end; None if there is none."""
    row = storage.index.find(key)
    while row is not None:
        try:
            return _whole(storage, key, row)
        except (ValueError, OSError):
            again = storage.index.find(key)
            if again == row:
                raise
            row = again  # it was replaced or removed while it was read
    return None


def _whole(storage: Storage, key: str, row: tuple[object, object]) -> tuple[bytes | memoryview, Entry]:
    """Return the bytes of the entry in *row*, verified to their end."""
    filename, value = row
    if filename is None:
        entry = open_row(key, value, storage.seals)
        return value, entry  # type: ignore[return-value]  # what could be opened is bytes
    view = files.read(storage.directory, filename).view  # type: ignore[arg-type]  # which refuses what is no name
    return view, unpack(key, bytes(view[: size_of_head(view)]), view, seals=storage.seals)


def read(path: Path, seals: Seals) -> list[Record]:
    """Return what the bundle at *path* holds, all of it verified.

    Raises:
        BundleError: it is no bundle, or not whole, or *seals* do not vouch for it.
        OSError: it cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size < _PREFIX.size:
            raise BundleError("is no bundle of memo")
        view = memoryview(mmap.mmap(descriptor, status.st_size, access=mmap.ACCESS_READ))
    finally:
        os.close(descriptor)
    magic, version = _PREFIX.unpack_from(view)
    if magic != MAGIC:
        raise BundleError("is no bundle of memo")
    if version > BUNDLE_FORMAT_VERSION:
        raise BundleError(f"was made by a newer memo (layout {version}): update memo to import it")
    return [_verified(record, seals) for record in list(_records(view))]


def _records(view: memoryview) -> Iterator[Record]:
    at = _PREFIX.size
    while True:
        if len(view) - at < _RECORD.size:
            raise BundleError("is truncated")
        kind, key_size, size = _RECORD.unpack_from(view, at)
        if kind == END:
            if len(view) - at < len(_end(b"")):
                raise BundleError("is truncated")
            if view[at:] != _end(blake3(view[:at]).digest()):
                raise BundleError("is damaged: its digest is wrong")
            return
        start = at + _RECORD.size + key_size
        if key_size > _LONGEST_KEY or len(view) - start < size:
            raise BundleError("is truncated or damaged")
        data = view[start : start + size]
        key = bytes(view[at + _RECORD.size : start]).decode("ascii", "replace")
        if kind not in {ENTRY, CODE} or not _DIGITS.fullmatch(key):
            raise BundleError("is damaged: it holds what no bundle of memo does")
        yield Record(kind, key, data)
        at = start + size


def _verified(record: Record, seals: Seals) -> Record:
    try:
        if record.kind == CODE:
            open_row(MANIFEST + record.key, bytes(record.data), seals)
            return record
        head = bytes(record.data[: size_of_head(record.data)])
        return record._replace(entry=unpack(record.key, head, record.data, seals=seals))
    except NewerEntryError as error:
        raise BundleError(f"has entries that cannot be read here: {error}; update memo to import it") from error
    except (DamagedEntryError, RefusedEntryError) as error:
        raise BundleError(f"has an entry that is not to be believed ({record.key[:12]}): {error}") from error


def add(storage: Storage, records: Iterable[Record], tag_of: Callable[[str], str], told: Told) -> Imported:
    """Store what is missing of *records*, which are verified; what is there, and readable or a newer memo's, stays.

    Raises:
        OSError, sqlite3.Error, ForeignDatabaseError: the store cannot be written.
    """
    new = present = reserved = 0
    for record in records:
        if record.entry is None:
            if not storage.has(MANIFEST, record.key):
                storage.put(MANIFEST + record.key, [record.data], len(record.data))
        elif storage.is_reserved(record.key):
            reserved += 1
        elif _is_there(storage, record.key):
            present += 1
        else:
            storage.put(record.key, [record.data], len(record.data), tag_of(record.entry.origin))
            new += 1
        told(len(record.data))
    return Imported(new, present, reserved)


def _is_there(storage: Storage, key: str) -> bool:
    row = storage.index.find(key)
    try:
        return row is not None and bool(Opener(storage.directory, storage.seals).open(key, *row).key)
    except (DamagedEntryError, RefusedEntryError, OSError):
        return False
