"""What keeps a store in order when somebody asks for it: nothing here happens by itself."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, TypeVar

from memo.errors import StoreError
from memo.store import eviction, orphans
from memo.store.eviction import Bounds
from memo.store.index import BATCH
from memo.store.storage import STORAGE_ERRORS
from memo.store.trouble import diagnose
from memo.store.verify import Verdict, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import timedelta
    from pathlib import Path

    from memo.store.metadata import EntryInfo
    from memo.store.storage import Storage

T = TypeVar("T")

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
        now: float | None = None,
    ) -> list[EntryInfo]:
        """Return the entries, those of *origin* if it is given, that :meth:`evict` would remove; remove none.

        Raises:
            OptionError: a bound has a value that it does not take.
        """
        bounds = Bounds.checked(max_bytes, max_age)
        return eviction.surplus(self.entries(origin), bounds, time.time() if now is None else now)

    def evict(
        self,
        *,
        max_bytes: float | None = None,
        max_age: float | timedelta | None = None,
        origin: str | None = None,
        now: float | None = None,
    ) -> list[EntryInfo]:
        """Remove entries until what remains is within bounds, and return them.

        Args:
            max_bytes: how much may remain; what goes has saved the least time for its bytes, and was not used for long.
            max_age: how old, in seconds or as a `timedelta`, may remain what was computed.
            origin: the step whose entries are bounded; without it all are, together.
            now: the time, in seconds since 1970, that ages are told from.

        Raises:
            OptionError: a bound has a value that it does not take.
            StoreError: the store could not be written.
        """
        going = self.surplus(max_bytes=max_bytes, max_age=max_age, origin=origin, now=now)
        self.discard(going)
        return going

    def discard(self, entries: Sequence[EntryInfo]) -> int:
        """Remove *entries*, and return how many of them were still there.

        Raises:
            StoreError: the store could not be written.
        """
        return self._insist(lambda: self._discard(entries))

    def orphans(self, now: float | None = None) -> dict[str, int]:
        """Return name and bytes of each file in the store that no entry needs and nobody has written to for an hour.

        Raises:
            StoreError: the store could not be read.
        """
        return self._insist(lambda: self._orphans(now))

    def remove_orphans(self, now: float | None = None) -> dict[str, int]:
        """Remove what :meth:`orphans` finds, and return it.

        Raises:
            StoreError: the store could not be read.
        """
        return {name: size for name, size in self.orphans(now).items() if orphans.remove(self.directory, name)}

    def verify(self) -> Iterator[Verdict]:
        """Read every entry from beginning to end, and yield what is wrong with it, if anything is; change nothing."""
        try:
            yield from verify(self._storage, self.entries())
        except STORAGE_ERRORS as error:
            self._storage.troubles.tell(error)

    def _discard(self, entries: Sequence[EntryInfo]) -> int:
        count = 0
        for start in range(0, len(entries), BATCH):
            part = entries[start : start + BATCH]
            count += self._storage.writer.remove([entry.key for entry in part])
            for entry in part:
                _log.info("%s: entry %s evicted, %d bytes", entry.origin, entry.key[:12], entry.bytes)
        return count

    def _orphans(self, now: float | None) -> dict[str, int]:
        return orphans.find(self.directory, self._storage.index, time.time() if now is None else now)

    def _insist(self, action: Callable[[], T]) -> T:
        try:
            return action()
        except STORAGE_ERRORS as error:
            raise StoreError(str(self.directory), diagnose(error).sentence) from error
