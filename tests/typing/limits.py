"""What one of the type checkers cannot tell, as short as it gets: docs/reference/types.md shows this file."""

from __future__ import annotations

from typing import Protocol, Self, TypeVar, assert_type

from memo import memoize_step

T = TypeVar("T")


class Model:
    @memoize_step
    @classmethod
    def build(cls, size: int) -> Model:
        return cls()

    @memoize_step
    @staticmethod
    def load(path: str) -> bytes:
        return b""

    @memoize_step
    def fitted(self, size: int) -> Self:
        return self

    def score(self, size: int) -> float:
        return 0.0


class Net(Model):
    @memoize_step
    def score(self, size: int) -> float:  # pyright: ignore[reportIncompatibleMethodOverride]
        return 1.0


class Scored(Protocol):
    def score(self, size: int) -> float: ...


@memoize_step
def first(items: list[T]) -> T:
    return items[0]


# A class method that is asked for on its class: mypy takes it for a method, which wants its first parameter.
assert_type(Model.build(1), Model)  # type: ignore[call-arg, arg-type]
assert_type(Model().build(1), Model)

# A static method that is asked for on an instance: mypy takes it for a method, which has got its first parameter.
assert_type(Model().load("a"), bytes)  # type: ignore[call-arg]
assert_type(Model.load("a"), bytes)

# A generic function that is mapped: mypy does not tell what comes back.
assert_type(first.map([[1]]), list[int])  # type: ignore[assert-type, arg-type]
assert_type([first(items) for items in [[1]]], list[int])

# A method that returns Self: mypy takes it for one that never returns. With the class's name in its place it does not.
assert_type(Model().fitted(1), Model)  # type: ignore[assert-type]
assert_type([Model().fitted.is_cached(1)], list[bool])

# A step in the place of a base class's or a protocol's method: pyright takes only functions for methods (see Net, too).
# A method that calls the step is one to it.
scored: Scored = Net()  # pyright: ignore[reportAssignmentType]
assert_type(Net().score(1), float)
