"""Types that several layers share."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Final, Generic, Literal, TypeVar

T = TypeVar("T")


class Missing(Enum):
    """Say "no value": ``None`` is a legitimate result of a step."""

    MISSING = "missing"


MISSING: Final[Literal[Missing.MISSING]] = Missing.MISSING


class kept_property(Generic[T]):  # noqa: N801  it is used as a decorator
    """A property that is found out once for each instance.

    ``functools.cached_property`` has a lock until Python 3.12, which a child that is forked meanwhile inherits held.
    """

    def __init__(self, function: Callable[[Any], T]) -> None:
        self._function = function
        self._name = function.__name__
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: type) -> T:
        if instance is None:
            return self  # type: ignore[return-value]
        value = vars(instance)[self._name] = self._function(instance)
        return value
