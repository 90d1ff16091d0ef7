"""Weigh the containers that a walk discovered: which are written out, which enter by their digest, which lie on cycles.

A container weighs a constant, one for each child, more for texts, and what the containers among its children weigh,
each time they occur. So the weight depends on the value alone, not on what is shared in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate, chain, pairwise
from operator import add
from typing import Any, NamedTuple

from memo.dethash.columns import CONTAINER_WEIGHT, TEXT, WEIGHT_LIMIT, text_weight
from memo.dethash.node import CodeNode
from memo.dethash.plans import ATOMS

_OVER = WEIGHT_LIMIT + 1


class Family(NamedTuple):
    """Containers of one class that were discovered on one level, and their children, one container after the other."""

    members: list[Any]
    counts: list[int]
    flat: list[Any]
    #: The containers among the children.
    kids: list[Any]
    #: The children's types.
    types: set[type]

    def own_weights(self) -> list[int]:
        """Return what each member weighs without the containers in it."""
        weights = [CONTAINER_WEIGHT + count for count in self.counts]
        if not self.types.isdisjoint(TEXT):
            ends = accumulate(self.counts, initial=0)
            texts = [text_weight(self.flat[start:end]) for start, end in pairwise(ends)]
            weights = list(map(add, weights, texts))
        return weights


class Found(NamedTuple):
    """The containers that a discovery met."""

    levels: list[list[Family]]
    #: Those without a deterministic form, and why.
    refused: list[tuple[object, Exception]]
    #: Functions and classes, taken apart.
    code: list[tuple[object, CodeNode]]

    def families(self) -> Iterator[Family]:
        """Iterate over the families of every level."""
        return chain.from_iterable(self.levels)

    def kids(self) -> Iterator[tuple[Any, list[Any]]]:
        """Iterate over every container and the containers among its children."""
        for family in self.families():
            ends = accumulate(family.counts, initial=0)
            for member, (start, end) in zip(family.members, pairwise(ends), strict=True):
                children = family.flat[start:end] if family.kids else ()
                yield member, [child for child in children if type(child) not in ATOMS]

    def parents(self) -> dict[int, list[Any]]:
        """Return the containers around each container, by its id."""
        out: dict[int, list[Any]] = defaultdict(list)
        for parent, kids in self.kids():
            for kid in kids:
                out[id(kid)].append(parent)
        return out


class Weighed(NamedTuple):
    """The outcome: the ids of the light containers, the heavy ones from the leaves up, those that reach a cycle."""

    light: set[int]
    heavy: list[Any]
    endless: list[Any]


def weigh(found: Found) -> Weighed:
    """Weigh every container of *found*."""
    code = {id(value) for value, _ in found.code}
    weighed = _by_level(found, code)
    return weighed if weighed is not None else _by_container(found, code)


def _by_level(found: Found, code: set[int]) -> Weighed | None:
    """Weigh whole families from the last level up; ``None`` if a child is not on a later level than its parent."""
    weights: dict[int, int] = {}
    heavy: list[Any] = []
    for level in reversed(found.levels):
        for family in level:
            members, counts, flat, kids, _ = family
            ids = list(map(id, members))
            own = family.own_weights()
            if kids:
                try:
                    kid_weights = list(map(weights.__getitem__, map(id, kids)))
                except KeyError:
                    return None
                if len(kids) < len(flat):
                    each = iter(kid_weights)
                    kid_weights = [0 if type(child) in ATOMS else next(each) for child in flat]
                sums = list(accumulate(kid_weights, initial=0))
                ends = list(accumulate(counts, initial=0))
                own = [
                    weight + sums[end] - sums[start] for weight, (start, end) in zip(own, pairwise(ends), strict=True)
                ]
            if code and not code.isdisjoint(ids):
                own = [_OVER if ident in code else weight for ident, weight in zip(ids, own, strict=True)]
            if max(own) >= _OVER:
                heavy += [member for member, weight in zip(members, own, strict=True) if weight >= _OVER]
                own = [min(weight, _OVER) for weight in own]
            weights.update(zip(ids, own, strict=True))
    if not heavy:
        return Weighed(set(weights), heavy, [])
    return Weighed({ident for ident, weight in weights.items() if weight < _OVER}, heavy, [])


def _by_container(found: Found, code: set[int]) -> Weighed:
    """Weigh one container after the other, as soon as all of its children are weighed."""
    weights: dict[int, int] = {}
    waiting: dict[int, int] = {}
    for family in found.families():
        for member, own in zip(family.members, family.own_weights(), strict=True):
            weights[id(member)] = _OVER if id(member) in code else own
    parents: dict[int, list[Any]] = defaultdict(list)
    ready: list[Any] = []
    for parent, kids in found.kids():
        waiting[id(parent)] = len(kids)
        for kid in kids:
            parents[id(kid)].append(parent)
        if not kids:
            ready.append(parent)
    light: set[int] = set()
    heavy: list[Any] = []
    while ready:
        value = ready.pop()
        weight = min(weights[id(value)], _OVER)
        if weight < _OVER:
            light.add(id(value))
        else:
            heavy.append(value)
        for parent in parents[id(value)]:
            weights[id(parent)] += weight
            waiting[id(parent)] -= 1
            if not waiting[id(parent)]:
                ready.append(parent)
    endless = [member for family in found.families() for member in family.members if waiting[id(member)]]
    return Weighed(light, heavy, endless)
