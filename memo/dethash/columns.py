"""The canonical bytes of values: columns of scalars, encoded by C code in one call each.

A *column* is a sequence of values. Its scalars are written in one piece; what is not a scalar is grouped by tag, and the
children of a group's members form the next columns. So 100,000 records of ten fields are ten columns and not a million
values. Grouping depends on values alone, never on identity, so equal values have equal bytes. The grammar is written
down in ``docs/reference/det-hash-format.md``.

Two things keep the work linear where objects are shared: values over ``WEIGHT_LIMIT`` are *heavy* and enter a column by
their own digest, computed once an object; light ones are written out wherever they occur.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from memo.dethash.hashing import digest_bytes
from memo.dethash.node import Back, CodeNode, Node, Tag
from memo.dethash.plans import ATOMS, LONG, Long, Plans, SpelledTag
from memo.dethash.registry import Kind

#: Opens every digest: a change of the format changes it, and with it every digest.
FORMAT_VERSION = 1
PREFIX = b"memo det_hash %d\n" % FORMAT_VERSION
#: A container weighs CONTAINER_WEIGHT, one for each child, and what its children weigh; over the limit it is heavy.
CONTAINER_WEIGHT = 8
WEIGHT_LIMIT = 512
#: From this many dicts with the same keys on, the values of each key are a column of their own.
SHAPE_COLUMNS = 16

HEAVY: SpelledTag = ("digest",)
_TEXT = frozenset({str, bytes})
_ONLY_STR = frozenset({str})
_ALWAYS_LIGHT = (Long, Back)

#: Writes the bodies of a group's members.
Body = Callable[[list[Any]], list[bytes]]


def pack(value: object) -> bytes:
    """Return *value*, made of scalars and lists, in marshal's version 2: alike on every Python, and self-delimiting."""
    return marshal.dumps(value, 2)


_ONE = pack([...])


class TooHeavyError(Exception):
    """The value is heavy, or has parts that only the full walk can order."""


