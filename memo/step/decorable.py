"""What can be a step, and what to do with the rest."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cached_property
from typing import Any

from memo.errors import StepError

#: Methods that change an object, which a hit would not do.
_MAKING = {"__new__", "__init__", "__post_init__", "__setstate__"}
#: Methods that are asked what an object's state is, before there is a key.
_TELLING = {"__det_hash__", "det_hash_object", "__reduce__", "__reduce_ex__", "__getstate__"}


def check_function(function: Any) -> None:
    """Refuse what cannot be a step.

    Raises:
        StepError: *function* is of a kind that cannot; the error says what to do instead.
    """
    found = _trouble(function)
    if found is not None:
        raise StepError(_name_of(function), *found)


def check_has_name(function: Callable[..., Any], name: str | None) -> None:
    """Refuse a lambda whose code does not identify it: all lambdas of a module bear one name.

    Raises:
        StepError: *function* is a lambda, and no *name* was given.
    """
    if name is None and _name_of(function).endswith("<lambda>"):
        raise StepError(
            _name_of(function), "a lambda whose code does not count", 'give it a name of its own: name="double"'
        )


def _trouble(function: Any) -> tuple[str, str] | None:
    """Return what *function* is and what to do instead; ``None`` for what can be a step."""
    if isinstance(function, type):
        return "a class", "decorate the method or the function that is expensive"
    if isinstance(function, property | cached_property):
        return f"a {type(function).__name__}", f"put @{type(function).__name__} above @memoize_step"
    if not callable(function):
        return f"a value of type {type(function).__qualname__}", "decorate a function"
    return _trouble_of_callable(function)


def _trouble_of_callable(function: Any) -> tuple[str, str] | None:
    if getattr(function, "__name__", "") in _MAKING:
        return "a method that makes an object", "decorate the method or the function that is expensive"
    if getattr(function, "__name__", "") in _TELLING:
        return "a method that keys are made with", "decorate a function that it calls and that is not given the object"
    if getattr(getattr(function, "__code__", None), "co_flags", 0) & inspect.CO_ITERABLE_COROUTINE:
        return "a coroutine made of a generator", "write it with async def"
    if not hasattr(function, "__qualname__"):
        return f"an object of class {type(function).__qualname__}", "decorate the __call__ method in its class"
    try:
        inspect.signature(function, follow_wrapped=False)
    except ValueError:
        if hasattr(function, "__wrapped__"):
            made = f"what another decorator made of a function, a {type(function).__qualname__}"
            return made, "put @memoize_step below that decorator, or decorate a function that calls it"
        return "a callable whose parameters Python does not tell", "decorate a function that calls it"
    return None


def _name_of(function: Any) -> str:
    return str(getattr(function, "__qualname__", None) or repr(function))
