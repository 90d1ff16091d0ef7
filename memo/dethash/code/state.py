"""What a global instance keeps for itself: the attributes that its methods change when the code calls them.

A counter, a memo or a connection inside of an instance is state, as a global that the code fills is. What a method
changes that the code does not call, as ``fit`` in ``MODEL.predict(x)``, is no state: there it is the value that counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import FunctionType
from typing import Any

from memo.dethash.node import Node
from memo.dethash.plans import plan_for
from memo.dethash.registry import Kind

APART = "apart from its state"


def changed_by(cls: type, methods: Iterable[str]) -> frozenset[str]:
    """Return the attributes of *cls*'s instances that *methods*, and the methods that they call, assign or fill."""
    from memo.dethash.code.functions import analyse

    changed: set[str] = set()
    seen: set[str] = set()
    pending = set(methods)
    while pending:
        name = pending.pop()
        seen.add(name)
        for function in _functions(cls, name):
            uses = analyse(function).uses
            changed |= uses.assigned_attributes | uses.filled_attributes
            pending |= uses.read_attributes - seen
    return frozenset(changed)


def _functions(cls: type, name: str) -> list[FunctionType]:
    """Return what *cls* and its bases, which ``super()`` may call, define as the method or property *name*."""
    found = [vars(base)[name] for base in cls.__mro__ if name in vars(base)]
    found = [value.fget if isinstance(value, property) else value for value in found]
    return [value for value in found if isinstance(value, FunctionType)]


def apart_from_state(value: Any, methods: Iterable[str], first: object) -> Node | None:
    """Return what counts of an instance of which the code only calls *methods*; ``None``: all of it does.

    Args:
        value: the instance.
        methods: the methods and properties that are used.
        first: what stands for the value that the variable had at first, from which its state began.
    """
    cls = type(value)
    plan = plan_for(cls)
    if plan.kind is not Kind.ATTRIBUTES:
        return None
    state = changed_by(cls, methods)
    if not state:
        return None
    others = {name: held for name, held in plan.attributes(value).items() if name not in state}
    return Node((APART, cls, *sorted(state)), (others, first), labels=(".", ""))
