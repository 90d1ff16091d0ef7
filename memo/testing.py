"""Helpers for the tests of code that uses steps: a store of its own, and a look at what ran."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from memo.config import overriding
from memo.step.blocks import step_of
from memo.store import Store

__all__ = ["assert_deterministic", "assert_runs", "temporary_store"]

#: Under these two, small sets of words come in different orders more often than under others.
_HASH_SEEDS = (28, 50)


@contextmanager
def temporary_store() -> Iterator[Store]:
    """Let every step keep its results in a store of its own within the block, and remove it afterwards.

    It holds in all threads of the process, also for steps that name a store. Use it in a fixture, so that one test's
    results do not answer in the next one::

        @pytest.fixture(autouse=True)
        def store():
            with memo.testing.temporary_store() as store:
                yield store

    .. versionadded:: 0.1
    """
    with TemporaryDirectory(prefix="memo-") as directory:
        store = Store.shared(directory)
        try:
            with overriding(store=directory):
                yield store
        finally:
            store.close()


@contextmanager
def assert_runs(step: Any, times: int = 1) -> Iterator[None]:
    """Assert that the body of *step* begins so many times within the block, in this process.

    Args:
        step: a function with ``@memoize_step``.
        times: how often; 0 asserts that all of its results come from the store.

    Raises:
        AssertionError: it ran more or less often.
        OptionError: *step* is no step.

    .. versionadded:: 0.1
    """
    inner = step_of("assert_runs", step)
    before = inner.runs
    yield
    runs = inner.runs - before
    if runs != times:
        raise AssertionError(f"{inner.label} ran {_times(runs)} and not {_times(times)}")


def assert_deterministic(step: Any, /, *args: Any, **kwargs: Any) -> None:
    """Assert that *step* returns the same in two new processes, which hash strings in different ways.

    It runs twice, and so does every step that it calls; nothing is looked up and nothing stored. Of a generator the
    items are compared. The step and the arguments have to be picklable; one that is defined within a function is, where
    cloudpickle is installed. What a script runs when it is imported, it runs in both processes.

    Args:
        step: a function with ``@memoize_step``.
        args: the arguments of the call.
        kwargs: likewise.

    Raises:
        AssertionError: the results differ, the keys of the call do, or the call failed.
        OptionError: *step* is no step, or cannot be taken to another process.

    .. versionadded:: 0.1
    """
    from memo.step.processes.fresh import call_in_fresh_processes  # not every test starts processes

    label = step_of("assert_deterministic", step).label
    one, other = call_in_fresh_processes(step, args, kwargs, _HASH_SEEDS)
    for found in (one, other):
        if found.failure:
            raise AssertionError(f"{label} failed in a new process: {found.failure}")
    if one.digest != other.digest:
        raise AssertionError(
            f"{label} is not deterministic: two new processes got different results, {one.digest} and "
            f"{other.digest}{_where(one.tree, other.tree)}"
        )
    if one.key != other.key:
        raise AssertionError(
            f"{label} has another key in each process, {one.key} and {other.key}: "
            f"its arguments, or what its code reads, differ from process to process"
        )


def _where(one: list[Any], other: list[Any]) -> str:
    """Return where two results differ, as far as that is known."""
    from memo.inspection.trees import differing_spots

    places = [f"result{spot.path}" for spot in differing_spots(one, other)] if one and other else []
    return f"; they differ at {', '.join(places)}" if places else ""


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
