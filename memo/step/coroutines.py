"""Calls of coroutine functions: concurrent ones with one key wait for one run; who stops waiting stops alone."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from memo.typing import MISSING

if TYPE_CHECKING:
    from memo.step.attempt import Attempt
    from memo.step.runner import Step

#: A loop, a store's directory and a key.
Name = tuple[int, str, str]


@dataclass(slots=True)
class Run:
    """A body that runs, and how many wait for it."""

    task: asyncio.Task[Any]
    waiting: int = 0


_runs: dict[Name, Run] = {}
#: The runs that this code is part of: a step that awaits itself does not wait for itself.
_inside: ContextVar[frozenset[Name]] = ContextVar("memo runs", default=frozenset())


async def drive_coroutine(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any], look: bool) -> Any:
    """Return the stored result of a coroutine function's call, or await it and keep its result."""
    attempt = step.attempt(args, kwargs)
    if attempt is None:
        step.runs += 1
        return await step.function(*args, **kwargs)
    name = _name_of(attempt)
    while look:
        found = attempt.find()
        if found is not MISSING:
            return found
        run = _runs.get(name)
        if run is None or name in _inside.get():
            break
        await _wait(run)  # and look again: each caller gets an object of its own, and where there is none runs itself
    if name in _inside.get():
        return await _compute(step, attempt, args, kwargs)
    run = _runs[name] = Run(asyncio.create_task(_compute(step, attempt, args, kwargs)))
    run.task.add_done_callback(lambda _: _forget(name, run))
    return await _wait(run, lead=True)


def _name_of(attempt: Attempt) -> Name:
    return id(asyncio.get_running_loop()), str(attempt.store.directory), attempt.key.key


async def _compute(step: Step, attempt: Attempt, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    _inside.set(_inside.get() | {_name_of(attempt)})
    step.runs += 1
    attempt.begin()
    started = perf_counter()
    result = await step.function(*args, **kwargs)
    attempt.keep(result, perf_counter() - started)
    return result


async def _wait(run: Run, *, lead: bool = False) -> Any:
    """Wait for *run*; the last one that is cancelled cancels it.

    Args:
        run: the run.
        lead: return its result and raise its exception, which are the leader's alone.
    """
    run.waiting += 1
    try:
        if lead:
            return await asyncio.shield(run.task)
        await asyncio.wait([run.task])
    except asyncio.CancelledError:
        if run.waiting == 1:
            run.task.cancel()
        raise
    finally:
        run.waiting -= 1


def _forget(name: Name, run: Run) -> None:
    if _runs.get(name) is run:
        del _runs[name]
    if not run.task.cancelled():
        run.task.exception()  # seen: the leader may have been cancelled
