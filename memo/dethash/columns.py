"""The canonical bytes of values: columns of scalars, encoded by C code in one call each.

A *column* is a sequence of values. Its scalars are written in one piece; what is not a scalar is grouped by tag, and
the children of a group's members form the next columns. So 100,000 records of ten fields are ten columns and not a
million values. Grouping depends on values alone, never on identity, so equal values have equal bytes. The grammar is
written down in ``docs/reference/det-hash-format.md``.

Two things keep the work linear where objects are shared: values over ``WEIGHT_LIMIT`` are *heavy* and enter a column by
their own digest, computed once an object; light ones are written out wherever they occur.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from memo.dethash.hashing import Stream
from memo.dethash.node import KNOWN, CodeNode, Node
from memo.dethash.plans import ATOMS, LONG, Long, Plans, SpelledTag
from memo.dethash.registry import Kind

#: Opens every digest: a change of the format changes it, and with it every digest.
FORMAT_VERSION = 1
PREFIX = b"memo det_hash %d\n" % FORMAT_VERSION
#: A container weighs CONTAINER_WEIGHT, one for each child, one more for each TEXT_WEIGHT characters or bytes of a short
#: text, and what the containers among its children weigh; over the limit it is heavy.
CONTAINER_WEIGHT = 8
TEXT_WEIGHT = 32
WEIGHT_LIMIT = 512
#: So many values of a column, or members of a group, are written together.
RUN = 2048
#: From this many dicts with the same keys on, the values of each key are a column of their own.
SHAPE_COLUMNS = 16

HEAVY: SpelledTag = ("digest",)
TEXT = frozenset({str, bytes})
_ONLY_STR = frozenset({str})
#: A key of these may be a NaN, which only the object that it is in the dict finds.
_MAYBE_NAN = frozenset({float, complex})
#: A dict with no other keys is certain to have keys that can be ordered by their bytes.
SURE_KEYS = ATOMS - _MAYBE_NAN

#: Levels of light containers at most: each weighs at least CONTAINER_WEIGHT.
_DEPTH_LIMIT = WEIGHT_LIMIT // CONTAINER_WEIGHT

#: Writes the bodies of a group's members and returns an upper bound of their weight.
Body = Callable[[list[Any]], int]


def pack(value: Any) -> bytes:
    """Return *value*, made of scalars and lists, in marshal's version 2: alike on every Python, and self-delimiting."""
    return marshal.dumps(value, 2)


_ONE = pack([...])


class TooHeavyError(Exception):
    """Not every part is light: only the full walk can tell which are."""


