"""The quick ways to a digest and the thorough one agree."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from memo.dethash import det_hash
from memo.dethash.columns import Columns, TooHeavyError
from memo.dethash.plans import ATOMS, Plans
from memo.dethash.spine import Spine
from memo.dethash.walk import Walk
from memo.dethash.weights import _by_container, weigh
from tests.dethash.reference_implementation import Plain
from tests.dethash.worlds import world


def thorough(value: Any) -> str:
    """Return the digest after a discovery of every container, each weighed by itself."""
    walk = Walk(Plans())
    found = walk._discover(value, "value")
    weighed = _by_container(found, set())
    assert not weighed.endless
    walk.columns.light = weighed.light
    for part in weighed.heavy:
        walk.columns.digests[id(part)] = walk.columns.digest(part)
    return walk.digest_of(value).hex()


def written_at_once(value: Any) -> str | None:
    """Return the digest of a value all of whose parts are light, if they are seen to be."""
    try:
        return Columns(Plans()).digest(value).hex()
    except TooHeavyError:
        return None


def from_the_top(value: Any) -> str | None:
    """Return the digest of a value with few heavy parts."""
    try:
        return Spine(Plans()).digest(value).hex()
    except TooHeavyError:
        return None


def tables(rng: random.Random) -> Any:
    """Return records as people have them, of random sizes and shapes."""

    def leaf() -> Any:
        return rng.choice([None, True, rng.randrange(10), rng.random(), "x" * rng.randrange(90), b"y", "z" * 4090])

    def part(depth: int) -> Any:
        kind = rng.randrange(6) if depth else 6
        size = rng.choice([0, 1, 2, 3, 17])
        match kind:
            case 0 | 1:
                return [part(depth - 1) for _ in range(size)]
            case 2:
                return {f"k{n}": part(depth - 1) for n in range(size)}
            case 3:
                return Plain(**{f"a{n}": part(depth - 1) for n in range(size % 5)})
            case 4:
                return [{"id": n, "at": (n, leaf()), "tags": ["t"] * (n % 4)} for n in range(size * 40)]
            case 5:
                shared = part(depth - 1)
                return [shared] * size
            case _:
                return leaf()

    return part(3)


LARGE = [
    *(tables(random.Random(seed)) for seed in range(200)),
    *([list(range(size)) for size in range(600, 600 + many)] for many in range(60, 80)),
]


def test_weighing_by_level_and_by_container_agree() -> None:
    """What whole levels weigh at once is what each container weighs."""
    for value in LARGE:
        if type(value) in ATOMS:
            continue
        found = Walk(Plans())._discover(value, "value")
        by_level, by_container = weigh(found), _by_container(found, set())
        assert by_container.light == by_level.light
        assert {id(part) for part in by_container.heavy} == {id(part) for part in by_level.heavy}


@pytest.mark.parametrize("quick", [written_at_once, from_the_top, det_hash])
def test_a_quick_way_agrees_with_the_thorough_one(quick: Callable[[Any], str | None]) -> None:
    """Where a quick way gives a digest, it is the thorough way's, over the small world and over large tables."""
    taken = 0
    for value in [*world().values(), *LARGE]:
        if type(value) in ATOMS or isinstance(value, set | frozenset):
            continue
        digest = quick(value)
        if digest is not None:
            assert thorough(value) == digest
            taken += 1
    assert taken > 1000


def test_each_quick_way_is_taken_and_left() -> None:
    """The large tables have some for each way, and some that it leaves to the thorough one."""
    for quick in (written_at_once, from_the_top):
        taken = [quick(value) is not None for value in LARGE if type(value) not in ATOMS]
        assert 20 < sum(taken) < len(taken), quick


def test_a_part_has_the_digest_that_it_has_alone() -> None:
    """The digest with which a heavy part enters is ``det_hash`` of that part, beside a cycle too."""
    part = [list(range(600)), {"a": "x" * 600}]
    cycle: list[Any] = [part]
    cycle.append(cycle)
    for value in ([{"part": part}, {1}], [{"part": part}, cycle]):
        walk = Walk(Plans())
        assert det_hash(value) == walk.digest(value).hex()
        assert det_hash(part[0]) == walk.digest_of(part[0]).hex()
