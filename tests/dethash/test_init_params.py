"""``DetHashFromInitParams``: an object is what its ``__init__`` was given, and nothing else."""

from __future__ import annotations

import abc
import copy
import dataclasses
import pickle
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import pytest

from memo.dethash import DetHashFromInitParams, det_hash
from memo.errors import UnhashableError
from tests.dethash.worlds import alike

T = TypeVar("T")


class Model(DetHashFromInitParams):
    def __init__(self, x: Any, y: Any = 2, *rest: Any, key: Any = 3, **more: Any) -> None:
        self.doubled = [x, x]


def same(*values: object) -> bool:
    return 1 == len(set(map(det_hash, values)))


def test_parameters_are_bound_by_the_signature() -> None:
    """Positional or by keyword, a default spelled out or not, keywords in any order: the same."""
    assert same(Model(1), Model(x=1), Model(1, 2), Model(1, y=2), Model(key=3, x=1))
    assert same(Model(1, 2, 3, 4), Model(1, 2, 3, 4, key=3))
    assert same(Model(1, a=1, b=2), Model(1, b=2, a=1), Model(b=2, x=1, a=1))
    different = [
        Model(1),
        Model(2),
        Model(True),
        Model("1"),
        Model(1, 3),
        Model(1, 2, 3),
        Model(1, key=4),
        Model(1, a=3),
    ]
    assert [] == alike(different, det_hash)


def test_what_happens_after_construction_is_not_seen() -> None:
    """Neither changes of the object nor of what it was given count."""
    given = [1]
    model = Model(given)
    before = det_hash(model)
    given.append(2)
    model.doubled = []
    model.more = 1  # type: ignore[attr-defined]
    assert before == det_hash(model) == det_hash(Model([1]))
    del model.doubled
    assert before == det_hash(model)


class Own(DetHashFromInitParams):
    def __init__(self, x: Any) -> None:
        self.x = x


class OwnState(Own):
    def __getstate__(self) -> Any:
        return {"x": self.x}

    def __setstate__(self, state: Any) -> None:
        self.x = state["x"]


class OwnReduce(Own):
    def __reduce__(self) -> Any:
        return OwnReduce, (self.x,)


class OwnReduceEx(Own):
    def __reduce_ex__(self, protocol: Any) -> Any:
        return OwnReduceEx, (self.x,)


class OwnCopy(Own):
    def __copy__(self) -> Any:
        return OwnCopy(self.x)

    def __deepcopy__(self, memo: Any) -> Any:
        return OwnCopy(self.x)


class Slots(DetHashFromInitParams):
    __slots__ = ("x",)

    def __init__(self, x: Any) -> None:
        self.x = x


class Sealed(DetHashFromInitParams):
    def __init__(self, x: Any) -> None:
        object.__setattr__(self, "x", x)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(name)


class Sub(Own):
    pass


class SubInit(Own):
    def __init__(self, q: Any) -> None:
        super().__init__((q, q))


@dataclass
class Record(DetHashFromInitParams):
    x: Any
    more: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Frozen(DetHashFromInitParams):
    x: Any


@dataclass(slots=True)
class SlotRecord(DetHashFromInitParams):
    x: Any


@dataclass(slots=True, frozen=True)
class FrozenSlots(DetHashFromInitParams):
    x: Any


class Abstract(DetHashFromInitParams, abc.ABC):
    @abc.abstractmethod
    def run(self) -> None: ...


class Concrete(Abstract):
    def __init__(self, x: Any) -> None:
        self.x = x

    def run(self) -> None: ...


class Box(DetHashFromInitParams, Generic[T]):
    def __init__(self, x: T) -> None:
        self.x = x


class FailureError(DetHashFromInitParams, Exception):
    def __init__(self, x: Any) -> None:
        super().__init__(x)


class Meta(type):
    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(*args, **kwargs)


class WithMeta(DetHashFromInitParams, metaclass=Meta):
    def __init__(self, x: Any) -> None:
        self.x = x


