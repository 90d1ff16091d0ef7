"""Equal values have equal digests: whatever was interned, shared, cached, used, or put in another order."""

# ruff: noqa: FLY002 - text that is made while it runs is not interned
from __future__ import annotations

import enum
import functools
import importlib
import sys
import textwrap
from array import array
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.worlds import alike


def same(*values: object) -> bool:
    return 1 == len(set(map(det_hash, values)))


def one() -> Callable[[], int]:
    return lambda: 1


def two() -> Callable[[], int]:
    return lambda: 2


def test_functions_on_one_line_are_what_each_would_be_alone() -> None:
    """A body that is a constant has no position on Python 3.12."""
    pair = [lambda: 1, lambda: 2]
    assert same(pair[0], one())
    assert same(pair[1], two())
    assert not same(*pair)


# -- caches and use ---------------------------------------------------------------------------------------------------


class Cached:
    def __init__(self, x: int) -> None:
        self.x = x

    @functools.cached_property
    def double(self) -> int:
        return self.x * 2

    @functools.lru_cache  # noqa: B019  what people write
    def triple(self) -> int:
        return self.x * 3


@dataclass
class CachedRecord:
    x: int

    @functools.cached_property
    def double(self) -> int:
        return self.x * 2


class CachedState(Cached):
    def __getstate__(self) -> Any:
        return self.__dict__.copy()


class CachedReduced(Cached):
    def __reduce__(self) -> Any:
        return CachedReduced, (self.x,), self.__dict__


class CachedSlots(Cached):
    __slots__ = ("y",)

    def __getstate__(self) -> Any:
        return self.__dict__, {"y": 1}


class CachedList(list):
    @functools.cached_property
    def double(self) -> int:
        return len(self)


class CachedError(Exception):
    @functools.cached_property
    def double(self) -> int:
        return len(self.args)


class Renamed:
    x = 1
    other = functools.cached_property(lambda self: self.x)


class OwnCachedProperty(functools.cached_property):
    """A kind of cached property of the user's own, which has a lock before Python 3.12."""


def test_a_cached_property_is_its_function_and_what_a_subclass_adds() -> None:
    def made(cls: Any, **attributes: Any) -> Any:
        value = cls(test_only)
        vars(value).update(attributes)
        return value

    def test_only(self: Any) -> int:
        return 1

    own = made(OwnCachedProperty)
    assert same(own, made(OwnCachedProperty))
    assert [] == alike([own, made(OwnCachedProperty, kept=1), made(functools.cached_property)], det_hash)


MAKERS: list[Callable[[Any], Any]] = [
    Cached, CachedRecord, CachedState, CachedReduced, CachedSlots, lambda x: CachedList([x]), CachedError,
]  # fmt: skip


@pytest.mark.parametrize("make", MAKERS)
def test_a_filled_cached_property_does_not_count(make: Callable[[Any], Any]) -> None:
    """An object before and after it computed what can be computed again is the same; its values still count."""
    fresh, used = make(1), make(1)
    assert used.double is not None
    assert same(fresh, used, [fresh][0])
    assert same([fresh, fresh], [used, fresh])
    assert not same(fresh, make(2))


def test_what_a_method_cached_does_not_count() -> None:
    """A method's ``lru_cache`` is the class's."""
    fresh, used = Cached(1), Cached(1)
    assert 3 == used.triple()
    assert same(fresh, used)


def test_a_property_that_has_another_name_does_not_count_either() -> None:
    fresh, used = Renamed(), Renamed()
    assert 1 == used.other
    assert same(fresh, used)


def test_strings_and_numbers_are_the_same_interned_or_not() -> None:
    """Interned text, small ints and other shared objects are not told from others."""
    made = "".join(["some", " ", "text"])
    assert same([sys.intern("some text"), "some text"], [made, made], [made, sys.intern(made)])
    assert same([10**6, 10**6], [int("1000000"), int("1000000")], [int("1000000")] * 2)
    assert same(["x" * 5000] * 2, ["".join(["x"] * 5000), "x" * 5000])
    assert same({"a": "é" * 3}, {"".join(["a"]): "".join(["é"] * 3)})


def test_compact_and_wide_text_are_the_same() -> None:
    """Text that was cut from wider text, or encoded once, is the same text."""
    cut, encoded = "abc\U0001f600"[:3], "abc"
    encoded.encode("utf-16")
    assert same("abc", cut, encoded)


def test_how_a_view_lies_in_memory_does_not_count() -> None:
    """A memory view's items count in their order, contiguous or not, row by row or column by column."""
    numbers = array("i", [1, 2, 3, 4, 5, 6])
    assert same(
        memoryview(numbers)[::2],
        memoryview(array("i", [1, 3, 5])),
        memoryview(bytearray(array("i", [1, 3, 5]))).cast("i"),
    )
    assert not same(memoryview(numbers)[::2], memoryview(numbers)[::-2])
    np = pytest.importorskip("numpy")
    rows = np.arange(6, dtype="i4").reshape(2, 3)
    assert same(memoryview(rows), memoryview(np.asfortranarray(rows)))
    assert not same(memoryview(rows), memoryview(rows.T))


# -- order ------------------------------------------------------------------------------------------------------------


class Thing:
    """Has neither order nor equality."""

    def __init__(self, name: object) -> None:
        self.name = name


UNORDERED: list[list[Any]] = [
    list(range(100)),
    [1, "a", None, 2.5, b"a", (1, 2), frozenset({1}), ...],
    [frozenset({1}), frozenset({2}), frozenset({1, 2}), frozenset()],
    [frozenset({frozenset({n, "x"}), n}) for n in range(9)],
    [(n, str(n), frozenset({n})) for n in range(30)],
    [complex(n, 1) for n in range(9)],
    [list, dict, int, len, None],
]


