"""``with`` blocks in which steps behave otherwise, in all threads of the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from memo.config import overriding
from memo.errors import OptionError
from memo.step.runner import Step


@contextmanager
def disabled() -> Iterator[None]:
    """Let every step run plainly within the block: nothing is looked up and nothing stored.

    It holds in all threads of the process, whatever a decorator says with *enabled*.

    .. versionadded:: 0.1
    """
    with overriding(enabled=False):
        yield


def step_of(caller: str, step: Any) -> Step:
    """Return what is behind a decorated function that *caller* was given.

    Raises:
        OptionError: it is not decorated.
    """
    found = getattr(step, "_step", None)
    if not isinstance(found, Step):
        raise OptionError(caller, repr(step), f"a function with @memoize_step, as in {caller}(train)")
    return found


@contextmanager
def refreshing(*steps: Any) -> Iterator[None]:
    """Let *steps* run within the block although results are stored, and store the new ones.

    It holds in all threads of the process. The environment variable ``MEMO_REFRESH`` does the same for a whole program:
    it holds names of steps, separated by commas, or ``*`` for all.

    Raises:
        OptionError: one of *steps* is no step.

    .. versionadded:: 0.1
    """
    found = [step_of("refreshing", step) for step in steps]
    for inner in found:
        inner.refreshing += 1
    try:
        yield
    finally:
        for inner in found:
            inner.refreshing -= 1
