"""What an entry was made from and what was made from it: arguments that have the digests of results.

Nothing is noted when a call is made. An argument that has the digest of a result, or of a part of one, was made by it
or by something equal, in whatever process. Scalars are too common to tell: of these only whole results count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from memo.dethash import det_hash, is_scalar
from memo.inspection.find import find
from memo.render import Line, html_of, text_of
from memo.typing import MISSING

if TYPE_CHECKING:
    from memo.store import Argument, Metadata, Store

#: Entries that a lineage tells of in each direction, and levels of them.
MOST_ENTRIES, MOST_LEVELS = 300, 100
#: Digits that the digests of parts are kept with.
_DIGITS = 16
#: Values that anything may return: that two of them are equal tells nothing.
_COMMON = (None, False, True, *range(-1, 11), *map(float, range(-1, 2)), "", b"", [], (), {}, set(), frozenset())


@dataclass(frozen=True, slots=True)
class Link:
    """An entry and the argument that leads to it or from it.

    Attributes:
        argument: the parameter that got the result, and the place inside its value, as in ``options[key 1]``.
        part: the place inside the result, if it was not all of it.
        entry: the entry at the other end.
        links: further links from there.
        is_known: whether that entry, with its links, is told elsewhere in the lineage.
    """

    argument: str
    part: str
    entry: Metadata
    links: tuple[Link, ...] = ()
    is_known: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as for JSON."""
        return {
            "key": self.entry.key,
            "origin": self.entry.origin,
            "created": self.entry.created,
            "argument": self.argument,
            "part": self.part,
            "is_known": self.is_known,
            "links": [link.to_dict() for link in self.links],
        }


@dataclass(frozen=True, slots=True)
class Lineage:
    """What an entry was made from, and what was made from it.

    Attributes:
        entry: the entry.
        sources: the entries that its arguments were results of, and so on.
        products: the entries that got its result as an argument, and so on.
    """

    entry: Metadata
    sources: tuple[Link, ...]
    products: tuple[Link, ...]

    def __str__(self) -> str:
        return text_of(self._outline())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002 - IPython's signature
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return html_of(self._outline())

    def _outline(self) -> Line:
        from memo.inspection.outline import DIGITS, lineage_lines

        return Line(self.entry.origin, "title", f"key {self.entry.key[:DIGITS]}", tuple(lineage_lines(self)))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as for JSON."""
        return {
            "key": self.entry.key,
            "origin": self.entry.origin,
            "sources": [link.to_dict() for link in self.sources],
            "products": [link.to_dict() for link in self.products],
        }


class Place(NamedTuple):
    """An entry and a place in its result, or in one of its arguments."""

    entry: Metadata
    path: str


@overload
def lineage(key: str, /, *, told: Callable[[int], object] = abs) -> Lineage | None: ...
@overload
def lineage(store: Store, key: str, /, *, told: Callable[[int], object] = abs) -> Lineage | None: ...
def lineage(store: Store | str, key: str = "", /, *, told: Callable[[int], object] = abs) -> Lineage | None:
    """Return the lineage of an entry; ``None`` if there is none under *key* that can be read.

    Without a *store* it is the one that steps use here. The beginning of a key that no other begins with is enough. All
    entries of the store are looked at, and *told* is called with 1 for each.
    """
    if isinstance(store, str):
        return lineage(_default_store(), store, told=told)
    return _Lineages(store, told).of(find(store, key).key or key)


def _default_store() -> Store:
    from memo.store import Store

    return Store.shared()


def products_of(store: Store, keys: Collection[str], *, told: Callable[[int], object] = abs) -> dict[str, Metadata]:
    """Return every entry that was made from the entries *keys*, directly or not, by its key; *told* as above."""
    return _Lineages(store, told).products_of(keys)


class _Lineages:
    """The lineages of a store's entries, all of which are read once."""

    def __init__(self, store: Store, told: Callable[[int], object]) -> None:
        self._store = store
        self._made, self._used = _Digests(), _Digests()
        for info in store.entries():
            told(1)
            entry = store.metadata(info.key)
            if entry is not MISSING and entry.key == info.key:
                self._made.add(entry, _results_of(entry))
                self._used.add(entry, (part for argument in entry.arguments for part in _parts_of(argument)))

    def of(self, key: str) -> Lineage | None:
        """Return the lineage of one."""
        entry = self._store.metadata(key)
        if entry is MISSING:
            return None
        return Lineage(entry, _links(entry, self._sources), _links(entry, self._products))

    def products_of(self, keys: Collection[str]) -> dict[str, Metadata]:
        """Return what was made from some, however far down."""
        found = {key: entry for key in keys if (entry := self._store.metadata(key)) is not MISSING}
        waiting = list(found.values())
        while waiting:
            for _, _, entry in self._products(waiting.pop()):
                if entry.key not in found:
                    found[entry.key] = entry
                    waiting.append(entry)
        return {key: entry for key, entry in found.items() if key not in keys}

    def _sources(self, entry: Metadata) -> Iterator[tuple[str, str, Metadata]]:
        for argument in entry.arguments:
            for path, digest in _parts_of(argument):
                places = self._made.find(digest, entry)
                yield from ((path, place.path, place.entry) for place in places)
                if places and path == argument.name:
                    break  # all of it is a result, so its parts are no news

    def _products(self, entry: Metadata) -> Iterator[tuple[str, str, Metadata]]:
        for path, digest in _results_of(entry):
            yield from ((place.path, path, place.entry) for place in self._used.find(digest, entry))


