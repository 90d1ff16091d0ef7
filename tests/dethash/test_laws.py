"""Laws that digests of all values obey: copies, pickles, other orders and other processes do not count."""

from __future__ import annotations

import copy
import gc
import json
import os
import pickle
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from memo.dethash import det_hash
from tests.dethash.values import NAMES, make
from tests.dethash.worlds import alike, world

ROOT = Path(__file__).parents[2]

#: What cannot be copied or pickled, by the beginnings of the expressions that make it.
UNCOPIED = [
    "memoryview",
    "types.Mapping",
    "re.match",
    "contextvars",
    "Marks",
    "struct.Struct",
    "{}.",
    "OrderedDict(a=1).",
]
UNCOPIED += [f'{{"a": 1}}.{view}' for view in ("keys", "values", "items")]
UNPICKLED = [*UNCOPIED, "typing.TypeVar", "typing.ParamSpec", "typing.NewType", "typing.ForwardRef"]
UNPICKLED += ["(ctypes", "ctypes.create"]


def those_without(beginnings: list[str]) -> list[str]:
    return [name for name in NAMES if not name.startswith(tuple(beginnings))]


def test_no_two_of_pythons_own_values_share_a_digest() -> None:
    """Three hundred and fifty values of all of Python's types differ from each other, alone and inside of a list."""
    assert [] == alike(map(make, NAMES), det_hash)
    assert [] == alike(([make(name), 1] for name in NAMES), det_hash)


def test_a_value_made_again_or_hashed_again_has_the_same_digest() -> None:
    """Neither identity nor having been hashed counts."""
    for name in NAMES:
        value = make(name)
        digest = det_hash(value)
        assert [digest] * 2 == [det_hash(value), det_hash(make(name))], name
        assert det_hash([value, value]) == det_hash([make(name), value]), name


def test_copies_have_the_digest_of_the_original() -> None:
    """``copy`` and ``deepcopy`` give the same value."""
    for name in those_without(UNCOPIED):
        value = make(name)
        assert {det_hash(value)} == {det_hash(copy.copy(value)), det_hash(copy.deepcopy(value))}, name


def test_a_pickle_has_the_digest_of_the_original() -> None:
    """A value that went through pickle, twice, is the same value."""
    for name in those_without(UNPICKLED):
        value = make(name)
        once = pickle.loads(pickle.dumps(value))
        twice = pickle.loads(pickle.dumps(once, 5))
        assert {det_hash(value)} == {det_hash(once), det_hash(twice)}, name


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=5))
HASHABLE = st.recursive(
    SCALARS, lambda inner: st.one_of(st.tuples(inner, inner), st.frozensets(inner, max_size=4)), max_leaves=6
)
VALUES = st.recursive(
    st.one_of(SCALARS, st.sampled_from(NAMES).map(make)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=5), st.dictionaries(st.text(max_size=2), inner, max_size=4), st.tuples(inner, inner)
    ),
    max_leaves=15,
)


@given(st.dictionaries(HASHABLE, SCALARS, max_size=8), st.randoms(use_true_random=False))
def test_insertion_order_does_not_count(entries: dict[Any, Any], rng: random.Random) -> None:
    """Dicts and sets filled in another order, with others removed in between, are the same."""
    items = list(entries.items())
    rng.shuffle(items)
    again: dict[Any, Any] = {}
    members: set[Any] = set(range(1000, 1050))
    for key, value in items:
        again["to be removed"] = again.pop("to be removed", None)
        again[key] = value
        members.add(key)
    again.pop("to be removed", None)
    members -= set(range(1000, 1050)) - set(entries)
    assert entries == again or "to be removed" in entries or any(value != value for value in entries.values())  # noqa: PLR0124
    if len(again) == len(entries):
        assert det_hash(entries) == det_hash(again)
        assert det_hash([entries] * 20) == det_hash([again, entries] * 10)
        assert det_hash(set(entries)) == det_hash(members)
        assert det_hash(frozenset(entries)) == det_hash(frozenset(members))


@given(VALUES)
def test_sharing_does_not_count(value: Any) -> None:
    """One object in two places is two equal ones."""
    try:
        other = copy.deepcopy(value)
    except (TypeError, AttributeError):
        other = value  # a view of a dict in it
    for wrap in SHARES:
        assert det_hash(wrap(value, value)) == det_hash(wrap(value, other))
    assert det_hash([value]) == det_hash([other])


SHARES: list[Callable[[Any, Any], Any]] = [
    lambda one, other: [one, other],
    lambda one, other: {"a": one, "b": (other, [one])},
    lambda one, other: [[one, 1], [other, 2]],
    lambda one, other: [{"a": one}] * 20 + [{"a": other}],
    lambda one, other: [list(range(600)), one, [list(range(600)), other]],
]


def batch() -> list[str]:
    """Return digests of the small world and of sets, dicts and graphs with members that have no order."""
    rng = random.Random(5)
    values: list[Any] = list(world().values())
    for _ in range(300):
        members = rng.choices(["a", "b", "é", 1, None, 2.5, b"a", (1, "x"), frozenset({"p", "q"}), frozenset()], k=5)
        values += [set(members), {frozenset(members): 1, "k": members}, {key: key for key in members}]
        values += [{frozenset({frozenset(members), "x"}), ("y", frozenset(members))}]
    return [det_hash(value) for value in values]


def test_hash_seeds_do_not_count() -> None:
    """Another process with another hash seed computes the same digests, thousands in a batch."""
    program = "import json; from tests.dethash.test_laws import batch; print(json.dumps(batch()))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    expected = batch()
    for seed in ("1", "2"):
        command = [sys.executable, "-c", program]
        environment["PYTHONHASHSEED"] = seed
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        assert expected == json.loads(done.stdout)


def test_hashing_keeps_nothing_alive() -> None:
    """What was hashed can be freed, be it on a cycle."""

    def hashed() -> Any:
        class Short:
            pass

        value = Short()
        value.me = [value, Short()]  # type: ignore[attr-defined]
        det_hash([value, {"a": value}])
        return value

    before = sum(type(part).__name__ == "Short" for part in gc.get_objects())
    for _ in range(5):
        hashed()
    gc.collect()
    assert before == sum(type(part).__name__ == "Short" for part in gc.get_objects())
