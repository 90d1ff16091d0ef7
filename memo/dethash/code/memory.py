"""What is known about code objects, kept as long as they live."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import CodeType
from typing import Generic, TypeVar

T = TypeVar("T")


class CodeMemory(Generic[T]):
    """Answers by code object: code does not change when its file does, so an answer holds for good.

    Code objects are told apart by identity, for they hash slowly and compare equal where lines differ.
    """

    def __init__(self) -> None:
        self._answers: dict[int, tuple[weakref.ref[CodeType], T]] = {}

    def get(self, code: CodeType, make: Callable[[], T]) -> T:
        """Return the answer for *code*; *make* it the first time."""
        number = id(code)
        known = self._answers.get(number)
        if known is None:
            made = make()
            forget = weakref.ref(code, lambda _: self._answers.pop(number, None))
            known = self._answers[number] = (forget, made)
        return known[1]
