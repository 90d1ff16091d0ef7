"""Partials, callable instances and coroutines: what stands for the function that they have no name of."""

from __future__ import annotations

import inspect
import sys
from functools import partial, update_wrapper
from types import FunctionType
from typing import Any


def named_partial(given: partial[Any]) -> Any:
    """Return a partial that looks like its function, by which its step is called; *given* stays as it is."""
    made: Any = update_wrapper(partial(given.func, *given.args, **given.keywords), given.func)
    del made.__wrapped__  # it has the parameters that are filled, and inspect.signature would show them
    if not hasattr(made, "__qualname__"):  # a partial of a callable instance
        cls: Any = type(given.func)
        made.__qualname__, made.__name__, made.__module__ = cls.__qualname__, cls.__name__, cls.__module__
    if sys.version_info >= (3, 12) and inspect.iscoroutinefunction(given):  # which is asked of the step
        inspect.markcoroutinefunction(made)
    return made


def bearing_name(made: Any, function: Any) -> Any:
    """Return a coroutine or generator under the name of *function*, as warnings, tasks and tracebacks show it."""
    made.__name__, made.__qualname__ = function.__name__, function.__qualname__
    return made


def counting(function: Any) -> Any:
    """Return what counts as the code of *function*: of a partial not the name that it was given."""
    return partial(function.func, *function.args, **function.keywords) if isinstance(function, partial) else function


def called(given: Any) -> Any:
    """Return what runs when *given*, a partial or an instance, is called; else *given* itself."""
    return given.func if isinstance(given, partial) else getattr(type(given), "__call__", given)  # noqa: B004  as below


def call_method(given: Any) -> FunctionType | None:
    """Return the ``__call__`` method of an instance, of which the instance is an argument; ``None`` for all else."""
    if isinstance(given, type | FunctionType | partial) or hasattr(given, "__qualname__"):
        return None
    method = getattr(type(given), "__call__", None)  # noqa: B004  its class's, which is what Python calls
    return method if isinstance(method, FunctionType) else None