class Columns:
    """Write columns of values whose heavy members' digests are known.

    Args:
        plans: how each class is taken apart.
        light: the ids of the containers to be written out; ``None`` while all are, up to the limit.
    """

    def __init__(self, plans: Plans, light: set[int] | None = None) -> None:
        self.plans = plans
        self.light = light
        self.digests: dict[int, bytes] = {}
        self._budget = WEIGHT_LIMIT

    def digest(self, value: object) -> bytes:
        """Return the digest of *value*; of its heavy parts the digests must be known."""
        if type(value) in ATOMS:
            return digest_bytes(PREFIX, *self.column([value]))
        tag, body = self._tagger(type(value))(value)
        return digest_bytes(PREFIX, _ONE, pack([tag]), *body([value]))

    def digest_node(self, tag: Tag, children: Sequence[object]) -> bytes:
        """Return the digest of a value that was already taken apart and ordered."""
        return digest_bytes(PREFIX, _ONE, pack([self.plans.spell(tag)]), *self._sequences([children]))

    def known_or_digest(self, value: object) -> bytes:
        return self.digests.get(id(value)) or self.digest(value)

    def _spend(self, weight: int) -> None:
        if self.light is None:
            self._budget -= weight
            if self._budget < 0:
                raise TooHeavyError

    def column(self, values: list[Any]) -> list[bytes]:
        """Return the canonical bytes of *values*, in pieces."""
        self._spend(len(values))
        types = set(map(type, values))
        if not types.isdisjoint(_TEXT) and _has_long(values, types):
            values = [self.plans.long(v) if type(v) in _TEXT and len(v) > LONG else v for v in values]
        elif types <= ATOMS:
            return [pack(values)]
        others = [v for v in values if type(v) not in ATOMS]
        flat = [v if type(v) in ATOMS else ... for v in values] if len(others) < len(values) else [...] * len(values)
        return [pack(flat), *self._groups(others)]

    # -- groups ---------------------------------------------------------------------------------------------------

    def _groups(self, others: list[Any]) -> list[bytes]:
        self._spend(CONTAINER_WEIGHT * len(others))
        types = set(map(type, others))
        if len(types) == 1 and (self.light is None or self.light.issuperset(map(id, others))):
            whole = self._one_kind(types.pop(), others)
            if whole is not None:
                return whole
            types = {type(others[0])}
        taggers = {cls: self._tagger(cls) for cls in types}
        groups: dict[SpelledTag, tuple[int, list[Any], Body]] = {}
        order: list[int] = []
        for value in others:
            if self.light is not None and id(value) not in self.light and type(value) not in _ALWAYS_LIGHT:
                tag: SpelledTag = HEAVY
                body: Body = self._heavy
            else:
                tag, body = taggers[type(value)](value)
            place, members, _ = groups.setdefault(tag, (len(groups), [], body))
            order.append(place)
            members.append(value)
        out = [pack(list(groups))]
        if len(groups) > 1:
            out.append(pack(order))
        for _, members, body in groups.values():
            out += body(members)
        return out

    def _one_kind(self, cls: type, others: list[Any]) -> list[bytes] | None:
        """Return the groups of values of one class that are alike by their class alone, in few calls."""
        kind, tag = self.plans.kind(cls)
        if kind is Kind.SEQUENCE:
            return [pack([tag]), *self._sequences(others)]
        if kind is Kind.ENCODE:
            return None
        dicts = others if kind is Kind.DICT else list(map(vars, others))
        if not set(map(type, chain.from_iterable(dicts))) <= ATOMS:
            return None
        return [pack([tag]), *self._dicts(dicts)]

    def _tagger(self, cls: type) -> Callable[[Any], tuple[SpelledTag, Body]]:
        """Return what tells the tag of a value of *cls* and how its group is written."""
        kind, tag = self.plans.kind(cls)
        if kind is Kind.SEQUENCE:
            return lambda value: (tag, self._sequences)
        if kind is Kind.DICT:
            return lambda value: (tag, self._dicts) if keys_are_atoms(value) else self._tag_of_node(value)
        if kind is Kind.ATTRIBUTES:
            return lambda value: (tag, self._instances) if keys_are_atoms(vars(value)) else self._tag_of_node(value)
        return self._tag_of_node

    def _tag_of_node(self, value: Any) -> tuple[SpelledTag, Body]:
        node = self.plans.node(value)
        if type(node) is CodeNode and self.light is None:
            raise TooHeavyError
        return self.plans.spell(node.tag), self._nodes

    # -- the bodies of groups -------------------------------------------------------------------------------------

    def _heavy(self, members: list[Any]) -> list[bytes]:
        return [self.digests[id(value)] for value in members]

    def _sequences(self, members: Sequence[Sequence[object]]) -> list[bytes]:
        return [pack(list(map(len, members))), *self.column(list(chain.from_iterable(members)))]

    def _nodes(self, members: list[Any]) -> list[bytes]:
        return self._sequences([self._ordered(self.plans.node(value)) for value in members])

    def _ordered(self, node: Node | CodeNode) -> Sequence[object]:
        if type(node) is not Node or not node.unordered:
            return node.children
        self._spend(CONTAINER_WEIGHT * len(node.children))
        return sorted(map(self.known_or_digest, node.children))

    def _instances(self, members: list[Any]) -> list[bytes]:
        return self._dicts(list(map(vars, members)))

    def _dicts(self, members: list[dict[Any, Any]]) -> list[bytes]:
        shapes = _Shapes()
        given = list(map(tuple, members))
        if len(set(given)) == 1 and set(map(type, given[0])) <= _ONLY_STR:
            order = [shapes.place(given[0])] * len(members)
        else:
            order = list(map(shapes.place, given))
        out = [pack(shapes.keys)]
        if len(shapes.keys) > 1:
            out.append(pack(order))
        alike: list[list[dict[Any, Any]]] = [[] for _ in shapes.keys] if len(shapes.keys) > 1 else [members]
        if len(alike) > 1:
            for place, member in zip(order, members, strict=True):
                alike[place].append(member)
        for keys, dicts in zip(shapes.keys, alike, strict=True):
            if len(dicts) >= SHAPE_COLUMNS:
                for key in keys:
                    out += self.column(list(map(itemgetter(key), dicts)))
            else:
                out += self.column([member[key] for member in dicts for key in keys])
        return out


class _Shapes:
    """The different sequences of keys that a group's dicts have, each sorted, in order of first appearance."""

    def __init__(self) -> None:
        self.keys: list[list[Any]] = []
        self._by_bytes: dict[bytes, int] = {}
        self._by_given: dict[tuple[Any, ...], int] = {}

    def place(self, given: tuple[Any, ...]) -> int:
        known = self._by_given.get(given)
        if known is not None:
            return known
        only_str = set(map(type, given)) <= _ONLY_STR
        keys = sorted(given) if only_str else sort_atoms(given)
        place = self._by_bytes.setdefault(pack(keys), len(self.keys))
        if place == len(self.keys):
            self.keys.append(keys)
        if only_str:  # keys of other types can be equal and yet differ: 1 and True
            self._by_given[given] = place
        return place


def keys_are_atoms(mapping: dict[Any, Any]) -> bool:
    """Say whether every key is a scalar, so that the keys can be ordered by their bytes."""
    return set(map(type, mapping)) <= ATOMS


def sort_atoms(values: Iterable[Any]) -> list[Any]:
    """Return scalars in canonical order: text by code points, any other mixture by its bytes."""
    values = list(values)
    return sorted(values) if set(map(type, values)) <= _ONLY_STR else sorted(values, key=pack)


def _has_long(values: list[Any], types: set[type]) -> bool:
    if types <= _TEXT:
        return max(map(len, values)) > LONG
    return any(type(v) in _TEXT and len(v) > LONG for v in values)
