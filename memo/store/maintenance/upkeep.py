"""What keeps a store in order when somebody asks for it: nothing here happens by itself."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from memo.errors import StoreError
from memo.store.database.index import BATCH
from memo.store.database.schema import ForeignDatabaseError
from memo.store.maintenance import eviction
from memo.store.maintenance.eviction import Bounds
from memo.store.maintenance.removals import EVICTED, note
from memo.store.storage import IN_ROW_BELOW, STORAGE_ERRORS, tag_of
from memo.store.trouble import diagnose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import timedelta

    from memo.store.entries.metadata import EntryInfo
    from memo.store.maintenance.bundle import Exported, Imported
    from memo.store.maintenance.verify import Verdict
    from memo.store.storage import Storage

T = TypeVar("T")

MOST_OF_DISK: Final = 0.8

_log = logging.getLogger("memo")


class Upkeep:
    """A store's methods for whoever looks after it."""

    directory: Path
    _storage: Storage

    def entries(self, origin: str | None = None) -> Iterator[EntryInfo]:
        """Yield the entries."""
        raise NotImplementedError

    def surplus(
        self,
        *,
        max_bytes: float | None = None,
        max_age: float | timedelta | None = None,
        origin: str | None = None,
        tag: str | None = None,
        now: float | None = None,
    ) -> list[EntryInfo]:
        """Return the entries that :meth:`evict` would remove; remove none.

        Args:
            max_bytes: as there, as are the others.
            max_age: likewise.
            origin: likewise.
            tag: likewise.
            now: likewise.

        Raises:
            OptionError: a bound has a value that it does not take.
        """
        bounds = Bounds.checked(max_bytes, max_age)
        entries = (entry for entry in self.entries(origin) if tag is None or tag in entry.tags)
        return eviction.surplus(entries, bounds, time.time() if now is None else now)

    def evict(
        self,
        *,
        max_bytes: float | None = None,
        max_age: float | timedelta | None = None,
        origin: str | None = None,
        tag: str | None = None,
        now: float | None = None,
    ) -> list[EntryInfo]:
        """Remove entries until what remains is within bounds, and return them.

        Args:
            max_bytes: how much may remain; what goes has saved the least time for its bytes, and was not used for long.
            max_age: how old, in seconds or as a `timedelta`, may remain what was computed.
            origin: the step whose entries are bounded; without it all are, together.
            tag: the label of the entries that are bounded; without it all are.
            now: the time, in seconds since 1970, that ages are told from.

        Raises:
            OptionError: a bound has a value that it does not take.
            StoreError: the store could not be written.
        """
        going = self.surplus(max_bytes=max_bytes, max_age=max_age, origin=origin, tag=tag, now=now)
        self.discard(going)
        return going

    def discard(self, entries: Sequence[EntryInfo]) -> int:
        """Remove *entries*, and return how many of them were still there.

        Raises:
            StoreError: the store could not be written.
        """
        return self._insist(lambda: self._discard(entries))

    def orphans(self, now: float | None = None) -> dict[str, int]:
        """Return name and bytes of what no entry needs and nobody has written to for an hour.

        That is files, and what is known about the code of entries that went; names of the latter begin with
        ``manifest:``.

        Raises:
            StoreError: the store could not be read.
        """
        return self._insist(lambda: self._orphans(time.time() if now is None else now))

    def remove_orphans(self, now: float | None = None) -> dict[str, int]:
        """Remove what :meth:`orphans` finds, and return it.

        Raises:
            StoreError: the store could not be read, or not be written.
        """
        return self._insist(lambda: self._remove_orphans(time.time() if now is None else now))

    def verify(self) -> Iterator[Verdict]:
        """Read every entry from beginning to end, and yield what is wrong with it, if anything is; change nothing."""
        from memo.store.maintenance.verify import verify  # only for who asks, as is bundle below

        try:
            yield from verify(self._storage, self.entries())
        except STORAGE_ERRORS as error:
            self._storage.troubles.tell(error)

    def export(
        self,
        path: str | os.PathLike[str],
        entries: Iterable[EntryInfo] | None = None,
        *,
        source: bool = True,
        told: Callable[[int], object] = abs,
    ) -> Exported:
        """Write *entries*, or all, to a new file at *path* that :meth:`import_` of another store takes.

        Args:
            path: the file, which must not exist.
            entries: what is written; damaged ones are left out, with a warning.
            source: whether what is known about the code goes with them.
            told: is called with numbers of bytes as they are written.

        Raises:
            OSError: the file could not be written; nothing of it is left behind.
            StoreError: the store could not be read.
        """
        from memo.store.maintenance import bundle

        chosen = self.entries() if entries is None else entries
        try:
            return bundle.write(Path(path), self._storage, chosen, source=source, told=told)
        except (sqlite3.Error, ForeignDatabaseError) as error:
            raise StoreError(str(self.directory), diagnose(error).sentence) from error

    def import_(
        self, path: str | os.PathLike[str], *, source: bool = True, told: Callable[[int], object] = abs
    ) -> Imported:
        """Add the entries of a bundle that :meth:`export` wrote, all of it verified before anything is stored.

        Entries that are there already stay, as do those that only a newer memo can read.

        Args:
            path: the file.
            source: whether what it tells about the code is stored, too.
            told: is called with numbers of bytes as they are stored.

        Raises:
            OSError: the file could not be read.
            StoreError: it is no bundle, damaged, or not signed as this store's entries are, and nothing was imported;
                or the store could not be written.
        """
        from memo.store.maintenance import bundle

        try:
            records = bundle.read(Path(path), self._storage.seals)
        except bundle.BundleError as error:
            problem = f"takes nothing from {os.fspath(path)}, which {error}"
            raise StoreError(str(self.directory), problem) from error
        chosen = [record for record in records if source or record.entry is not None]
        return self._insist(lambda: bundle.add(self._storage, chosen, tag_of, told))

    def _look_at_disk(self, size: int) -> None:
        """Warn once where a large result, of *size* bytes, lets the store fill its disk."""
        if size < IN_ROW_BELOW:
            return
        taken = disk = 0
        with suppress(*STORAGE_ERRORS):  # the result is stored, whatever else cannot be told
            taken, disk = self._storage.index.size(), shutil.disk_usage(self.directory).total
        if taken > MOST_OF_DISK * disk:
            self._storage.troubles.say(
                "disk",
                f"the store in {self.directory} takes {taken / disk:.0%} of its disk; memo gc --max-bytes removes what "
                f"is worth least",
            )

    def _discard(self, entries: Sequence[EntryInfo]) -> int:
        count = 0
        for start in range(0, len(entries), BATCH):
            part = entries[start : start + BATCH]
            count += self._storage.writer.remove([entry.key for entry in part])
            gone: dict[str, list[str]] = {}
            for entry in part:
                gone.setdefault(entry.origin, []).append(entry.key)
                _log.info("%s: entry %s evicted, %d bytes", entry.origin, entry.key[:12], entry.bytes)
            note(self._storage, gone, EVICTED)
        return count

    def _orphans(self, now: float) -> dict[str, int]:
        from memo.store.maintenance import orphans

        return orphans.find(self.directory, self._storage.index, now) | orphans.find_manifests(self._storage, now)

    def _remove_orphans(self, now: float) -> dict[str, int]:
        from memo.store.maintenance import orphans

        gone = orphans.find(self.directory, self._storage.index, now)
        gone = {name: size for name, size in gone.items() if orphans.remove(self.directory, name)}
        manifests = orphans.find_manifests(self._storage, now)
        for start in range(0, len(manifests), BATCH):
            self._storage.writer.remove(list(manifests)[start : start + BATCH])
        return gone | manifests

    def _insist(self, action: Callable[[], T]) -> T:
        try:
            return action()
        except STORAGE_ERRORS as error:
            raise StoreError(str(self.directory), diagnose(error).sentence) from error
