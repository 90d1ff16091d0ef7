"""Different values have different digests, in full and never by a sample."""

# ruff: noqa: E501, FURB167, RUF001 - a census is a long list
from __future__ import annotations

import collections
import dataclasses
import enum
import functools
import itertools
import random
import re
import sys
import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.worlds import alike


class Int(int):
    pass


class OtherInt(int):
    pass


class Str(str):
    __slots__ = ()


class Number(enum.IntEnum):
    ONE = 1


class Word(enum.StrEnum):
    A = "a"


class List(list):
    pass


class Thing:
    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)

    def method(self) -> None: ...

    def other(self) -> None: ...


class OtherThing(Thing):
    pass


def with_attribute(value: Any) -> Any:
    value.extra = 1
    return value


def shuffled(seed: int, draws: int = 0) -> random.Random:
    rng = random.Random(seed)
    for _ in range(draws):
        rng.random()
    return rng


def add(amount: int, *, times: int = 1) -> Callable[[int], int]:
    def inner(x: int, step: int = times) -> int:
        return x + amount * step

    return inner


def made_class(value: Any) -> type:
    """Return a class whose module, as it says, is ``types``."""
    return types.new_class("Made", (), {}, lambda body: body.update(value=value))


def made_function(body: str) -> Any:
    """Return a function of a module that is nowhere to be found."""
    namespace: dict[str, Any] = {"__name__": "gone"}
    exec(f"def made(): return {body}", namespace)
    return namespace["made"]


GROUPS: dict[str, list[Any]] = {
    "one": [1, True, 1.0, 1 + 0j, "1", b"1", Int(1), OtherInt(1), Number.ONE, [1], (1,), {1}, frozenset({1}), {1: 1}, "True"],
    "a": ["a", b"a", bytearray(b"a"), Str("a"), Word.A, ["a"], memoryview(b"a"), collections.UserString("a"), re.compile("a")],
    "zero": [0, False, 0.0, -0.0, 0j, complex(0.0, -0.0), complex(-0.0, 0.0), None, "", b"", "0"],
    "nesting": [[[1], 2], [[1, 2]], [1, [2]], [1, 2], [[1], [2]], [[[1], 2]], [[], 1, 2], [1, 2, []], ([1], 2), [(1,), 2]],
    "cuts": [["ab", "c"], ["a", "bc"], ["abc"], ["a", "b", "c"], ["abc", ""], ["", "abc"], ("ab", "c"), ["a-b", "c"], ["a", "b-c"]],
    "empty": [[], (), {}, set(), frozenset(), "", b"", bytearray(), None, deque(), OrderedDict(), Counter(), defaultdict(),
              List(), range(0), types.SimpleNamespace(), Thing(), OtherThing(), collections.ChainMap(), [[]], [()], [None]],
    "dicts": [{"a": 1, "b": 2}, {"a": 2, "b": 1}, {"a": 1}, {"a": 1, "b": 2, "c": None}, {"a": {"b": 2}}, {("a", 1), ("b", 2)},
              [("a", 1), ("b", 2)], OrderedDict(a=1, b=2), OrderedDict(b=2, a=1), defaultdict(int, a=1, b=2),
              defaultdict(list, a=1, b=2), defaultdict(None, a=1, b=2), Counter(a=1, b=2), Thing(a=1, b=2),
              types.SimpleNamespace(a=1, b=2), collections.ChainMap({"a": 1, "b": 2}), collections.UserDict(a=1, b=2)],
    "keys": [{1: 0}, {True: 0}, {1.0: 0}, {"1": 0}, {b"1": 0}, {(1,): 0}, {None: 0}, {Int(1): 0}, {Number.ONE: 0}, {frozenset({1}): 0}],
    "large ints": [2**n + d for n in (15, 30, 31, 32, 60, 63, 64, 1000) for d in (-1, 0, 1)] + [-(2**31), -(2**31) - 1, -(2**1000)],
    "floats": [0.1, 0.1 + 0.2, 0.3, 1e-320, float("inf"), float("-inf"), float("nan"), sys.float_info.max, sys.float_info.min],
    "text": ["é", "e\u0301", "\ud800", "\udc00", "\ud800\udc00", "\U00010000", "é".encode(), "\0", "\0\0", "a\0", "A", "a ", "ａ"],
    "long text": ["x" * 5000, "x" * 5001, "x" * 4999 + "y", "y" + "x" * 4999, b"x" * 5000, bytearray(b"x" * 5000), Str("x" * 5000)],
    "ranges": [range(3), range(0, 3, 2), range(0, 4, 2), range(1, 3), [0, 1, 2], slice(3), slice(0, 3), slice(0, 3, 1)],
    "deques": [deque([1]), deque([1], 1), deque([1], 2), deque([1, 1]), [1]],
    "attributes": [List([1]), with_attribute(List([1])), Thing(), with_attribute(Thing()), OtherThing(extra=1),
                   with_attribute(OrderedDict(a=1)), OrderedDict(a=1), with_attribute(ValueError(1)), ValueError(1), TypeError(1)],
    "patterns": [re.compile("a", flags) for flags in (0, re.I, re.M, re.S, re.X, re.A, re.I | re.M)] + [re.compile(b"a"), re.compile("b")],
    "random states": [shuffled(1), shuffled(2), shuffled(1, 1), shuffled(1, 2), random.Random("1")],
    "comparisons": [functools.cmp_to_key(compare) for compare in (max, min, lambda a, b: a - b, lambda a, b: b - a)],
    "partials": [partial(max, 1), partial(max, 2), partial(min, 1), partial(max), partial(max, key=1), partial(max, 1, key=1),
                 partial(partial(max, 1), 2), partial(max, True), partial(max, [1]), with_attribute(partial(max))],
    "views": [types.MappingProxyType(mapping) for mapping in ({}, {"a": 1, "b": 2}, OrderedDict(a=1, b=2), OrderedDict(b=2, a=1), Counter(a=1, b=2))],
    "made while it runs": [*map(made_class, [1, True, "1", [1]]), *map(made_function, "1234"), *(dataclasses.make_dataclass("Made", [name]) for name in "ab")],
    "methods": [Thing(a=1).method, Thing(a=2).method, Thing(a=1).other, OtherThing(a=1).method, [].append, [1].append, [].extend,
                "a".join, "b".join, {}.get, {"a": 1}.get],
    "functions": [lambda x: x + 1, lambda x: x + 2, lambda x: x, lambda y=1: y, lambda y=2: y, add(1), add(2), add(1, times=2), len, max],
}  # fmt: skip


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_values_that_could_be_taken_for_each_other_differ(group: list[Any]) -> None:
    """They differ alone, as an item, as a dict's value, as an attribute, many of them, and beside a large value."""
    ways: list[Callable[[Any], Any]] = [
        lambda value: value,
        lambda value: [value],
        lambda value: (0, value, "x"),
        lambda value: {"k": value},
        lambda value: Thing(k=value),
        lambda value: [{"k": value}] * 20,
        lambda value: [value] * 2100,
        lambda value: [list(range(600)), value],
    ]
    for way in ways:
        assert [] == alike(map(way, group), det_hash)