@pytest.mark.parametrize("members", UNORDERED)
def test_sets_and_dicts_have_no_order(members: list[Any]) -> None:
    """Members and keys that cannot be ordered, or only partly, may come in any order."""
    back = members[::-1]
    assert same(set(members), set(back), {*back[3:], *members[:-3], *back})
    assert same(frozenset(members), frozenset(back))
    assert same(dict.fromkeys(members, 1), dict.fromkeys(back, 1))
    assert same({key: [key] for key in members}, {key: [key] for key in back})
    assert same(Counter(members), Counter(back))
    assert same(defaultdict(int, dict.fromkeys(members, 1)), defaultdict(int, dict.fromkeys(back, 1)))
    assert same([dict.fromkeys(members, 1)] * 20, [dict.fromkeys(back, 1), dict.fromkeys(members, 1)] * 10)
    assert same({frozenset(members): set(members)}, {frozenset(back): set(back)})


def test_sets_of_instances_have_no_order() -> None:
    """Where a member lies in memory, which is where its hash comes from, does not count."""
    members = [Thing(name) for name in range(40)]
    assert same(set(members), {Thing(name) for name in range(40)}, {Thing(39 - name) for name in range(40)})
    assert same(dict.fromkeys(members), dict.fromkeys(Thing(name) for name in reversed(range(40))))
    assert not same({Thing(1), Thing(1)}, {Thing(1)})


def test_attributes_have_no_order() -> None:
    """Attributes may be set in any order, and removed and set again."""
    one, other = Thing("a"), Thing("a")
    one.x, one.y = 1, 2  # type: ignore[attr-defined]
    other.y, other.x = 2, 1  # type: ignore[attr-defined]
    del other.name
    other.name = "a"
    assert same(one, other)
    assert same([one] * 20, [other, one] * 10)
    assert same(SimpleNamespace(a=1, b=2), SimpleNamespace(b=2, a=1))


def test_only_an_ordered_dict_has_an_order() -> None:
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert not same(OrderedDict(a=1, b=2), OrderedDict(b=2, a=1))
    moved = OrderedDict(b=2, a=1)
    moved.move_to_end("b")
    assert same(OrderedDict(a=1, b=2), moved)


def test_a_dict_that_grew_and_shrank_is_the_same() -> None:
    grown: dict[Any, Any] = {n: n for n in range(1000)}
    for n in range(3, 1000):
        del grown[n]
    assert same({0: 0, 1: 1, 2: 2}, grown)
    members = set(range(1000)) - set(range(3, 1000))
    assert same({0, 1, 2}, members)


# -- definitions that are run again -----------------------------------------------------------------------------------

CELL = """
import enum
from dataclasses import dataclass
from typing import NamedTuple

class Color(enum.Enum):
    RED = "red"

class Access(enum.Flag):
    R = 1
    W = 2

@dataclass
class Point:
    x: int

class Pair(NamedTuple):
    a: int

class Plain:
    def __init__(self, x):
        self.x = x

class Slotted:
    __slots__ = ("x",)
    def __init__(self, x):
        self.x = x

values = [Color.RED, Access.R | Access.W, Point(1), Pair(2), Plain([1]), Slotted(3), {Color.RED: {Plain(1)}}]
"""


def test_values_of_classes_that_were_run_again_are_the_same() -> None:
    """A notebook cell that defines classes can be run again: their values keep their digests."""
    namespaces: list[dict[str, Any]] = [{"__name__": "__main__"}, {"__name__": "__main__"}]
    for namespace in namespaces:
        exec(CELL, namespace)
    first, again = (namespace["values"] for namespace in namespaces)
    assert first[0] is not again[0]
    assert list(map(det_hash, first)) == list(map(det_hash, again))


def test_a_module_that_was_reloaded_makes_the_same_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "reloaded_module.py").write_text(textwrap.dedent(CELL))
    module = importlib.import_module("reloaded_module")
    before = module.values
    after = importlib.reload(module).values
    assert list(map(det_hash, before)) == list(map(det_hash, after))
    del sys.modules["reloaded_module"]


class Weekday(enum.Enum):
    MON = 1
    MONDAY = 1  # noqa: PIE796  an alias
    TUE = 2


def test_an_alias_is_the_member() -> None:
    assert same(Weekday.MON, Weekday.MONDAY, Weekday(1), Weekday["MONDAY"])


def test_working_directories_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = [Path("a/b"), Thing(Path("c")), {"x": {1, 2}}]
    before = list(map(det_hash, values))
    monkeypatch.chdir(tmp_path)
    assert before == list(map(det_hash, values))


def test_a_nan_is_a_key_like_any_other() -> None:
    """A dict finds a NaN by the object alone, and may have several."""

    def entries(*values: int) -> dict[float, int]:
        return {float("nan"): value for value in values}

    assert same([entries(n) for n in range(20)], [entries(n) for n in range(20)])
    assert same([entries(1), entries(2)], [entries(1), entries(2)])
    assert not same([entries(1), entries(2)], [entries(2), entries(1)])
    assert same(entries(1, 2), entries(2, 1))
    assert same([entries(1, 2)] * 20, [entries(2, 1)] * 20)
    assert not same(entries(1, 2), entries(1, 1))
    nan = float("nan")
    assert same({nan: 1, 0.5: [2]}, {0.5: [2], nan: 1})
