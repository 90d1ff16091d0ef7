"""What is kept about code: manifests and lines, of this process or from a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from memo.typing import MISSING

if TYPE_CHECKING:
    from memo.dethash import CodeManifest
    from memo.store import Store


class Source(NamedTuple):
    """The lines of a piece of code, and which of docstrings and annotations count; ``None`` for what is in them."""

    lines: str
    reads: frozenset[str] | None = None

    def spelled(self) -> str:
        """Return the text as it counts."""
        from memo.dethash.code.syntax.spelled import spelled  # for who asks for it

        return spelled(self.lines, self.reads)

    def parameters(self) -> tuple[str, ...]:
        """Return the names of a function's parameters, as far as they can be told."""
        from memo.dethash.code.syntax.spelled import parameters  # as above

        return parameters(self.lines)

    def undocumented(self) -> str:
        """Return the text without docstrings and annotations."""
        return self._replace(reads=frozenset()).spelled()


class Kept:
    """Finds manifests and the lines of code by their digests.

    Args:
        store: where they are kept.
        here: those of code that is loaded in this process.
    """

    def __init__(self, store: Store, here: Mapping[str, CodeManifest] | None = None) -> None:
        self._store = store
        self._here = here or {}
        self._known: dict[str, dict[str, Any] | None] = {}

    def manifest(self, digest: str) -> dict[str, Any] | None:
        """Return the manifest under *digest* as plain data."""
        if digest in self._here:
            return self._here[digest].to_dict()
        return self._from_store(digest)

    def source(self, piece: Mapping[str, Any]) -> Source | None:
        """Return the lines of a piece of code that a manifest tells of."""
        digest = str(piece.get("source") or piece.get("own"))  # before there were excerpts a text was kept under it
        for manifest in self._here.values():
            excerpt = manifest.excerpts().get(digest)
            if excerpt is not None:
                return Source(excerpt.source, excerpt.reads)
        found = self._from_store(digest) or {}
        lines, reads = found.get("source", found.get("text")), found.get("reads")
        known = frozenset(map(str, reads)) if isinstance(reads, list) else None
        return Source(lines, known) if isinstance(lines, str) else None

    def _from_store(self, digest: str) -> dict[str, Any] | None:
        if digest not in self._known:
            found = self._store.manifest(digest)
            self._known[digest] = None if found is MISSING else found
        return self._known[digest]