class New:
    """A base with a ``__new__`` of its own."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        self = super().__new__(cls)
        self.made = True  # type: ignore[attr-defined]
        return self

    def __init__(self, x: Any) -> None:
        self.x = x


class AfterNew(New, DetHashFromInitParams):
    pass


class BeforeNew(DetHashFromInitParams, New):
    pass


class OwnNew(DetHashFromInitParams):
    def __new__(cls, x: Any) -> Any:
        return super().__new__(cls)

    def __init__(self, x: Any) -> None:
        self.x = x


class Text(DetHashFromInitParams, str):  # noqa: SLOT000  its parameters need a place
    pass


class Entries(DetHashFromInitParams, dict):
    pass


class First(DetHashFromInitParams, tuple):  # noqa: SLOT001  likewise
    def __new__(cls, x: Any, y: Any = 1) -> Any:
        return super().__new__(cls, (x,))


class Pair(DetHashFromInitParams, namedtuple("PairBase", "x y", defaults=[1])):  # noqa: PYI024  it has no annotations
    pass


MAKERS: list[Callable[..., Any]] = [
    Own, OwnState, OwnReduce, OwnReduceEx, OwnCopy, Slots, Sealed, Sub, Record, Frozen, SlotRecord, FrozenSlots,
    Concrete, Box, FailureError, WithMeta, AfterNew, BeforeNew, First, Pair,
]  # fmt: skip


@pytest.mark.parametrize("make", MAKERS)
def test_every_kind_of_class_keeps_its_parameters(make: Callable[..., Any]) -> None:
    """Also through copies and pickles, and inside of other values."""
    value = make(1)
    assert same(value, make(x=1), copy.copy(value), copy.deepcopy(value))
    assert same(value, *(pickle.loads(pickle.dumps(value, protocol)) for protocol in range(2, 6)))
    assert same([value] * 20, [make(x=1) for _ in range(20)])
    assert [] == alike([value, make(2), make(True)], det_hash)


def test_the_class_counts() -> None:
    """Two classes that were given the same differ, a subclass from its base."""
    assert [] == alike([make(1) for make in MAKERS], det_hash)


def test_a_subclass_with_another_init_is_what_that_was_given() -> None:
    assert same(SubInit(1), SubInit(q=1))
    assert [] == alike([SubInit(1), SubInit(2), Own((1, 1))], det_hash)


def test_a_class_with_a_new_of_its_own_is_what_init_was_given() -> None:
    assert same(OwnNew(1), OwnNew(x=1))
    assert [] == alike([OwnNew(1), OwnNew(2)], det_hash)


def test_a_base_that_takes_anything_is_what_it_was_given() -> None:
    """Builtins without a signature take their arguments as they come."""
    assert same(Text("a"), Text("a"))
    assert same(Entries(a=1), Entries(a=1))
    changed = Entries(a=1)
    changed["b"] = 2
    assert same(changed, Entries(a=1))
    assert [] == alike([Text("a"), Text("b"), Entries(a=1), Entries(a=2), Entries([("a", 1)])], det_hash)


def test_it_is_still_a_class_like_others() -> None:
    """Nothing is seen of the parameters from outside, and what ``__new__`` did was done."""
    assert AfterNew(1).made
    assert BeforeNew(1).made
    assert Frozen(1) == Frozen(1)
    assert same(dataclasses.replace(Frozen(1), x=2), Frozen(2))
    assert (1, 2) == Pair(1, 2)
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        Own()  # type: ignore[call-arg]


def test_objects_given_to_objects_are_what_they_were_given_then() -> None:
    """A copy is taken, of the given object's parameters too."""
    inner = Own([1])
    outer = Own(inner)
    inner.x.append(2)
    assert same(outer, Own(Own([1])))
    outer.x = outer
    assert same(outer, Own(Own([1])))


def test_what_cannot_be_copied_is_taken_as_it_is() -> None:
    assert same(Own(len), Own(len))
    assert [] == alike([Own(len), Own(max)], det_hash)
    with pytest.raises(UnhashableError, match="generator"):
        det_hash(Own(part for part in [1]))


def test_an_object_that_was_not_constructed_is_refused() -> None:
    """``object.__new__`` knows no parameters."""
    with pytest.raises(UnhashableError, match=r"cannot hash value\[0\].*Own"):
        det_hash([object.__new__(Own)])


def test_a_default_that_was_changed_is_the_new_one() -> None:
    """The defaults of the signature are those at construction."""

    class Late(DetHashFromInitParams):
        def __init__(self, x: Any = 1) -> None: ...

    before = Late()
    Late.__init__.__defaults__ = (2,)  # type: ignore[attr-defined]
    assert same(Late(), Late(2))
    assert same(before, Late(1))


@dataclass
class Made(DetHashFromInitParams):
    items: list[Any] = field(default_factory=list)
    table: dict[str, Any] = field(default_factory=lambda: {"a": 1})


@dataclass
class MadeOtherwise(DetHashFromInitParams):
    items: list[Any] = field(default_factory=list)
    table: dict[str, Any] = field(default_factory=lambda: {"a": 2})


def test_a_factory_of_empty_values_is_a_default_that_can_be_spelled_out() -> None:
    """Any other factory is not called once more: it stands for itself."""
    assert same(Made(), Made([]), Made(items=[]))
    assert same(dataclasses.replace(Made([1], {}), items=[]), Made(table={}))
    assert [] == alike([Made(), Made([1]), Made(table={}), MadeOtherwise()], det_hash)
    assert Made().det_hash_object()["table"]() != MadeOtherwise().det_hash_object()["table"]()
