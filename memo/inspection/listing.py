"""Which entries there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from memo.store import EntryInfo, Store


def list_entries(store: Store, step: str | None = None) -> Iterator[EntryInfo]:
    """Yield the store's entries, oldest first; only those whose origin contains *step*, if it is given."""
    if step is None:
        yield from store.entries()
        return
    for origin, _, _ in store.totals():
        if step in origin:
            yield from store.entries(origin)
