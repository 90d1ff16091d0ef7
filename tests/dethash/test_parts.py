"""What is told of an argument's inside: where two differ, within bounds, and none of its text."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from memo.dethash import det_hash, parts_of, value_digest
from memo.dethash.parts import DIGITS, MOST_PARTS

SECRET = "hunter2-the-password"


@dataclass
class Config:
    rate: float
    rows: object = None


class Plain:
    def __init__(self, depth):
        self.depth = depth


class Slotted:
    __slots__ = ("size",)

    def __init__(self, size):
        self.size = size


class Point(NamedTuple):
    x: int
    y: object


def tree(value):
    return parts_of(value, value_digest(value)).tree


def paths(part, at=""):
    """Return the paths of all parts that have none themselves."""
    here = at + part[0]
    return [path for inner in part[4] for path in paths(inner, here)] if part[4] else [here]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, [2, (3,)]], ["[0]", "[1][0]", "[1][1][0]"]),
        ({"b": 1, "a": {"c": 2}}, ["[key 0]", "[key 1][key 0]"]),
        ({(1, 2): 3}, ["[key 0]"]),
        (Config(1.0, {"x": [1]}), [".rate", ".rows[key 0][0]"]),
        (Plain(1), [".depth"]),
        (Slotted([1]), [".size[0]"]),
        (Point(1, [2]), [".x", ".y[0]"]),
        ({1}, ["{...}"]),
        (frozenset({(1,)}), ["{...}[0]"]),
        (OrderedDict(a=1), [".keys()[0]", ".values()[0]"]),
        (SimpleNamespace(a=1), [".attribute 0"]),
    ],
    ids=str,
)
def test_parts_are_told_by_place_and_by_the_names_that_code_spells(value, expected):
    assert expected == paths(tree(value))


@pytest.mark.parametrize("value", [None, 1, "text", b"bytes", [], {}, range(3), [0] * (MOST_PARTS + 1)])
def test_what_has_no_parts_or_too_many_has_no_tree(value):
    assert [] == tree(value) or value == range(3)


def test_a_part_has_the_digest_that_it_has_alone():
    inner = Config(2.0, [1, 2])
    part = tree([inner, {"k": "v"}])
    assert [value_digest(inner).digest[:DIGITS], det_hash({"k": "v"})[:DIGITS]] == [each[3] for each in part[4]]
    assert det_hash("k")[:DIGITS] == part[4][1][4][0][1]


def test_a_tree_is_of_a_few_kilobytes_whatever_the_value():
    wide = {f"k{i}": {f"j{j}": [1, 2] for j in range(30)} for i in range(MOST_PARTS)}
    deep: list = []
    for _ in range(1000):
        deep = [deep, 1]
    cycle: list = [1]
    cycle.append(cycle)
    many = SimpleNamespace(**{f"a{number}": number for number in range(100)})
    others = [set(range(100)), many, OrderedDict.fromkeys(range(100)), {(number,): 1 for number in range(100)}]
    for value in (wide, deep, cycle, [wide] * 3, [many] * 3, others):
        made = tree(value)
        assert made[4]
        assert 8192 > len(json.dumps(made))
        assert MOST_PARTS >= count(made) - 1


def count(part):
    return 1 + sum(map(count, part[4]))


def test_large_parts_are_not_hashed_again(monkeypatch):
    value = {"a": [0.5] * 100_000, "b": [0.25] * 100_000}
    found = value_digest(value)
    hashed = []

    def walk(plans):
        hashed.append(plans)
        raise AssertionError("hashed again")

    monkeypatch.setattr("memo.dethash.parts.walk_by", walk)
    parts = parts_of(value, found).tree
    assert [det_hash([0.5] * 100_000)[:DIGITS], det_hash([0.25] * 100_000)[:DIGITS]] == [each[3] for each in parts[4]]
    assert [] == hashed


def test_no_text_of_an_argument_is_in_its_tree():
    hidden = SimpleNamespace()
    setattr(hidden, SECRET, 1)
    config = Config(1.0)
    setattr(config, SECRET, 2)
    for value in ({SECRET: SECRET}, [SECRET], hidden, config, {(SECRET,): 1}, {SECRET}, OrderedDict({SECRET: 1})):
        assert SECRET not in json.dumps(tree([value, value]))


def test_no_name_of_a_frame_is_in_its_tree():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({SECRET: [1, 2], "b": pd.Categorical(["x", SECRET])}, index=[SECRET, "i"])
    frame.attrs[SECRET] = SECRET
    made = tree(frame)
    assert SECRET not in json.dumps(made)
    assert {"[key 0]", ".attrs[key 0]"} < set(paths(made))


def test_code_in_an_argument_counts_by_its_name_in_the_tree_and_has_a_manifest():
    before, after = {}, {}
    exec("def given(x): return x + 1", before)
    exec("def given(x): return x + 2", after)
    one, other = (parts_of([space["given"]], value_digest([space["given"]])) for space in (before, after))
    assert one.tree == other.tree
    assert [["given"], ["given"]] == [[entry.name for entry in each.code.entries] for each in (one, other)]
    assert one.code.digest == value_digest([before["given"]]).digest != other.code.digest


def test_telling_never_runs_the_arguments_code():
    class Trap:
        def __init__(self):
            self.inside = 1

        def __getattr__(self, name):
            raise AssertionError(name)

    assert [".inside"] == paths(tree(Trap()))