class Columns:
    """Write columns of values.

    Args:
        plans: how each class is taken apart.
        light: the ids of the containers to be written out; the others' digests must be known. ``None``: all of them
            are, which is checked on the way by an upper bound of their weights.
    """

    def __init__(self, plans: Plans, light: set[int] | None = None) -> None:
        self.plans = plans
        self.light = light
        self.digests: dict[int, bytes] = {}
        self._out = Stream(PREFIX)
        self._budget = WEIGHT_LIMIT
        self._depth = 0

    def digest(self, value: Any) -> bytes:
        """Return the digest of *value*, heavy or light.

        Raises:
            TooHeavyError: something in it is heavy, or may be, and which parts are light is not known.
        """
        if type(value) is CodeNode and value.tag == KNOWN:
            known: bytes = value.children[0]  # type: ignore[assignment]
            return known
        outer = self._out
        self._out = Stream(PREFIX)
        try:
            self._root(value)
            return self._out.digest()
        finally:
            self._out = outer

    def known_or_digest(self, value: object) -> bytes:
        """Return the digest of *value*, which is light or whose digest is known."""
        return self.digests.get(id(value)) or self.digest(value)

    def _root(self, value: Any) -> None:
        if type(value) in ATOMS:
            self._column([value])
            return
        if self.light is None:
            self._budget = WEIGHT_LIMIT * max(1, len(children_of(self.plans, value)))
        tag, body = self._tagger(type(value))(value)
        self._out.write(_ONE + pack([tag]))
        body([value])

    def _column(self, values: list[Any]) -> int:
        """Write *values*; return an upper bound of what one of them adds to a container's weight."""
        types = set(map(type, values))
        longest = 0 if types.isdisjoint(TEXT) else _longest_text(values, types)
        self._spend(len(values) * (1 + min(longest, LONG) // TEXT_WEIGHT))
        if longest > LONG:
            values = [self.plans.long(v) if type(v) in TEXT and len(v) > LONG else v for v in values]
            longest = LONG
        elif types <= ATOMS:
            self._write(values)
            return longest // TEXT_WEIGHT
        others = [v for v in values if type(v) not in ATOMS]
        flat = [v if type(v) in ATOMS else ... for v in values] if len(others) < len(values) else [...] * len(values)
        self._write(flat)
        if self.light is not None:
            self._groups(others)
            return 0
        self._spend(CONTAINER_WEIGHT * len(others))
        self._depth += 1
        if self._depth > _DEPTH_LIMIT:
            raise TooHeavyError
        bound = self._groups(others)
        self._depth -= 1
        return max(bound, longest // TEXT_WEIGHT)

    def _spend(self, weight: int) -> None:
        self._budget -= weight
        if self._budget < 0 and self.light is None:
            raise TooHeavyError

    def _write(self, values: list[Any]) -> None:
        """Write scalars and marks, not too many together: the same long one may occur in many places."""
        if len(values) <= RUN:
            self._out.write(pack(values))
            return
        for start in range(0, len(values), RUN):
            self._out.write(pack(values[start : start + RUN]))
            self._out.flush()

    # -- groups ---------------------------------------------------------------------------------------------------

    def _groups(self, others: list[Any]) -> int:
        types = set(map(type, others))
        if len(types) == 1 and (self.light is None or self.light.issuperset(map(id, others))):
            bound = self._one_kind(next(iter(types)), others)
            if bound is not None:
                return bound
        taggers = {cls: self._tagger(cls) for cls in types}
        groups: dict[SpelledTag, tuple[int, list[Any], Body]] = {}
        order: list[int] = []
        for value in others:
            if self.light is not None and id(value) not in self.light and type(value) is not Long:
                tag: SpelledTag = HEAVY
                body: Body = self._heavy
            else:
                tag, body = taggers[type(value)](value)
            place, members, _ = groups.setdefault(tag, (len(groups), [], body))
            order.append(place)
            members.append(value)
        self._out.write(pack(list(groups)))
        if len(groups) > 1:
            self._out.write(pack(order))
        return max(self._runs(body, members) for _, members, body in groups.values())

    def _one_kind(self, cls: type, others: list[Any]) -> int | None:
        """Write the group of values of one class that have one tag by their class alone, in few calls."""
        kind, tag = self.plans.kind(cls)
        if kind is Kind.SEQUENCE:
            self._out.write(pack([tag]))
            return self._runs(self._sequences, others)
        if kind is Kind.ENCODE:
            return None
        dicts: list[dict[Any, Any]] = others if kind is Kind.DICT else self.plans.attributes_of(others)
        types = set(map(type, chain.from_iterable(dicts)))
        if not types <= SURE_KEYS and not (types <= ATOMS and all(map(keys_are_atoms, dicts))):
            return None
        self._out.write(pack([tag]))
        return self._runs(self._dicts, dicts)

    def _runs(self, body: Body, members: list[Any]) -> int:
        """Write the bodies of a group's members, not too many together: what they share is written out."""
        if len(members) <= RUN:
            return self._run(body, members)
        bound = 0
        for start in range(0, len(members), RUN):
            bound = max(bound, self._run(body, members[start : start + RUN]))
            self._out.flush()
        return bound

    def _run(self, body: Body, members: list[Any]) -> int:
        if self.light is not None:
            return body(members)
        left = self._budget - WEIGHT_LIMIT * len(members)
        self._budget -= max(left, 0)  # light members do not need more
        bound = body(members)
        self._budget += max(left, 0)
        if bound > WEIGHT_LIMIT:
            raise TooHeavyError
        return bound

    def _tagger(self, cls: type) -> Callable[[Any], tuple[SpelledTag, Body]]:
        """Return what tells the tag of a value of *cls* and how its group is written."""
        kind, tag = self.plans.kind(cls)
        if kind is Kind.SEQUENCE:
            return lambda _: (tag, self._sequences)
        if kind is Kind.DICT:
            return lambda value: (tag, self._dicts) if keys_are_atoms(value) else self._tag_of_node(value)
        if kind is Kind.ATTRIBUTES:
            read = self.plans.attributes[cls]
            return lambda value: (tag, self._instances) if keys_are_atoms(read(value)) else self._tag_of_node(value)
        return self._tag_of_node

    def _tag_of_node(self, value: Any) -> tuple[SpelledTag, Body]:
        node = self.plans.node(value)
        if self.light is None and type(node) is CodeNode:
            raise TooHeavyError
        return self.plans.spell(node.tag), self._nodes

    # -- the bodies of groups -------------------------------------------------------------------------------------

    def _heavy(self, members: list[Any]) -> int:
        self._out.write(b"".join([self.digests[id(value)] for value in members]))
        return 0

    def _sequences(self, members: Sequence[Sequence[object]]) -> int:
        counts = list(map(len, members))
        self._out.write(pack(counts))
        bound = self._column(list(chain.from_iterable(members)))
        return CONTAINER_WEIGHT + max(counts) * (1 + bound)

    def _nodes(self, members: list[Any]) -> int:
        return self._sequences([self._ordered(self.plans.node(value)) for value in members])

    def _ordered(self, node: Node | CodeNode) -> Sequence[object]:
        if type(node) is not Node or not node.unordered:
            return node.children
        if self.light is None:
            raise TooHeavyError
        for child in node.children:
            if id(child) not in self.digests:  # once an object: the set itself may be written out often
                self.digests[id(child)] = self.digest(child)
        return sorted(self.digests[id(child)] for child in node.children)

    def _instances(self, members: list[Any]) -> int:
        return self._dicts(self.plans.attributes_of(members))

    def _dicts(self, members: list[dict[Any, Any]]) -> int:
        given = list(map(tuple, members))
        order: list[int] = []
        if len(members) == 1 or (len(set(given)) == 1 and set(map(type, given[0])) <= _ONLY_STR):
            shapes = [sort_atoms(given[0])]
            alike = [members]
        else:
            shapes, order = _shapes(given)
            alike = [[] for _ in shapes]
            for place, member in zip(order, members, strict=True):
                alike[place].append(member)
        self._out.write(pack(shapes))
        if len(shapes) > 1:
            self._out.write(pack(order))
        return max(CONTAINER_WEIGHT + self._shape(*same) for same in zip(shapes, alike, strict=True))

    def _shape(self, keys: list[Any], dicts: list[dict[Any, Any]]) -> int:
        if not set(map(type, keys)).isdisjoint(_MAYBE_NAN) and any(key != key for key in keys):  # noqa: PLR0124
            # A NaN of one dict does not find that of another.
            dicts = [dict(enumerate(map(member.__getitem__, sort_atoms(member)))) for member in dicts]
            keys = list(range(len(keys)))
        if len(dicts) >= SHAPE_COLUMNS:
            return sum(1 + self._column(list(map(itemgetter(key), dicts))) for key in keys)
        values = chain.from_iterable(map(member.__getitem__, keys) for member in dicts)
        return len(keys) * (1 + self._column(list(values)))


def _shapes(given: list[tuple[Any, ...]]) -> tuple[list[list[Any]], list[int]]:
    """Return the different sequences of keys, sorted, in order of first appearance, and each dict's place there."""
    shapes: list[list[Any]] = []
    by_bytes: dict[bytes, int] = {}
    by_given: dict[tuple[Any, ...], int] = {}
    order: list[int] = []
    for keys in given:
        place = by_given.get(keys)
        if place is None:
            shape = sort_atoms(keys)
            place = by_bytes.setdefault(pack(shape), len(shapes))
            if place == len(shapes):
                shapes.append(shape)
            if set(map(type, keys)) <= _ONLY_STR:  # keys of other types can be equal and yet differ: 1 and True
                by_given[keys] = place
        order.append(place)
    return shapes, order


def keys_are_atoms(mapping: dict[Any, Any]) -> bool:
    """Say whether every key is a scalar, and one at most a NaN, so that the keys can be ordered by their bytes."""
    types = set(map(type, mapping))
    return types <= SURE_KEYS or (types <= ATOMS and sum(key != key for key in mapping) < 2)  # noqa: PLR0124


def children_of(plans: Plans, value: Any) -> Collection[Any]:
    """Return what *value*, a container, is made of."""
    kind, _ = plans.kind(type(value))
    children: Collection[Any]
    if kind is Kind.SEQUENCE:
        children = value
    elif (mapping := plans.mapping(value)) is not None and keys_are_atoms(mapping):
        children = mapping.values()
    else:
        children = plans.node(value).children
    return children


def sort_atoms(values: Iterable[Any]) -> list[Any]:
    """Return scalars in canonical order: text by code points, any other mixture by its bytes."""
    values = list(values)
    return sorted(values) if set(map(type, values)) <= _ONLY_STR else sorted(values, key=pack)


def text_weight(values: Iterable[Any]) -> int:
    """Return what short texts among a container's children add to its weight."""
    return sum(len(v) // TEXT_WEIGHT for v in values if type(v) in TEXT and len(v) <= LONG)


def _longest_text(values: list[Any], types: set[type]) -> int:
    return max(map(len, values)) if types <= TEXT else max(len(v) for v in values if type(v) in TEXT)
