"""No two values of a small world, listed in full, share a digest; without a tag or a length some would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, product
from typing import Any

import pytest

from memo.dethash import columns, det_hash
from memo.dethash.columns import CONTAINER_WEIGHT, Columns
from tests.dethash.worlds import alike, walked, world

WORLD = list(world().values())


def test_no_two_small_values_share_a_digest() -> None:
    """The digests of different values differ."""
    assert len(WORLD) > 3000
    assert [] == alike(WORLD, det_hash)


def test_no_two_small_values_share_a_digest_of_the_walk() -> None:
    """So do those that the walk gives, of which the next test leaves something out."""
    assert [] == alike(WORLD, walked)


def test_no_two_of_many_share_a_digest_inside_a_large_value() -> None:
    """A value that is a member of a large group tells the large values apart, wherever it stands."""
    for place in (0, 2047, 2048):
        large = []
        for value in WORLD[::50]:
            items: list[Any] = [[n, (n,)] for n in range(2100)]
            items[place] = value
            large.append(items)
        assert [] == alike(large, det_hash)


def without_tags(patch: pytest.MonkeyPatch) -> None:
    pack = columns.pack

    def write(value: Any) -> bytes:
        is_tags = type(value) is list and value and all(type(part) is tuple for part in value)
        return b"" if is_tags else pack(value)

    patch.setattr(columns, "pack", write)


def without_counts(patch: pytest.MonkeyPatch) -> None:
    def sequences(self: Columns, members: Sequence[Sequence[object]]) -> int:
        self._column(list(chain.from_iterable(members)))
        return CONTAINER_WEIGHT

    patch.setattr(Columns, "_sequences", sequences)


def without_marks(patch: pytest.MonkeyPatch) -> None:
    pack = columns.pack

    def write(value: Any) -> bytes:
        return pack([part for part in value if part is not ...] if type(value) is list else value)

    patch.setattr(columns, "pack", write)


def without_keys(patch: pytest.MonkeyPatch) -> None:
    pack = columns.pack

    def write(value: Any) -> bytes:
        is_shapes = type(value) is list and value and all(type(part) is list for part in value)
        return b"" if is_shapes else pack(value)

    patch.setattr(columns, "pack", write)


def without_places(patch: pytest.MonkeyPatch) -> None:
    """Leave out which group each container belongs to: what is written after the tags of several groups."""
    pack = columns.pack
    after_tags = False

    def write(value: Any) -> bytes:
        nonlocal after_tags
        is_places = after_tags and type(value) is list
        after_tags = type(value) is list and len(value) > 1 and all(type(part) is tuple for part in value)
        return b"" if is_places else pack(value)

    patch.setattr(columns, "pack", write)


def with_one_number(patch: pytest.MonkeyPatch) -> None:
    """Take numbers that are equal for the same, as ``==`` does."""
    pack = columns.pack

    def write(value: Any) -> bytes:
        if type(value) is not list:
            return pack(value)
        return pack([int(part) if type(part) in (bool, float) else part for part in value])

    patch.setattr(columns, "pack", write)


@pytest.mark.parametrize(
    "leave_out", [without_tags, without_counts, without_marks, without_keys, without_places, with_one_number]
)
def test_the_census_sees_what_is_left_out(
    leave_out: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were it left out, values of the small world would share a digest: the census is able to fail."""
    leave_out(monkeypatch)
    assert alike(WORLD, walked)


def test_keys_that_are_equal_are_told_apart() -> None:
    """A dict's keys and a set's members are told apart as values are, by type and bits."""
    keys = [0, False, 0.0, -0.0, 0j, "0", b"0"]
    assert [] == alike([{key: 1} for key in keys], det_hash)
    assert [] == alike([{key} for key in keys], det_hash)
    assert [] == alike([[{key: 1}] * 20 for key in keys], det_hash)
    assert [] == alike([{(key,): 1} for key in keys], det_hash)
    assert [] == alike([{frozenset({key})} for key in keys], det_hash)
    assert [] == alike([[{one: 1}, {other: 1}] for one, other in product(keys, repeat=2)], det_hash)
    assert [] == alike([[{one: 1}, {other: 1}] * 20 for one, other in product(keys, repeat=2)], det_hash)
