"""What the code that is being hashed reads of other code beside what that does: docstrings, annotations.

It is known once the code was walked; then functions and classes are hashed together with what is read of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: What a piece of code may read of a function's source apart from running it, and of a class besides its attributes.
DOC, ANNOTATIONS, MEMBERS, SUBCLASSES = "docstrings", "annotations", "order of members", "subclasses"

_reads: ContextVar[frozenset[str]] = ContextVar("memo reads", default=frozenset())


@contextmanager
def reading(what: frozenset[str]) -> Iterator[None]:
    """Hash functions and classes together with those of ``DOC`` and ``ANNOTATIONS`` that something reads."""
    token = _reads.set(_reads.get() | what)
    try:
        yield
    finally:
        _reads.reset(token)


def is_read() -> frozenset[str]:
    """Return which of ``DOC`` and ``ANNOTATIONS`` count."""
    return _reads.get()
