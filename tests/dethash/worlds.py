"""Small worlds of values, listed in full, and the ways to hash them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any

from memo.dethash.plans import Plans
from memo.dethash.walk import Walk

#: Scalars that are easily taken for each other.
ATOMS: list[Any] = [None, False, True, 0, 1, -1, 0.0, -0.0, 1.0, 0j, "", "0", "1", b"", b"1", "N"]
FEW: list[Any] = [None, 1, True, "1", ""]


def lists_and_tuples(values: Iterable[Any], most: int = 2) -> Iterator[Any]:
    """Iterate over all lists and tuples of at most *most* of *values*."""
    values = list(values)
    for size in range(most + 1):
        for items in product(values, repeat=size):
            yield list(items)
            yield items


def dicts(keys: Iterable[Any], values: Iterable[Any]) -> Iterator[dict[Any, Any]]:
    """Iterate over all dicts of at most two entries."""
    keys, values = list(keys), list(values)
    yield {}
    for key, value in product(keys, values):
        yield {key: value}
    for one, other in product(keys, repeat=2):
        if one != other:
            for first, second in product(values, repeat=2):
                yield {one: first, other: second}


def sets(members: Iterable[Any]) -> Iterator[Any]:
    """Iterate over all sets and frozen sets of at most two of *members*."""
    members = list(members)
    yield set()
    yield frozenset()
    for one, other in product(members, repeat=2):
        yield {one, other}
        yield frozenset((one, other))


def spell(value: Any) -> str:
    """Return text that is the same exactly for the same value, whatever the order of its dicts and sets."""
    kind = type(value)
    if kind in (set, frozenset):
        return f"{kind.__name__}({sorted(map(spell, value))})"
    if kind is dict:
        return f"dict({sorted((spell(key), spell(item)) for key, item in value.items())})"
    if kind in (list, tuple):
        return f"{kind.__name__}({list(map(spell, value))})"
    return repr(value)


def world() -> dict[str, Any]:
    """Return the small world: scalars, containers of them, containers of containers."""
    first = [*ATOMS, *lists_and_tuples(ATOMS), *dicts(["", "a", 1, True, None, b"a"], FEW), *sets(ATOMS)]
    inner = [*FEW, *lists_and_tuples(FEW[:3]), {}, {"a": 1}, {"a": True}, {1: 1}, frozenset({1}), frozenset({True})]
    hashable = [value for value in inner if spell(value).startswith(("tuple([])", "tuple(['1'])", "frozenset", "None"))]
    second = [*lists_and_tuples(inner), *dicts("ab", inner), *sets(hashable), *dicts(hashable, FEW)]
    mixed = lists_and_tuples([[], (), {}, frozenset()], most=3)
    third = [[value] for value in second[::7]] + [(value, 1) for value in second[::7]]
    return {spell(value): value for value in [*first, *second, *mixed, *third]}


def walked(value: Any) -> str:
    """Return the digest that the walk gives, without the short way for tiny values."""
    return Walk(Plans()).digest(value).hex()


def alike(values: Iterable[Any], digest: Callable[[Any], str]) -> list[Any]:
    """Return the values that share a digest with one before them."""
    seen: set[str] = set()
    out = []
    for value in values:
        found = digest(value)
        if found in seen:
            out.append(value)
        seen.add(found)
    return out