def test_two_classes_of_one_name_in_two_modules_differ() -> None:
    """A class is its module and its qualified name."""

    def made(module: str, qualname: str) -> Any:
        return type("Config", (), {"__module__": module, "__qualname__": qualname})()

    values = [made("one", "Config"), made("other", "Config"), made("one", "Outer.Config"), made("one.Outer", "Config")]
    assert [] == alike(values, det_hash)
    assert det_hash(made("one", "Config")) == det_hash(made("one", "Config"))


@pytest.mark.parametrize("place", [0, 1, 5_000_000, 9_999_999])
def test_one_element_in_ten_million_counts(place: int) -> None:
    """Nothing is sampled."""
    data = bytearray(10_000_000)
    before = det_hash(data)
    data[place] = 1
    assert before != det_hash(data)


def test_one_element_of_a_long_list_counts() -> None:
    """Each of the elements around the edges of what is written together counts, and so does their number."""
    digests = {det_hash([0] * size) for size in range(2040, 2060)}
    for place in [0, 1, 2046, 2047, 2048, 2049, 4095, 4096, 4999]:
        items = [0] * 5000
        items[place] = 1
        digests.add(det_hash(items))
        records: list[Any] = [{"a": 0, "b": [0]} for _ in range(5000)]
        records[place]["a"] = 1
        digests.add(det_hash(records))
        records[place]["a"] = 0
        records[place]["b"] = [1]
        digests.add(det_hash(records))
    assert 20 + 27 == len(digests)


def test_where_equal_parts_are_counts() -> None:
    """All ways to put two values of a kind into five places differ."""
    for one, other in [(1, "1"), ([], ()), ({"a": 1}, {"a": 2}), ([1], [2]), (Thing(a=1), Thing(b=1)), ({1}, {(1,)})]:
        values = list(itertools.product((one, other), repeat=5))
        assert [] == alike(values, det_hash)
        assert [] == alike([[list(items), *items] for items in values], det_hash)
