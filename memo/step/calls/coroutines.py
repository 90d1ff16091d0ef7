"""Calls of coroutine functions: concurrent ones with one key wait for one run; who stops waiting stops alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from memo.step.callables import bearing_name
from memo.step.calls.verifying import verify_coroutine
from memo.typing import MISSING

if TYPE_CHECKING:
    from memo.step.calls.attempt import Attempt
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


def drive_coroutine(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any], look: bool) -> Any:
    """Return a coroutine of the stored result of a coroutine function's call, or one that awaits it and keeps it."""
    return bearing_name(_drive(step, args, kwargs, look), step.function)


async def _drive(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any], look: bool) -> Any:
    attempt = step.prepare(args, kwargs)
    if attempt is None:
        step.runs += 1
        return await step.function(*args, **kwargs)
    found = attempt.find(doubt=True) if look else MISSING
    if found is not MISSING:
        return await verify_coroutine(step, attempt, found, args, kwargs) if attempt.is_doubted else found
    name, wait = _name_of(attempt), step.patience(attempt)
    if name in _inside.get() or (look and wait is None):
        return await _run(step, attempt, args, kwargs)
    deadline = perf_counter() + (wait or 0.0)
    while look and (run := _runs.get(name)) is not None:
        if not await _wait(run, deadline - perf_counter()):
            return await _run(step, attempt, args, kwargs)
        found = attempt.find()  # each caller gets an object of its own, and where there is none runs itself
        if found is not MISSING:
            return found
    task = asyncio.create_task(_compute(step, attempt, args, kwargs, deadline if look else None))
    run = _runs[name] = Run(task)
    task.add_done_callback(lambda _: _forget(name, run))
    return await _lead(run)


def _name_of(attempt: Attempt) -> Name:
    return id(asyncio.get_running_loop()), str(attempt.store.directory), attempt.key.key


async def _compute(
    step: Step, attempt: Attempt, args: tuple[Any, ...], kwargs: dict[str, Any], deadline: float | None
) -> Any:
    """Run the body in this task, once there is the claim to it; without a *deadline* at once."""
    _inside.set(_inside.get() | {_name_of(attempt)})
    if deadline is None:
        return await _run(step, attempt, args, kwargs)
    with attempt.claim() as claim, claim:
        for pause in claim.pauses(deadline - perf_counter()):
            await asyncio.sleep(pause)
        if claim.is_held:
            found = attempt.find()  # by now another thread or process may have computed it
            if found is not MISSING:
                return found
        return await _run(step, attempt, args, kwargs)


async def _run(step: Step, attempt: Attempt, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    step.runs += 1
    attempt.begin()
    started = perf_counter()
    try:
        with attempt.recorded():
            result = await step.function(*args, **kwargs)
    except attempt.exceptions as error:
        attempt.keep_raised(error, perf_counter() - started)
        raise
    attempt.keep(result, perf_counter() - started)
    return result


async def _lead(run: Run) -> Any:
    """Return the result of *run*, or raise its exception: they are the leader's alone."""
    with _interest(run):
        return await asyncio.shield(run.task)


async def _wait(run: Run, seconds: float) -> bool:
    """Wait for *run*, at most so many *seconds*, and say whether it has ended."""
    with _interest(run):
        ended, _ = await asyncio.wait([run.task], timeout=max(seconds, 0.0))
    return bool(ended)


@contextmanager
def _interest(run: Run) -> Iterator[None]:
    """Wait for *run*; the last one that is cancelled cancels it."""
    run.waiting += 1
    try:
        yield
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
