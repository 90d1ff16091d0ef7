"""How a call is driven: one way for each kind of function, all of them the same but for how it is run.

A driver takes the step, the arguments, and whether to look for a stored result first.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any

from memo.typing import MISSING

if TYPE_CHECKING:
    from memo.step.runner import Step

Driver = Callable[["Step", tuple[Any, ...], dict[str, Any], bool], Any]


def driver_of(function: Callable[..., Any]) -> Driver:
    """Return what drives the calls of *function*."""
    if inspect.iscoroutinefunction(function):
        from memo.step.calls.coroutines import drive_coroutine  # not everybody needs asyncio

        return drive_coroutine
    if inspect.isgeneratorfunction(function):
        from memo.step.calls.generators import drive_generator

        return drive_generator
    if inspect.isasyncgenfunction(function):
        from memo.step.calls.generators import drive_async_generator

        return drive_async_generator
    return drive


def drive(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any], look: bool) -> Any:
    """Return the stored result of a plain function's call, or run it and keep its result."""
    found, attempt = step.look_up(args, kwargs) if look else (MISSING, step.prepare(args, kwargs))
    if attempt is None:
        if found is not MISSING:
            return found
        step.runs += 1
        return step.function(*args, **kwargs)
    if found is not MISSING:
        if not attempt.is_doubted:
            return found
        from memo.step.calls.verifying import verify  # only where that is asked for

        return verify(step, attempt, found, args, kwargs)
    wait = step.patience(attempt) if look else None
    with attempt.claim() as claim, claim:
        if wait is not None:
            for pause in claim.pauses(wait):
                sleep(pause)
            found = attempt.find() if claim.is_held else MISSING  # by now another may have computed it
            if found is not MISSING:
                return found
        step.runs += 1
        attempt.begin()
        started = perf_counter()
        try:
            with attempt.recorded():
                result = step.function(*args, **kwargs)
        except attempt.exceptions as error:  # none of them, unless the step was told to keep some
            attempt.keep_raised(error, perf_counter() - started)
            raise
        attempt.keep(result, perf_counter() - started)
        return result
