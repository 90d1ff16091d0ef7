"""Instances: a class's name and its state, whichever way Python knows to say what the state is."""

from __future__ import annotations

import abc
import copy
import copyreg
import functools
import pickle
import types
import typing
from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import pytest

from memo.dethash import det_hash
from tests.dethash.worlds import alike

T = TypeVar("T")


class Plain:
    def __init__(self, x: Any) -> None:
        self.x = x


class Sub(Plain):
    pass


class Slotted:
    __slots__ = ("__private", "__weakref__", "x", "y")

    def __init__(self, x: Any, private: Any = None) -> None:
        self.x = x
        self.__private = private


class SubSlotted(Slotted):
    __slots__ = ("z",)


class SlotsAndDict(Slotted):
    pass


@dataclass
class Record:
    x: Any
    given: InitVar[Any] = None
    made: list[Any] = field(default_factory=list)
    unseen: Any = field(default=0, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    x: Any


@dataclass(order=True, unsafe_hash=True)
class Ordered:
    x: Any


class Pair(NamedTuple):
    x: Any
    y: Any = 1


class SubPair(Pair):
    pass


class GetState:
    def __init__(self, x: Any) -> None:
        self.x = x
        self.lock = object()

    def __getstate__(self) -> Any:
        return {"x": self.x}

    def __setstate__(self, state: Any) -> None:
        self.__init__(state["x"])  # type: ignore[misc]


class GetText(GetState):
    def __getstate__(self) -> Any:
        return f"state {self.x}"

    def __setstate__(self, state: Any) -> None:
        self.__init__(eval(state.removeprefix("state ")))  # type: ignore[misc]


class Reduced(GetState):
    def __reduce__(self) -> Any:
        return Reduced, (self.x,)


class ReducedEx(GetState):
    def __reduce_ex__(self, protocol: Any) -> Any:
        return _rebuilt, (self.x, "cls"), {"more": 1}

    def __setstate__(self, state: Any) -> None:
        self.more = state["more"]


def _rebuilt(x: Any, _: str) -> ReducedEx:
    return ReducedEx(x)


class ReducedList(list):
    """Its items are given by an iterator, as pickle allows."""

    def __reduce__(self) -> Any:
        return ReducedList, (), None, iter(self)


class ReducedDict(dict):
    def __reduce__(self) -> Any:
        return ReducedDict, (), None, None, iter(self.items())


class InCopyreg(GetState):
    pass


copyreg.pickle(InCopyreg, lambda value: (InCopyreg, (value.x,)))  # type: ignore[arg-type]


class NewArgs(int):
    def __new__(cls, x: Any) -> Any:
        return super().__new__(cls, x)

    def __getnewargs__(self) -> Any:
        return (int(self),)


class NewArgsEx:
    def __new__(cls, *, x: Any) -> Any:
        self = super().__new__(cls)
        self.x = x  # type: ignore[attr-defined]
        return self

    def __getnewargs_ex__(self) -> Any:
        return (), {"x": self.x}  # type: ignore[attr-defined]


class Meta(type):
    def __getattr__(cls, name: str) -> Any:
        raise ValueError(name)


class MetaOfEverything(type):
    def __getattr__(cls, name: str) -> Any:
        return 42


class WithMeta(Plain, metaclass=Meta):
    pass


class WithEverything(Plain, metaclass=MetaOfEverything):
    pass


class Abstract(abc.ABC):  # noqa: B024  only its metaclass counts
    def __init__(self, x: Any) -> None:
        self.x = x


class Box(Generic[T]):
    def __init__(self, x: T) -> None:
        self.x = x


class Described:
    """Has a property of the name of nothing that it keeps."""

    def __init__(self, x: Any) -> None:
        self._x = x

    @property
    def x(self) -> Any:
        return self._x


MAKERS: dict[str, Callable[[Any], Any]] = {
    "plain": Plain, "subclass": Sub, "slots": Slotted, "slots below slots": SubSlotted, "slots and dict": SlotsAndDict,
    "private slot": lambda x: Slotted(0, x), "dataclass": Record, "frozen dataclass": lambda x: Frozen(x=x),
    "ordered": Ordered, "field that is not compared": lambda x: Record(0, unseen=x), "named tuple": Pair,
    "subclass of a named tuple": SubPair, "getstate": GetState, "getstate of text": GetText, "reduce": Reduced,
    "reduce_ex": ReducedEx, "copyreg": InCopyreg, "reduced list": lambda x: ReducedList([x]),
    "reduced dict": lambda x: ReducedDict(a=x), "getnewargs": NewArgs, "getnewargs_ex": lambda x: NewArgsEx(x=x),
    "abstract": Abstract, "generic": Box, "generic alias": Box[int], "property": Described,
    "namespace": lambda x: types.SimpleNamespace(x=x),
}  # fmt: skip


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_the_state_counts_and_nothing_else(make: Callable[[Any], Any]) -> None:
    """One digest for one state, in copies and pickles too; another for another."""
    value = make(1)
    digest = det_hash(value)
    assert digest == det_hash(make(1))
    assert digest == det_hash(copy.copy(value)) == det_hash(copy.deepcopy(value))
    assert digest == det_hash(pickle.loads(pickle.dumps(value)))
    assert det_hash([value] * 20) == det_hash([make(1) for _ in range(20)])
    assert [] == alike([value, make(2), [value], [make(2)], [value] * 20, [make(2)] * 20], det_hash)


def test_classes_differ_with_the_same_state() -> None:
    """The class's name counts, a subclass's too."""
    names = [name for name in MAKERS if name not in ("private slot", "field that is not compared", "generic alias")]
    values = [MAKERS[name](1) for name in names]
    assert [] == alike([*values, WithMeta(1), WithEverything(1), Slotted(0, 1), Record(0, unseen=1)], det_hash)


@pytest.mark.parametrize("make", [WithMeta, WithEverything])
def test_a_metaclass_that_answers_to_any_name_is_not_asked(make: Callable[[Any], Any]) -> None:
    """Whether a class defines something is looked up in its bodies, as Python does for special methods."""
    assert det_hash(make(1)) == det_hash(make(1)) != det_hash(make(2))


def test_an_empty_slot_is_not_none() -> None:
    empty, none = Slotted(1), Slotted(1)
    none.y = None
    assert det_hash(empty) != det_hash(none)


def test_slots_are_named() -> None:
    """The same value in another slot is another state."""
    one, other = Slotted.__new__(Slotted), Slotted.__new__(Slotted)
    one.x, other.y = 1, 1
    assert det_hash(one) != det_hash(other)


def test_a_slot_and_an_attribute_are_both_seen() -> None:
    values = [SlotsAndDict(1) for _ in range(3)]
    values[1].more = 1  # type: ignore[attr-defined]
    values[2].more = 2  # type: ignore[attr-defined]
    assert [] == alike(values, det_hash)


def test_attributes_may_have_any_key() -> None:
    """Attributes that only ``__dict__`` can name count."""
    values = []
    for key in (1, True, (1,), "x y", None, frozenset({1})):
        values.append(Plain(0))
        values[-1].__dict__[key] = 1
    assert [] == alike([*values, Plain(0)], det_hash)


def test_named_tuples_differ_by_their_fields() -> None:
    """Two classes of one name with other fields differ, and both from a tuple."""
    one = typing.NamedTuple("Row", [("a", int), ("b", int)])(1, 2)  # type: ignore[call-overload]
    other = typing.NamedTuple("Row", [("a", int), ("c", int)])(1, 2)  # type: ignore[call-overload]
    assert [] == alike([one, other, (1, 2), Pair(1, 2)], det_hash)


def test_a_class_registered_later_is_reduced_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """``copyreg`` is asked anew once something was added to it."""

    class Late(Plain):
        pass

    value = Late([1])
    before = det_hash(value)
    monkeypatch.setattr(copyreg, "dispatch_table", {**copyreg.dispatch_table, Late: lambda value: (Late, (value.x,))})
    after = det_hash(value)
    value.more = 1  # type: ignore[attr-defined]
    assert before != after == det_hash(value)


def test_the_classes_own_body_does_not_count() -> None:
    """An instance is a name and a state: what its class does is for a step's key."""

    def made(body: dict[str, Any]) -> Any:
        return type("Model", (), {"__module__": __name__, "__qualname__": "Model", **body})()

    def rebuilt(self: Any) -> Any:
        return getattr, (type(self), "__name__", 1)

    bodies: list[dict[str, Any]] = [{}, {"VERSION": "2"}, {"run": lambda self: 1}]
    assert 1 == len(set(map(det_hash, map(made, bodies))))
    assert 1 == len({det_hash(made({**body, "__reduce__": rebuilt})) for body in bodies})


def test_the_main_module_has_one_name() -> None:
    """A child process of ``multiprocessing`` calls the main module by another name."""

    def made(module: str) -> Any:
        return type("Config", (), {"__module__": module, "__qualname__": "Config"})()

    assert det_hash(made("__main__")) == det_hash(made("__mp_main__")) != det_hash(made("main"))


def test_what_a_callable_copies_from_the_function_that_it_wraps_is_that_functions() -> None:
    class Wrapper:
        def __init__(self, function: Callable[..., Any]) -> None:
            functools.update_wrapper(self, function)

        def __call__(self) -> None:
            """Do nothing."""

    one, two, other = Wrapper(abs), Wrapper(abs), Wrapper(len)
    vars(one)["__type_params__"] = ()  # as from Python 3.12 on
    vars(two).pop("__type_params__", None)
    vars(two)["__doc__"] = "Another's."
    assert det_hash(one) == det_hash(two) != det_hash(other)
    vars(two)["more"] = 1
    assert det_hash(one) != det_hash(two)
