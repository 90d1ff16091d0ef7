"""What is known about code objects, functions and classes, kept as long as they live."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Generic, TypeVar

T = TypeVar("T")


class CodeMemory(Generic[T]):
    """Answers by code object, function or class: code does not change when its file does, so an answer holds for good.

    Code objects are told apart by identity, for they hash slowly and compare equal where lines differ.
    """

    def __init__(self) -> None:
        self._answers: dict[int, tuple[weakref.ref[CodeType | FunctionType | type], T]] = {}

    def get(self, code: CodeType | FunctionType | type, make: Callable[[], T]) -> T:
        """Return the answer for *code*; *make* it the first time."""
        known = self._answers.get(id(code))
        if known is None:
            self.keep(code, make())
            known = self._answers[id(code)]
        return known[1]

    def keep(self, code: CodeType | FunctionType | type, answer: T) -> None:
        """Take *answer* for the answer for *code*."""
        number = id(code)
        self._answers[number] = weakref.ref(code, lambda _: self._answers.pop(number, None)), answer
