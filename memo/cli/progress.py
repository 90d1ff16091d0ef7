"""A bar for what takes long, where somebody looks."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from memo.store import Store


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], object]]:
    """Show on a terminal how much of *total* is done; yield what is told each time that more is.

    It goes to standard error, so that it is never among the answers.
    """
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda amount: None  # noqa: ARG005 - nobody looks
        return
    with click.progressbar(length=max(total, 1), label=label, file=sys.stderr) as bar:
        yield bar.update


def progress_of_entries(store: Store) -> AbstractContextManager[Callable[[int], object]]:
    """Show how many of a store's entries were looked at."""
    return progress("looking", sum(count for _, count, _ in store.totals()))
