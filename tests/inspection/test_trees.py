"""Where two arguments differ: every pair out of a small world of values is told apart, and the place is named."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from memo.dethash import parts_of, value_digest
from memo.inspection.trees import MOST_NAMED, Spot, differing_spots

ATOMS = [0, 1, True, None, "a"]


def grow(values):
    """All lists, tuples and dicts of at most two of *values*, and the values."""
    for size in (1, 2):
        for items in product(values, repeat=size):
            yield list(items)
            yield tuple(items)
            yield dict(zip("xy", items, strict=False))


def tree(value):
    return parts_of(value, value_digest(value)).tree


def paths(before, after):
    return [spot.path for spot in differing_spots(tree(before), tree(after))]


def test_every_two_values_of_a_small_world_differ_somewhere():
    world = [*grow(ATOMS), *([each] for each in grow(ATOMS[:3]))]
    told = [(value_digest(value).digest, tree(value)) for value in world]
    for (digest, one), (other_digest, other) in combinations(told, 2):
        assert (digest != other_digest) == bool(differing_spots(one, other))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([1, [2, 3]], [1, [2, 4]], ["[1][1]"]),
        ({"a": 1, "b": {"c": 2}}, {"b": {"c": 3}, "a": 1}, ["[key 0][key 0]"]),
        ({"a": 1}, {"a": 1, "b": 2}, ["[key 1]"]),
        ({"a": 1, "b": 2}, {"b": 2}, ["[key 0]"]),
        ([1, 2, 3], [0, 1, 2, 3], ["[0]"]),
        ([1, 2, 3], [1, 3], ["[1]"]),
        ([1, 2, 3, 4], [1, 9, 3, 4, 5], ["[1]", "[4]"]),
        ({1, 2}, {1, 3}, ["{...}", "{...}"]),
        ([1], (1,), [""]),
        ([[1]], [{"a": 1}], ["[0]"]),
    ],
    ids=str,
)
def test_the_place_is_named_and_no_other(before, after, expected):
    assert expected == paths(before, after)


def test_of_many_places_the_first_are_named_and_the_others_counted():
    spots = differing_spots(tree([0] * 20), tree([1] * 20))
    assert [f"[{place}]" for place in range(MOST_NAMED)] == [spot.path for spot in spots]
    assert "15 more places" == spots[-1].detail


def test_what_was_not_taken_apart_differs_somewhere_below():
    (spot,) = differing_spots(tree([[0] * 100, 1]), tree([[2] * 100, 1]))
    assert ("[0]", "somewhere below") == (spot.path, spot.detail)
    (spot,) = differing_spots(tree([1]), tree([1.0]))
    assert ("[0]", "from int to float") == (spot.path, spot.detail)


def test_what_is_new_or_gone_has_one_digest():
    assert [Spot("[key 1]", None, tree([2])[4][0][3], "")] == differing_spots(tree({"a": 1}), tree({"a": 1, "b": 2}))
