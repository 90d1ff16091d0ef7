"""What is kept about code: manifests and texts, of this process or from a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from memo.typing import MISSING

if TYPE_CHECKING:
    from memo.dethash import CodeManifest
    from memo.store import Store


class Kept:
    """Finds manifests and source texts by their digests.

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

    def text(self, own: str) -> str | None:
        """Return the source text of the code whose own digest is *own*."""
        for manifest in self._here.values():
            if own in manifest.texts:
                return manifest.texts[own]()
        found = (self._from_store(own) or {}).get("text")
        return found if isinstance(found, str) else None

    def _from_store(self, digest: str) -> dict[str, Any] | None:
        if digest not in self._known:
            found = self._store.manifest(digest)
            self._known[digest] = None if found is MISSING else found
        return self._known[digest]
