"""Open an entry: its row or file to verified bytes, and those to a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memo.store.directory import files
from memo.store.entries.entry import DamagedEntryError, Entry, size_of_head, unpack
from memo.store.entries.metadata import Metadata, decode_metadata
from memo.store.entries.seal import SEAL_XXH3
from memo.store.formats import decode

if TYPE_CHECKING:
    from pathlib import Path

    from memo.store.entries.seal import Seals

MOST_REMEMBERED = 10_000


class Opener:
    """Opens the entries of one store, and remembers which large files it has verified."""

    def __init__(self, directory: Path, seals: Seals) -> None:
        self._directory = directory
        self._seals = seals
        self._verified: dict[tuple[int, ...], None] = {}

    def open(self, key: str, filename: Any, value: Any, *, whole: bool = True) -> Entry:
        """Return the entry in the row *filename*, *value*; only its head is verified if not *whole*.

        A mapped file's buffers are verified once per process and file: they are not copied, so verifying them each
        time would promise no more. Its head, with all that is ever executed, is copied and verified each time. Where
        a secret is to keep out who can write the file, everything is copied: a mapping shows what is written later.

        Raises:
            DamagedEntryError, NewerEntryError, RefusedEntryError: as :func:`memo.store.entries.entry.unpack` does.
            OSError: its file cannot be read.
        """
        if filename is None:
            return open_row(key, value, self._seals, whole=whole)
        view, identity = files.read(self._directory, filename, copy=whole and self._seals.kind != SEAL_XXH3)
        known = identity is not None and identity in self._verified
        head = bytes(view[: size_of_head(view)])
        entry = unpack(key, head, view, seals=self._seals, check_buffers=whole and not known)
        if whole and identity is not None and not known:
            while len(self._verified) >= MOST_REMEMBERED:
                self._verified.pop(next(iter(self._verified)))
            self._verified[identity] = None
        return entry


def open_row(key: str, value: object, seals: Seals, *, whole: bool = True) -> Entry:
    """Return the entry whose bytes are *value*; raise as :meth:`Opener.open` does."""
    return renewed(check_row(key, value, seals, whole=whole))


def check_row(key: str, value: object, seals: Seals, *, whole: bool = True) -> Entry:
    """Return the same entry with views of *value*, from which nothing is to be built before it is :func:`renewed`."""
    if type(value) is not bytes:
        raise DamagedEntryError("its row holds no bytes")
    return unpack(key, value, value, seals=seals, check_buffers=whole)


def renewed(entry: Entry) -> Entry:
    """Return *entry* with buffers of its own: what is built on them may be written to."""
    if not entry.buffers:
        return entry
    return entry._replace(buffers=[memoryview(bytearray(buffer)) for buffer in entry.buffers])


class Loaded:
    """A value from the store; everything but the value is decoded when it is asked for.

    Attributes:
        value: a new object, which nothing else refers to.
        key: what the entry is found by; where an alias led to it, the alias's target.
        use: the same, if that it is used is to be written down.
        seconds: how long the step took that made it.
        created: when it ended, in seconds since 1970.
    """

    __slots__ = ("_entry", "created", "key", "seconds", "use", "value")

    def __init__(self, value: object, entry: Entry) -> None:
        self.value = value
        self.key = entry.key
        self.use = entry.key if entry.is_use_due else None
        self.seconds = entry.seconds
        self.created = entry.created
        self._entry = entry

    @property
    def metadata(self) -> Metadata:
        """All that is known about the entry."""
        return metadata_of(self._entry)

    def __repr__(self) -> str:
        return f"Loaded({self.value!r}, {self.metadata!r})"


def value_of(entry: Entry) -> object:
    """Decode the value; raise whatever its format does."""
    return decode(entry.format, entry.format_version, entry.body, entry.buffers)


def metadata_of(entry: Entry) -> Metadata:
    """Decode the metadata; raise ValueError where a later version wrote it otherwise."""
    return decode_metadata(
        entry.metadata,
        key=entry.key,
        origin=entry.origin,
        seconds=entry.seconds,
        created=entry.created,
        format=entry.format,
    )
