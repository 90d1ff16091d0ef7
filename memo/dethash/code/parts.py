"""What values are made of: if each part is the object that it was, and is looked at by itself, nothing has changed."""

from __future__ import annotations

import functools
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from memo.dethash.plans import Plans
from memo.dethash.registry import Kind, defines

Parts = Callable[[Any], list[Any]]


def entries(mapping: Any) -> list[Any]:
    """Return the keys and values of a mapping."""
    return [*mapping.keys(), *mapping.values()]


def _partial(value: Any) -> list[Any]:
    return [value.func, *value.args, *entries(value.keywords), *entries(vars(value))]


#: By exact type; what C code keeps where nobody can look is not here, and is hashed again.
_BY_TYPE: dict[type, Parts] = {
    list: list,
    set: list,
    deque: list,
    dict: entries,
    MappingProxyType: entries,
    OrderedDict: entries,
    Counter: entries,
    defaultdict: lambda value: [value.default_factory, *entries(value)],
    functools.partial: _partial,
    functools.partialmethod: _partial,
    functools.cached_property: lambda value: [value.func],
    functools.singledispatchmethod: lambda value: entries(value.dispatcher.registry),
    type(functools.lru_cache(len)): lambda value: [value.__wrapped__],
}
#: By base class, for all that derive from it; filled by encoder files.
FAMILIES: dict[type, Parts] = {}


def parts_of(plans: Plans, cls: type) -> Parts | None:
    """Return what lists the parts of *cls*'s values; ``None`` if comparing them does not tell all."""
    known = _BY_TYPE.get(cls)
    if known is not None:
        return known
    if defines(cls, "__det_code__"):
        return _code_of
    for base in cls.__mro__:
        if base in FAMILIES:
            return FAMILIES[base]
    if plans.kind(cls)[0] is Kind.ATTRIBUTES:
        read = plans.attributes[cls]
        return lambda value: [type(value), *entries(read(value))]
    if issubclass(cls, tuple | frozenset):  # what is in it never changes, but a subclass may have attributes
        return lambda value: entries(vars(value))
    return None


def _code_of(step: Any) -> list[Any]:
    """Return what a step says that it does: a function to be compared, or text that stands for one."""
    given = step.__det_code__()
    return [sys.intern(part) if type(part) is str else part for part in given] if isinstance(given, tuple) else [given]
