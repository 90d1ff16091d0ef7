"""Hostile input: endless, raising and lying values get a digest or an error that names them."""

from __future__ import annotations

import itertools
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import pytest

from memo.dethash import det_hash
from memo.errors import UnhashableError
from tests.dethash.worlds import alike


def refusal(value: object) -> UnhashableError:
    with pytest.raises(UnhashableError) as error:
        det_hash(value)
    return error.value


# -- values that lie about what they are ------------------------------------------------------------------------------


class EndlessList(list):
    def __iter__(self) -> Any:
        return itertools.count()

    def __len__(self) -> int:
        return 10**9


class EndlessDict(dict):
    __iter__ = keys = EndlessList.__iter__  # type: ignore[assignment]
    __len__ = EndlessList.__len__

    def items(self) -> Any:
        return itertools.repeat((1, 1))


class EndlessSet(set):
    __iter__ = EndlessList.__iter__
    __len__ = EndlessList.__len__


class EndlessTuple(tuple):  # noqa: SLOT001
    __iter__ = EndlessList.__iter__
    __len__ = EndlessList.__len__


class EndlessText(str):  # noqa: SLOT000
    __iter__ = EndlessList.__iter__
    __len__ = EndlessList.__len__

    def __str__(self) -> str:
        raise ValueError

    def encode(self, *_: Any) -> bytes:
        raise ValueError


class StrangeBytes(bytes):
    def __bytes__(self) -> bytes:
        raise ValueError

    def __buffer__(self, flags: int) -> memoryview:
        raise ValueError


class StrangeInt(int):
    def __int__(self) -> int:
        raise ValueError

    __index__ = __pos__ = __bool__ = __hash__ = __int__  # type: ignore[assignment]


class StrangeDay(datetime):
    year = 1
    tzinfo = property(EndlessList.__iter__)  # type: ignore[assignment]


class StrangeDecimal(Decimal):
    def as_tuple(self) -> Any:
        raise ValueError


class StrangeFraction(Fraction):
    numerator = denominator = 1  # type: ignore[assignment]


class StrangeDeque(deque):
    maxlen = None  # type: ignore[assignment]


class StrangePath(PurePosixPath):
    def __str__(self) -> str:
        return "elsewhere"


@pytest.mark.parametrize(
    ("cls", "one", "other"),
    [
        (EndlessList, [1], [2]), (EndlessDict, {1: 1}, {1: 2}), (EndlessSet, {1}, {2}), (EndlessTuple, (1,), (2,)),
        (EndlessText, "a", "b"), (StrangeBytes, b"a", b"b"), (StrangeInt, 1, 2), (StrangeDecimal, 1, 2),
        (StrangePath, "a", "b"),
    ],
)  # fmt: skip
def test_a_subclass_is_read_past_its_own_methods(cls: Any, one: Any, other: Any) -> None:
    """An ``__iter__`` without end, a ``__len__`` that lies and an ``__int__`` that raises are not asked."""
    assert det_hash(cls(one)) == det_hash(cls(one)) != det_hash(cls(other))
    assert [] == alike([[cls(one), 1], [cls(other), 1], [one, 1]], det_hash)


def test_what_a_subclass_says_of_its_base_is_not_asked() -> None:
    """A day, a fraction and a greatest length are read as the base has them."""
    days = [StrangeDay(2020, 1, 1), StrangeDay(2021, 1, 1), StrangeDay(2020, 1, 1, fold=1)]
    fractions = [StrangeFraction(1, 2), StrangeFraction(1, 3), StrangeFraction(3, 2)]
    lengths = [StrangeDeque([1], 2), StrangeDeque([1], 3), StrangeDeque([1])]
    assert [] == alike([*days, *fractions, *lengths], det_hash)


class Raising:
    """Raises whatever it is asked."""

    def __eq__(self, other: object) -> bool:
        raise ValueError

    def __hash__(self) -> int:
        return 1

    def __getattr__(self, name: str) -> Any:
        raise ValueError(name)

    __bool__ = __len__ = __repr__ = __str__ = __iter__ = __getitem__ = __lt__ = __eq__  # type: ignore[assignment]


class RaisingState:
    def __getstate__(self) -> Any:
        return Raising()


class RaisingListState(list):
    def __getstate__(self) -> Any:
        return Raising()


class FakeClass:
    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return int


@pytest.mark.parametrize("make", [Raising, RaisingState, RaisingListState, FakeClass])
def test_methods_that_raise_are_not_asked(make: Callable[[], Any]) -> None:
    """Equality, truth, length and missing attributes are not asked for, wherever the value is."""
    value = make()
    for wrap in (lambda part: part, lambda part: [part], lambda part: {"a": part}, lambda part: {id(part): [(part,)]}):
        assert 64 == len(det_hash(wrap(value)))
    assert det_hash(make()) == det_hash(value) != det_hash(0)


class Once:
    """Can be hashed once, when it is put into a dict."""

    def __init__(self) -> None:
        self.asked = False

    def __hash__(self) -> int:
        if self.asked:
            raise ValueError
        self.asked = True
        return 1


def test_keys_are_not_asked_for_their_hash() -> None:
    """A key's ``__hash__`` may raise by now, or no longer tell it from another."""

    class Dict(dict):
        pass

    for make in (dict, Dict, lambda: defaultdict(int)):
        value: Any = make()
        value[Once()] = 1
        assert 64 == len(det_hash(value))
        assert 64 == len(det_hash([value.keys(), value.items()]))
    members = set()
    members.add(Once())
    assert 64 == len(det_hash(members))


