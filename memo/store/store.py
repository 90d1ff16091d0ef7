"""The store: results at rest, found by key."""

from __future__ import annotations

import os
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from memo.config import settings
from memo.store.claims import Claim, tidy
from memo.store.counters import Ledger
from memo.store.directory import files
from memo.store.directory.location import default_directory
from memo.store.entries.entry import DamagedEntryError, Entry, NewerEntryError, is_newer, pack, peek
from memo.store.entries.metadata import Counters, EntryInfo, Metadata, encode_metadata, tags_at, type_name
from memo.store.entries.opening import Loaded, metadata_of
from memo.store.entries.seal import RefusedEntryError
from memo.store.entries.secret import seals_named, seals_of
from memo.store.formats import FormatMissingError, check_readable, is_outdated
from memo.store.keeping import AS_USUAL, Keeping
from memo.store.maintenance.eviction import UNBOUNDED, Bounds, Watch, surplus
from memo.store.maintenance.removals import remove, remove_all
from memo.store.maintenance.upkeep import Upkeep
from memo.store.storage import START, STORAGE_ERRORS, Storage, tag_of
from memo.store.told import Told
from memo.typing import MISSING, Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import timedelta

    from memo.store.entries.seal import Seals

T = TypeVar("T")

_shared: weakref.WeakValueDictionary[tuple[Path, str, Bounds], Store] = weakref.WeakValueDictionary()


