"""Tell what holds a lock or a connection that it lives in a forked child now."""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class ForkAware(Protocol):
    """What must not be used as it is after a fork."""

    def after_fork(self) -> None:
        """Begin anew: the locks may be held by threads that are gone, the connections are the parent's."""


_aware: weakref.WeakSet[ForkAware] = weakref.WeakSet()
# SQLite wants a parent's connection neither used nor closed in a child, so it must not be garbage there either.
_inherited: list[object] = []


def watch_forks(thing: ForkAware) -> None:
    """Call *thing*'s ``after_fork()`` in every child that is forked while *thing* lives."""
    _aware.add(thing)


def leave_to_parent(connection: object) -> None:
    """Keep an inherited *connection* from being closed by the garbage collector."""
    if connection is not None:
        _inherited.append(connection)


def _in_child() -> None:
    for thing in list(_aware):
        thing.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_in_child)