class _Digests:
    """Places by the beginnings of their digests."""

    def __init__(self) -> None:
        self._common = {det_hash(value)[:_DIGITS] for value in _COMMON}
        self._places: dict[str, list[Place]] = defaultdict(list)

    def add(self, entry: Metadata, parts: Iterator[tuple[str, str]]) -> None:
        """Add the places of an entry."""
        for path, digest in parts:
            if digest[:_DIGITS] not in self._common:
                self._places[digest[:_DIGITS]].append(Place(entry, path))

    def find(self, digest: str, entry: Metadata) -> list[Place]:
        """Return the places with *digest*, without those of *entry* itself."""
        return [place for place in self._places.get(digest[:_DIGITS], ()) if place.entry.key != entry.key]


def _results_of(entry: Metadata) -> Iterator[tuple[str, str]]:
    if entry.result_digest is not None:
        yield "", entry.result_digest
        yield from entry.results


def _parts_of(argument: Argument) -> Iterator[tuple[str, str]]:
    """Iterate over an argument and the containers in it, with their digests."""
    yield argument.name, argument.value or argument.digest
    waiting = [(argument.name, part) for part in _inner(argument.tree)]
    while waiting:
        path, part = waiting.pop(0)
        if not is_scalar(part[2]):
            yield path + part[0], part[3]
            waiting += [(path + part[0], inner) for inner in _inner(part)]


def _inner(part: Sequence[Any]) -> list[list[Any]]:
    return [each for each in part[4] if len(each) == 5] if len(part) == 5 else []


def _links(entry: Metadata, next_of: Callable[[Metadata], Iterator[tuple[str, str, Metadata]]]) -> tuple[Link, ...]:
    """Return the links from *entry*; each entry has its own links where it is met first, from above."""
    told = {entry.key}
    made: list[Link] = []
    #: The way down: what leads to an entry, what is left to look at there, and the links that were made.
    way: list[tuple[Link, Iterator[Link], list[Link]]] = []
    links = _once(entry, next_of)
    while True:
        link = next(links, None)
        if link is not None and (link.entry.key in told or len(told) >= MOST_ENTRIES or len(way) >= MOST_LEVELS):
            made.append(replace(link, is_known=link.entry.key in told))
        elif link is not None:
            told.add(link.entry.key)
            way.append((link, links, made))
            links, made = _once(link.entry, next_of), []
        elif way:
            link, links, above = way.pop()
            above.append(replace(link, links=tuple(made)))
            made = above
        else:
            return tuple(made)


def _once(entry: Metadata, next_of: Callable[[Metadata], Iterator[tuple[str, str, Metadata]]]) -> Iterator[Link]:
    """Iterate over the links from *entry* itself, one to each other entry."""
    seen: set[str] = set()
    for argument, part, other in next_of(entry):
        if other.key not in seen:
            seen.add(other.key)
            yield Link(argument, part, other)
