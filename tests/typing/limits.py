"""What one of the type checkers cannot tell, as short as it gets: docs/reference/types.md shows this file."""

from __future__ import annotations

from typing import TypeVar, assert_type

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
