"""A second implementation, written from the format's page, computes the same digests."""

from __future__ import annotations

import marshal
import random
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memo.dethash import det_hash
from tests.dethash.reference_implementation import Plain, pack, reference_digest
from tests.dethash.worlds import world


def test_over_a_small_world() -> None:
    """Every value of the small world has the digest that its page says."""
    wrong = [text for text, value in world().items() if reference_digest(value) != det_hash(value)]
    assert [] == wrong


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(), st.binary(),
    st.integers(2**30, 2**40), st.text(alphabet="é\ud800a", max_size=3), st.integers(-(2**70), 2**70),
)  # fmt: skip
KEYS = st.one_of(st.text(max_size=3), st.integers(0, 3), st.booleans(), st.none())
HASHABLE = st.recursive(
    SCALARS, lambda inner: st.one_of(st.tuples(inner, inner), st.frozensets(inner, max_size=3)), max_leaves=4
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(KEYS, inner),
        st.dictionaries(HASHABLE, inner, max_size=3),
        st.sets(HASHABLE, max_size=4),
        st.dictionaries(st.sampled_from("abc"), inner).map(lambda entries: Plain(**entries)),
    ),
    max_leaves=25,
)


@given(SCALARS)
def test_scalars_are_packed_as_the_page_says(value: Any) -> None:
    """What the page says of marshal's version 2 is what marshal writes."""
    assert marshal.dumps([value, (value,), ...], 2) == pack([value, (value,), ...])


@given(VALUES)
def test_over_random_plain_values(value: Any) -> None:
    """Random plain values have the digest that the page says."""
    assert reference_digest(value) == det_hash(value)


def records(size: int) -> list[Any]:
    return [{"id": n, "tags": ["a"] * (n % 3), "at": (n, float(n))} for n in range(size)]


EDGES: list[Any] = [
    # Dicts of a shape, few and many; groups of several tags.
    *(records(15), records(16), records(40), [{"a": 1}, {"b": 2}] * 9, [*records(3), {"a": [()]}, [{}], "x"]),
    *([Plain(a=n) for n in range(17)], [Plain(a=Plain(b=[1]))] * 20, {frozenset(range(n)): n for n in range(5)}),
    # Containers that are just heavy, and just not.
    *([list(range(505))], [list(range(504))], [list(range(503))], [[list(range(490))]], [list(range(600))] * 3),
    *([[["x" * 4096] * 3], [["x" * 4096] * 4]], [["x" * 31] * 252], [["x" * 32] * 252], [["x" * 32] * 253]),
    *([[[n] * 20] * 30 for n in range(3)], [[[1], *["x" * 4000] * 5], *([n] for n in range(20))]),
    *([{"a": [1], "b": ["x" * 4000] * 5}, *({"a": n} for n in range(20))], [[[]] * 58, *([n] for n in range(20))]),
    # Texts that are just long, and just not.
    *(["x" * 4096], ["x" * 4097], "x" * 4097, b"x" * 4097, {"x" * 5000: "x" * 5000}, {"x" * 5000}),
    [b"x" * 5000, "y"],
    # Runs.
    *(list(range(2048)), list(range(2049)), list(range(5000)), [[n] for n in range(2049)]),
    *([(n, {n}) for n in range(2049)], [{"a": n} for n in range(2049)]),
    [{"a": n} if n % 3 else [n] for n in range(6200)],
]


@pytest.mark.parametrize("value", EDGES, ids=range(len(EDGES)))
def test_at_the_edges_of_every_limit(value: Any) -> None:
    """Values at the edge of what is long, heavy, a run or a shape's own columns have the digest that the page says."""
    assert reference_digest(value) == det_hash(value)


def graphs() -> list[Any]:
    """Return all graphs of two lists with two places each, and of three lists with one."""
    out = []
    for ends in product(range(4), repeat=4):
        one, other = [], []
        choices: list[Any] = [one, other, None, []]
        one += [choices[ends[0]], choices[ends[1]]]
        other += [choices[ends[2]], choices[ends[3]]]
        out.append(one)
    for ends in product(range(4), repeat=3):
        three: list[Any] = [[], [], []]
        for part, end in zip(three, ends, strict=True):
            part.append([*three, 1][end])
        out += [three[0], tuple(three)]
    return out


def test_over_all_small_graphs_of_lists() -> None:
    """Every small graph has the digest that the page says."""
    wrong = [value for value in graphs() if reference_digest(value) != det_hash(value)]
    assert [] == wrong


@pytest.mark.parametrize("seed", range(40))
def test_over_random_graphs(seed: int) -> None:
    """Random graphs of lists, dicts, tuples, sets, instances and dicts keyed by them do, too."""
    rng = random.Random(seed)
    parts: list[Any] = [Plain(n=rng.randrange(2)) for _ in range(rng.randrange(1, 9))]
    for part in parts:
        part.list = rng.choices([*parts, 1, "x"], k=rng.randrange(3))
        part.set = {*rng.choices(parts, k=rng.randrange(3)), *rng.choices([1, ()], k=rng.randrange(2))}
        part.dict = dict(zip(rng.choices("ab", k=2), rng.choices([*parts, part.list], k=2), strict=True))
        part.keyed = dict.fromkeys(rng.choices(parts, k=rng.randrange(2)), rng.randrange(2))
        part.pair = tuple(rng.choices([*parts, "é", "x" * 5000], k=rng.randrange(3)))
    value = rng.choice([parts, parts[0], {"a": parts[-1], "b": list(range(600))}])
    assert reference_digest(value) == det_hash(value)
