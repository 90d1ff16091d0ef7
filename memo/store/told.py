"""What a store tells beside results: manifests and aliases, what is newest, what went and what does not answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal, TypeVar

from memo.store.formats import FormatMissingError, check_readable
from memo.store.keeping import AS_USUAL, Keeping
from memo.store.maintenance.removals import EVERYTHING, removal_of
from memo.store.storage import ALIAS, MANIFEST, STORAGE_ERRORS, tag_of
from memo.typing import MISSING, Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from memo.store.storage import Storage

T = TypeVar("T")


class Told:
    """A store's methods for whoever asks why a step ran."""

    _storage: Storage

    if TYPE_CHECKING:

        def _ask(self, question: Callable[[], T], nothing: T) -> T: ...

        def _insist(self, action: Callable[[], T]) -> T: ...

    def newest_keys(self, origin: str, limit: int, *, by_time: bool = False) -> list[str]:
        """Return keys of entries of *origin*, the newest first; by time, one that was replaced counts as new."""
        return self._ask(lambda: self._storage.index.newest(tag_of(origin), limit, by_time=by_time), [])

    def save_manifest(self, code_digest: str, manifest: dict[str, object]) -> bool:
        """Keep *manifest*, plain data, under *code_digest*, if it is not there, and say whether it is now."""
        return self.save_manifests({code_digest: lambda: manifest})

    def save_manifests(self, makers: Mapping[str, Callable[[], dict[str, object]]]) -> bool:
        """Keep plain data under each code digest that has none, made only then, and say whether all is there now."""
        try:
            self._storage.add(MANIFEST, makers)
        except STORAGE_ERRORS as error:
            self._storage.troubles.tell(error)
            return False
        return True

    def has_manifest(self, code_digest: str) -> bool:
        """Say whether a manifest is kept under *code_digest*."""
        return self._ask(lambda: self._storage.has(MANIFEST, code_digest), False)

    def manifest(self, code_digest: str) -> dict[str, object] | Literal[Missing.MISSING]:
        """Return the manifest that is kept under *code_digest*."""
        found: object = self._ask(lambda: self._storage.get(MANIFEST, code_digest), None)
        return found if isinstance(found, dict) else MISSING

    def add_alias(self, key: str, target: str, reason: str) -> None:
        """Let the entry under *target* answer *key* as well, where *key* has none of its own.

        Raises:
            StoreError: the store could not be written.
        """
        self.add_aliases({key: (target, reason)})

    def add_aliases(self, aliases: Mapping[str, tuple[str, str]]) -> None:
        """Add aliases, key to target and reason, all in one transaction; see :meth:`add_alias`.

        Raises:
            StoreError: the store could not be written.
        """
        self._insist(lambda: self._storage.set_all(ALIAS, aliases))

    def remove_aliases(self, keys: Iterable[str]) -> int:
        """Remove the aliases *keys*, not the entries, and return how many there were.

        Raises:
            StoreError: the store could not be written.
        """
        return self._insist(lambda: self._storage.writer.remove([ALIAS + key for key in keys]))

    def removal(self, origin: str, key: str = EVERYTHING) -> tuple[float, str] | None:
        """Return when and how the entry *key* of a step, or without one its last, went; the last few are noted."""
        return self._ask(lambda: removal_of(self._storage, tag_of(origin), key), None)

    def trouble_with(self, key: str, keeping: Keeping = AS_USUAL, now: float | None = None) -> str | None:
        """Return why the entry under *key* does not answer, in a few words; empty if it does, None if there is none."""
        try:
            entry = self._storage.find(key)
            if entry is None:
                return None
            check_readable(entry.format, entry.format_version, keeping.format)
        except (ValueError, FormatMissingError, *STORAGE_ERRORS) as error:
            return f"cannot be read: {error}"
        if keeping.expire and keeping.is_expired(entry, time.time() if now is None else now):
            return f"is older than {keeping.expire:g} seconds, after which it expires"
        return ""

    def alias(self, key: str) -> tuple[str, str] | None:
        """Return target and reason of the alias *key*."""
        found: object = self._ask(lambda: self._storage.get(ALIAS, key), None)
        return found if isinstance(found, tuple) and len(found) == 2 else None

    def aliases(self) -> Iterator[tuple[str, str, str]]:
        """Yield key, target and reason of each alias."""
        try:
            for key, alias in self._storage.items(ALIAS):
                if isinstance(alias, tuple):
                    yield key, *alias
        except STORAGE_ERRORS as error:
            self._storage.troubles.tell(error)