class Store(Told, Upkeep):
    """A directory of results.

    Nothing is opened or made before the first question or the first result. Whatever goes wrong with the storage is
    one `StoreWarning` for each cause; a step gets `MISSING` or `False` and goes on. Stores are equal if their
    directories and secrets are; they can be pickled, shared by threads and used on both sides of a fork. A secret does
    not travel with them: another process has it in its environment, or reads and writes nothing.

    Args:
        directory: where the results are; without it where steps keep theirs now that name no store, see `configure`.
        secret: signs what is stored, and what it did not sign is refused; without it ``MEMO_SECRET``, if that is set.
        old_secrets: what they signed is read, too; without *secret* ``MEMO_OLD_SECRETS``, separated by commas.
        max_bytes: how much the entries may take; what exceeds it goes after a result was stored, see :meth:`evict`.
        max_age: seconds, or a `timedelta`, after which entries go. Without bounds nothing ever goes by itself.

    Raises:
        OptionError: a secret is too short, or no text; a bound is no number.

    .. versionadded:: 0.1
    """

    def __init__(
        self,
        directory: str | os.PathLike[str] | None = None,
        *,
        secret: str | None = None,
        old_secrets: Iterable[str] | None = None,
        max_bytes: float | None = None,
        max_age: float | timedelta | None = None,
    ) -> None:
        self._set_up(_absolute(directory), seals_of(secret, old_secrets), Bounds.checked(max_bytes, max_age))

    def _set_up(self, directory: Path, seals: Seals, bounds: Bounds) -> None:
        self.directory = directory
        self._storage = Storage(directory, seals)
        self._ledger = Ledger(self._storage)
        self._watch = Watch(bounds)
        self._missed = ""  # the key looked for last without finding anything: a miss that is stored need not look again
        weakref.finalize(self, _close, self._storage, self._ledger)

    @classmethod
    def shared(cls, directory: str | os.PathLike[str] | None = None) -> Store:
        """Return this process's store for *directory*: the same one for as long as anybody holds it."""
        return _shared_at(_absolute(directory), seals_of())

    def load(
        self, key: str, keeping: Keeping = AS_USUAL, *, now: float | None = None
    ) -> Loaded | Literal[Missing.MISSING]:
        """Return the entry under *key*, its value a new object, or MISSING.

        An entry that is damaged, or that cannot be decoded here, is MISSING too; it is left in place, with a warning.
        So is one that *keeping* says is too old at the time *now*, without a warning and without being decoded.
        A file that is a result, or in one, is written again if it is missing or another.
        """
        entry = self._find(key)
        if entry is None or (keeping.expire and keeping.is_expired(entry, _now(now))):
            return MISSING
        try:
            return Loaded(keeping.decode(entry), entry)
        except Exception as error:  # noqa: BLE001 - unpickling runs code of the value's classes, which may raise anything
            self._storage.troubles.of_entry(key, error)
            return MISSING

    def save(self, key: str, value: object, metadata: Metadata, keeping: Keeping = AS_USUAL) -> bool:
        """Store *value* under *key* and say whether that worked; where it did not, a warning says why.

        An entry that only a newer memo, or one with another library, can read is not replaced.
        """
        try:
            encoded = keeping.encode(value, self.directory)
        except Exception as error:  # noqa: BLE001 - pickling runs code of the value's classes, which may raise anything
            self._storage.troubles.of_value(metadata.origin, value, error, keeping.remedy)
            return False
        try:
            if key != self._missed and self._storage.is_reserved(key, keeping.format):
                return False
            data = encode_metadata(metadata, result_type=metadata.result_type or type_name(value))
            packed = pack(
                key, metadata.origin, encoded, data, metadata.seconds, metadata.created, seals=self._storage.seals
            )
            self._storage.put(key, *packed, tag=tag_of(metadata.origin))
            self._keep_in_bounds(packed[1])
            self._look_at_disk(packed[1])
        except STORAGE_ERRORS as error:
            self._storage.troubles.tell(error)
            return False
        return True

    def claim(self, key: str) -> Claim:
        """Return the right to compute *key*, to be acquired, for what is to be computed once by whoever shares this."""
        return Claim(self.directory, key)

    def contains(self, key: str, keeping: Keeping = AS_USUAL, *, now: float | None = None) -> bool:
        """Say whether :meth:`load` would find an entry, without decoding its value."""
        entry = self._find(key, whole=False)
        if entry is None or (keeping.expire and keeping.is_expired(entry, _now(now))):
            return False
        try:
            check_readable(entry.format, entry.format_version, keeping.format)
        except FormatMissingError:
            return False
        return not is_outdated(entry.format, entry.format_version, keeping.format)

    def metadata(self, key: str) -> Metadata | Literal[Missing.MISSING]:
        """Return what is known about the entry under *key* besides its value."""
        entry = self._find(key, whole=False)
        if entry is None:
            return MISSING
        try:
            return metadata_of(entry)
        except ValueError as error:
            self._storage.troubles.of_entry(key, error)
            return MISSING

    def delete(self, key: str) -> bool:
        """Remove the entry under *key*, or the alias, and say whether there was one.

        Raises:
            StoreError: the store could not be written.
        """
        return self._insist(lambda: remove(self._storage, key))

    def clear(self, origin: str | None = None) -> int:
        """Remove the entries of *origin*, or all there is in the store, and return how many entries there were.

        Raises:
            StoreError: the store could not be written.
        """
        if origin is not None:
            return self._insist(lambda: remove_all(self._storage, tag_of(origin)))
        self._ledger.forget()
        return self._insist(lambda: remove_all(self._storage, None))

    def entries(self, origin: str | None = None) -> Iterator[EntryInfo]:
        """Yield the entries, those of *origin* if it is given, oldest first, without decoding any."""
        tag = None if origin is None else tag_of(origin)
        try:
            for key, found, size, used, filename, start in self._storage.index.heads(tag, START):
                beginning = self._storage.start_of(key, filename, start)
                seen = peek(beginning)
                known = (seen.seconds, seen.created, seen.format) if seen else (0.0, 0.0, "")
                last = used if isinstance(used, int | float) else 0.0
                tags = tags_at(seen.metadata) if seen else ()
                if tags is None:  # they go on where we have not looked
                    tags = self._tags_of(key)
                taken = size if isinstance(size, int) else 0
                yield EntryInfo(key, found, taken, *known, last, tags, seen is None and is_newer(beginning))
        except STORAGE_ERRORS as error:
            self._storage.troubles.tell(error)

    def find_keys(self, prefix: str, limit: int) -> list[tuple[str, str]]:
        """Return key and origin of at most *limit* entries whose keys begin with *prefix*, in order."""
        return self._ask(lambda: self._storage.index.keys(prefix, limit), [])

    def totals(self, origin: str | None = None) -> list[tuple[str, int, int]]:
        """Return origin, number of entries and bytes, for each origin with entries."""
        return self._ask(lambda: self._storage.index.totals(None if origin is None else tag_of(origin)), [])

    def record(
        self, origin: str, hits: int = 0, misses: int = 0, seconds_saved: float = 0.0, key: str | None = None
    ) -> None:
        """Count calls of a step, and the use of *key* now; both are written in batches and when the process ends."""
        self._ledger.record(origin, hits, misses, seconds_saved, key)

    def counters(self, origin: str) -> Counters:
        """Return the counts of a step, this process's last ones included."""
        return self._ask(lambda: self._ledger.counters(tag_of(origin)), Counters())

    def all_counters(self) -> dict[str, Counters]:
        """Return the counts of every step that was ever counted here."""
        return self._ask(lambda: dict(self._ledger.all_counters()), {})

    def close(self) -> None:
        """Write the counts and close the files; the next use opens them again."""
        _close(self._storage, self._ledger)

    def _find(self, key: str, *, whole: bool = True) -> Entry | None:
        try:
            entry = self._storage.find(key, whole=whole)
        except RefusedEntryError as error:
            self._storage.troubles.refuse(key, error)
        except (DamagedEntryError, NewerEntryError, files.UnsafeFileError) as error:
            self._storage.troubles.of_entry(key, error)
        except STORAGE_ERRORS as error:
            self._storage.troubles.tell(error)
        else:
            if entry is None:
                self._missed = key
            return entry
        return None

    def _tags_of(self, key: str) -> tuple[str, ...]:
        """Return the labels of an entry; none of a damaged one, about which a listing does not complain."""
        try:
            entry = self._storage.find(key, whole=False)
            return () if entry is None else metadata_of(entry).tags
        except (ValueError, files.UnsafeFileError):
            return ()

    def _ask(self, question: Callable[[], T], nothing: T) -> T:
        try:
            return question()
        except STORAGE_ERRORS as error:
            self._storage.troubles.tell(error)
            return nothing

    def _keep_in_bounds(self, size: int) -> None:
        bounds = self._watch.bounds
        if bounds and self._watch.is_due(size):
            self._ask(lambda: self._discard(surplus(self.entries(), bounds, time.time())), 0)

    def __eq__(self, other: object) -> bool:
        return self._identity == other._identity if isinstance(other, Store) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[Path, str]:
        return self.directory, self._storage.seals.name

    def __repr__(self) -> str:
        return f"Store({str(self.directory)!r})"

    def _repr_html_(self) -> str:
        from memo.store.shown import store_html  # only for notebooks

        return store_html(self)

    def __reduce__(self) -> tuple[Callable[[str, str, Bounds], Store], tuple[str, str, Bounds]]:
        # A function, for cloudpickle would take a class method by value.
        return _arrived, (str(self.directory), self._storage.seals.name, self._watch.bounds)


def _arrived(directory: str, name: str = "", bounds: Bounds = UNBOUNDED) -> Store:
    """Return the store that was pickled elsewhere, where its seals had *name*."""
    return _shared_at(_absolute(directory), seals_named(name), bounds)


def _shared_at(directory: Path, seals: Seals, bounds: Bounds = UNBOUNDED) -> Store:
    identity = directory, seals.name, bounds
    known = _shared.get(identity)
    if known is not None:
        return known
    made = Store.__new__(Store)
    made._set_up(directory, seals, bounds)  # noqa: SLF001 - as __init__ does, which would look for a secret
    return _shared.setdefault(identity, made)


def _absolute(directory: str | os.PathLike[str] | None) -> Path:
    if directory is None:
        directory = settings().store or default_directory()
    chosen = Path(directory).expanduser()
    # Symbolic links stay as they were written, so that messages name what the user knows.
    return Path(os.path.abspath(chosen))  # noqa: PTH100


def _now(now: float | None) -> float:
    return time.time() if now is None else now


def _close(storage: Storage, ledger: Ledger) -> None:
    ledger.flush()
    storage.close()
    tidy()
