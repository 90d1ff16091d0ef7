"""Forks: not while a thread is within SQLite, and what holds a lock or a connection is told that it is in a child now.

SQLite has locks of its own, for the whole process. A child that is forked while another thread has one of them waits
for it for ever when it opens a database. So a fork waits for the locks under which SQLite is called.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from typing import Any, Final, Protocol, runtime_checkable

#: Seconds that a fork waits at most: for longer nobody waits for a database, see :mod:`memo.store.database.patience`.
LONGEST: Final = 3.0


class ForkAware(Protocol):
    """What must not be used as it is after a fork."""

    def after_fork(self) -> None:
        """Begin anew: the locks may be held by threads that are gone, the connections are the parent's."""


@runtime_checkable
class Connected(Protocol):
    """What has a connection to a database, and its lock held whenever SQLite is called."""

    _connection: Any
    _lock: Any


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


class _Held(threading.local):
    """The locks that this thread has taken for a fork."""

    def __init__(self) -> None:
        self.locks: list[Any] = []


_held = _Held()


def _before() -> None:
    deadline = time.monotonic() + LONGEST
    for lock in [thing._lock for thing in list(_aware) if isinstance(thing, Connected)]:  # noqa: SLF001
        if lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            _held.locks.append(lock)


def _in_parent() -> None:
    while _held.locks:
        _held.locks.pop().release()


def _in_child() -> None:
    _held.locks.clear()
    for thing in list(_aware):
        thing.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
