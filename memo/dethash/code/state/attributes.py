"""What a global instance keeps for itself: the attributes that its methods change when the code calls them.

A counter, a memo or a connection inside of an instance is state, as a global that the code fills is. What a method
changes that the code does not call, as ``fit`` in ``MODEL.predict(x)``, is no state: there it is the value that counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from memo.dethash.node import Apart
from memo.dethash.plans import plan_for
from memo.dethash.registry import Kind


@dataclass
class Changes:
    """What code does with an instance: the attributes that it changes, and how it uses the others."""

    state: set[str] = field(default_factory=set)
    #: The methods and attributes that are used of an attribute.
    used: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: What is changed in an attribute.
    inside: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: The attributes that are used in other ways.
    whole: set[str] = field(default_factory=set)


def changed_by(cls: type, methods: Iterable[str]) -> frozenset[str]:
    """Return the attributes of *cls*'s instances that *methods*, and the methods that they call, assign or fill."""
    return frozenset(_changes(cls, methods).state)


def _changes(cls: type, methods: Iterable[str]) -> Changes:
    from memo.dethash.code.functions import analyse
    from memo.dethash.code.state.changes import filled_attributes
    from memo.dethash.code.state.empty import starts_empty_in  # as below

    found = Changes()
    seen: set[str] = set()
    pending = set(methods)
    while pending:
        name = pending.pop()
        seen.add(name)
        for function in _functions(cls, name):
            uses = analyse(function).uses
            found.state |= uses.assigned_attributes | uses.filled_attributes
            found.state |= {name for name in filled_attributes(function) if starts_empty_in(cls, name)}
            for attribute, inner in uses.used_inside:
                found.used[attribute].add(inner)
            for attribute, inner in uses.changed_inside:
                found.inside[attribute].add(inner)
            found.whole |= uses.used_whole
            pending |= uses.read_attributes - seen
    return found


def _functions(cls: type, name: str) -> list[FunctionType]:
    """Return what *cls* and its bases, which ``super()`` may call, define as the method or property *name*."""
    found = [vars(base)[name] for base in cls.__mro__ if name in vars(base)]
    found = [value.fget if isinstance(value, property) else value for value in found]
    return [value for value in found if isinstance(value, FunctionType)]


def apart_from_state(
    value: Any, methods: Iterable[str], first: object, changed: Iterable[str] = (), around: tuple[int, ...] = ()
) -> Apart | None:
    """Return what counts of an instance of which the code only calls *methods*; ``None``: all of it does.

    Args:
        value: the instance.
        methods: the methods and properties that are used.
        first: what stands for the value that the variable had at first, from which its state began.
        changed: attributes that the code changes itself.
        around: the ids of the instances that it is in.
    """
    cls = type(value)
    plan = plan_for(cls)
    if plan.kind is not Kind.ATTRIBUTES or id(value) in around:
        return None
    found = _changes(cls, methods)
    found.state.update(changed)
    others: dict[Any, object] = {}
    for name, held in plan.attributes(value).items():
        if name in found.state:
            continue
        used, inside = found.used[name], found.inside[name]
        within = None if name in found.whole or not used | inside else (used, None, inside, (*around, id(value)))
        others[name] = (apart_from_state(held, *within) if within is not None else None) or held
    if not found.state and not any(type(held) is Apart for held in others.values()):
        return None
    return Apart(value, tuple(sorted(found.state)), others, first)
