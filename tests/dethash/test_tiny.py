"""The short way for tiny values and the walk write the same bytes."""

from __future__ import annotations

from itertools import product

import pytest

from memo.dethash.hashing import digest_bytes
from memo.dethash.plans import Plans
from memo.dethash.tiny import tiny_bytes
from memo.dethash.walk import Walk

ATOMS = [None, True, 1, -1, 2**70, 0.5, "", "a", b"a"]


def grow(values: list[object]) -> list[object]:
    """Return all lists, tuples and dicts of at most two of *values*."""
    out: list[object] = []
    for size in (0, 1, 2):
        for items in product(values, repeat=size):
            out += [list(items), tuple(items), dict(zip("ba", items, strict=False))]
    return out


def both(value: object) -> tuple[bytes | None, bytes]:
    tiny = tiny_bytes(value)
    return (None if tiny is None else digest_bytes(tiny)), Walk(Plans()).digest(value)


def test_the_two_ways_agree_over_a_small_world():
    """Every tiny value has the digest that the walk gives it."""
    compared = 0
    for value in [*ATOMS, *grow(ATOMS), *grow(grow(ATOMS[:2]))]:
        tiny, walked = both(value)
        if tiny is not None:
            assert walked == tiny, value
            compared += 1
    assert compared > 1000


@pytest.mark.parametrize(
    "value",
    [
        ([1], [2, 3], (4,), {"k": [5]}, "x"),
        {"b": {"c": [1, 2]}, "a": ("x", [None])},
        [list(range(16)) for _ in range(16)],
        ("a" * 1900,),
    ],
)
def test_larger_tiny_values_agree_too(value: object):
    """Values at the edge of what is tiny are written alike."""
    tiny, walked = both(value)
    assert tiny is not None
    assert walked == tiny


@pytest.mark.parametrize(
    "value",
    [
        {1: 2},
        {1},
        [[[[1]]]],
        "a" * 4097,
        ["a" * 4097],
        list(range(17)),
        [{"a": 1}, {"b": 1}],
        [True, {"a": [bytearray()]}],
    ],
)
def test_what_is_not_tiny_is_left_to_the_walk(value: object):
    """Anything else is not written here."""
    assert tiny_bytes(value) is None