class Key:
    def __init__(self, name: object) -> None:
        self.name = name

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return self.name == other.name  # type: ignore[attr-defined]


def test_keys_that_became_equal_are_still_two() -> None:
    """An entry is not lost because two keys of a dict are the same by now."""

    class Dict(dict):
        pass

    for cls in (dict, Dict):
        first, second = Key(1), Key(2)
        both, one = cls({first: "a", second: "b"}), cls({Key(1): "a"})
        second.name = 1
        assert det_hash(both) != det_hash(one)


# -- reduce, getstate and det_hash that raise, lie or recurse ---------------------------------------------------------


class Bad:
    """Does what it is told when it is asked how to be pickled."""

    def __init__(self, answer: Callable[[Bad], Any]) -> None:
        self.answer = answer

    def __reduce__(self) -> Any:
        return self.answer(self)


class BadState:
    def __init__(self, answer: Callable[[Any], Any]) -> None:
        self.answer = answer

    def __getstate__(self) -> Any:
        return self.answer(self)


class BadGiven(BadState):
    def __det_hash__(self) -> Any:
        return self.answer(self)


def fail(_: Any) -> Any:
    raise KeyError("no")


BAD: dict[str, tuple[Callable[[], Any], str]] = {
    "reduce raises": (lambda: Bad(fail), "__reduce_ex__ raised KeyError"),
    "reduce calls itself": (lambda: Bad(lambda self: self.__reduce__()), "__reduce_ex__ calls itself without end"),
    "reduce is a number": (lambda: Bad(lambda _: 5), "__reduce_ex__ returned int"),
    "reduce is too short": (lambda: Bad(lambda _: (Bad,)), "not the pickle protocol's tuple"),
    "reduce calls a number": (lambda: Bad(lambda _: (5, ())), "does not begin with a callable"),
    "reduce has no arguments": (lambda: Bad(lambda _: (Bad, 5)), "does not begin with a callable"),
    "items are none": (lambda: Bad(lambda _: (Bad, (), None, 5)), "__reduce_ex__ raised TypeError"),
    "entries are none": (lambda: Bad(lambda _: (Bad, (), None, None, [1])), "entries that are not pairs"),
    "a name of nothing": (lambda: Bad(lambda _: "NOTHING"), "under which its module has something else"),
    "a name of another": (lambda: Bad(lambda _: "BAD"), "under which its module has something else"),
    "reduce makes another": (lambda: Bad(lambda self: (Bad, (Bad(self.answer),))), "made anew each time"),
    "state raises": (lambda: BadState(fail), "__getstate__ raised KeyError"),
    "state makes another": (lambda: BadState(lambda self: {"a": [BadState(self.answer)]}), "made anew each time"),
    "given raises": (lambda: BadGiven(fail), "__det_hash__ raised KeyError"),
    "given calls itself": (lambda: BadGiven(lambda self: self.__det_hash__()), "__det_hash__ calls itself without end"),  # type: ignore[attr-defined]
    "given makes another": (lambda: BadGiven(lambda self: [[BadGiven(self.answer)]]), "made anew each time"),
    "given makes two": (lambda: BadGiven(lambda self: [BadGiven(self.answer), BadGiven(self.answer)]), "made anew"),
}  # fmt: skip


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.stress) if n == "given makes two" else n for n in BAD]
)
def test_what_raises_lies_or_recurses_is_named(name: str) -> None:
    """The error has its path, its class and what went wrong."""
    make, reason = BAD[name]
    error = refusal({"a": [make()]})
    assert ('value["a"][0]', True) == (error.path, type(make()).__name__ in error.type_name)
    assert reason in error.reason


STATES: dict[str, Callable[[], Any]] = {
    "value[0].__getstate__()": lambda: BadState(lambda _: iter([])),
    "value[0].__getstate__()[1]": lambda: BadState(lambda _: [1, iter([])]),
    "value[0].a": lambda: BadState(lambda _: {"a": iter([])}),
    "value[0].__reduce_ex__()[2]": lambda: Bad(lambda _: (Bad, (), iter([]))),
    "value[0].b": lambda: Bad(lambda _: (Bad, (), {"b": iter([])})),
}


@pytest.mark.parametrize("path", STATES)
def test_what_has_no_digest_in_a_state_is_named_by_the_method_that_gave_it(path: str) -> None:
    """A state that is no dict of attributes is not what the value itself has."""
    assert path == refusal([STATES[path]()]).path


def test_an_iterator_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memo.dethash.reduced.MOST_ITEMS", 1000)
    error = refusal([Bad(lambda _: (Bad, (), None, itertools.count()))])
    assert ("value[0]", True) == (error.path, "does not end" in error.reason)
    assert 64 == len(det_hash(Bad(lambda _: (Bad, (), None, iter(range(999))))))


def test_a_value_that_reduces_to_itself_is_a_cycle() -> None:
    assert 64 == len(det_hash(Bad(lambda self: (Bad, (self, 1)))))


class Silent(type):
    """A metaclass that does not even tell where a class is from and what it is called."""

    def __getattribute__(cls, name: str) -> Any:
        if name in ("__module__", "__qualname__"):
            raise ValueError(name)
        return super().__getattribute__(name)


class OfSilent(metaclass=Silent):
    pass


def test_a_class_that_does_not_tell_its_name_is_named() -> None:
    """The error spells the name without asking the metaclass."""
    error = refusal({"a": [OfSilent()]})
    assert ('value["a"][0]', f"{__name__}.OfSilent") == (error.path, error.type_name)
