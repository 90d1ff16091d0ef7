"""User code that has no end: a ``__reduce__`` or ``__det_hash__`` that makes another object of its kind each time.

What a walk reaches through attributes and items was there before, so it ends. What user code gives may be made anew,
one or many at a time, and then again for each of these.
"""

from __future__ import annotations

from typing import Any

from memo.dethash.columns import children_of
from memo.dethash.instances import NoDigestError
from memo.dethash.plans import ATOMS, Plans
from memo.errors import UnhashableError

#: A walk looks closer every so many levels, at a few of them, and at levels with so many values.
LEVELS = 10_000
_IN_A_ROW = 8
VALUES = 50_000
#: So deep nothing goes that was there before: even a class of its own for each object does not help.
LEVELS_AT_MOST = 300_000
ENDLESS = "what it is made of is made anew each time, and is of its own class again, without end"
#: Parts of two answers that are compared.
_LOOK = 1000


def is_suspicious(level: int, size: int) -> bool:
    """Say whether a walk that comes to its *level*-th level, with *size* values on it, should look closer."""
    return size >= VALUES or (level % LEVELS < _IN_A_ROW and level >= LEVELS)


def makes_another(value: Any) -> bool:
    """Say whether *value*, asked twice what it is made of, answers with two different objects of its own class."""
    cls = type(value)
    plans, other_plans = Plans(), Plans()
    stack = [(value, value)]
    pairs = 0
    while stack and pairs < _LOOK:
        one, other = stack.pop()
        pairs += 1
        try:
            answers = list(zip(children_of(plans, one), children_of(other_plans, other), strict=False))
        except (NoDigestError, UnhashableError):
            continue
        for child, again in answers:
            if child is again or type(child) is not type(again) or type(child) in ATOMS:
                continue
            if type(child) is cls:
                return True
            stack.append((child, again))
    return False
