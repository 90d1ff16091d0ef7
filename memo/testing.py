"""Helpers for the tests of code that uses steps: a store of its own, and a look at what ran."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from memo.config import overriding
from memo.step.blocks import step_of
from memo.store import Store

__all__ = ["assert_runs", "temporary_store"]


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


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
