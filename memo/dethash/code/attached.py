"""What the user's own code has put into modules and classes that are not theirs: replaced functions, accessors."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from types import FunctionType, MethodType, ModuleType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.code.given import unwrapped
from memo.dethash.code.named import look_up
from memo.dethash.code.party import party_of, party_of_module
from memo.dethash.node import Binding, Variable

#: Classes that get accessors and methods of one's own, which code uses without naming the class.
_HOSTS = {
    "matplotlib": ("axes.Axes", "figure.Figure"),
    "pandas": ("DataFrame", "Index", "Series"),
    "polars": ("DataFrame", "Expr", "LazyFrame", "Series"),
    "sklearn": ("base.BaseEstimator",),
    "torch": ("Tensor", "nn.Module"),
    "xarray": ("DataArray", "Dataset"),
}


def held_by_module(module: Any, names: Sequence[str]) -> list[tuple[Variable, object]]:
    """Return what a module of somebody else has under *names*, to the first function, class or other callable.

    That may be the user's own in the end, put in the place of what was there; or it may be replaced later.
    """
    trail: list[tuple[Variable, object]] = []
    for name in names:
        space = vars(module)
        module = space.get(name)
        trail.append((Variable(space, name), module))
        if not isinstance(module, ModuleType):
            return trail if callable(module) else []
    return []


def put_into_classes(names: frozenset[str], namespace: dict[str, Any]) -> Iterator[Binding]:
    """Iterate over what classes of installed packages have of the user's own under one of *names*.

    Args:
        names: the names that a function reads, those of attributes among them.
        namespace: its globals: the classes that it names are looked at, and those that many packages add to.
    """
    named = [namespace[name] for name in names & namespace.keys()]
    found: dict[str, Binding] = {}
    for cls in [*_hosts(), *(value for value in named if isinstance(value, type))]:  # some cannot be in a set
        library = cls.__module__.partition(".")[0]
        for name in names & vars(cls).keys():
            held = vars(cls)[name]
            if type(held) is FunctionType and str(held.__globals__.get("__name__")).partition(".")[0] == library:
                continue  # most of them, told apart fast
            own = [value for value in _inside(held) if is_own(value)]
            if own and party_of(cls).kind == "third":
                label = f"{cls.__module__}.{cls.__qualname__}.{name}"
                found[label] = Binding(label, own, trail=((Variable(cls, name), held),))
    yield from (found[label] for label in sorted(found))


def _hosts() -> Iterator[type]:
    for library, classes in _HOSTS.items():
        if library in sys.modules:
            for name in classes:
                cls = look_up(library, name)
                if isinstance(cls, type):
                    yield cls


def _inside(held: object) -> list[object]:
    """Return what may be the user's own in an attribute of a class: the accessor in what hands it out, for one."""
    held = unwrapped(held)
    if isinstance(held, property):
        return [held.fget, held.fset, held.fdel]
    if isinstance(held, type | FunctionType) or party_of_module(type(held).__module__).kind != "third":
        return [held]
    attributes = attribute(held, "__dict__")
    return list(attributes.values()) if isinstance(attributes, dict) else []


def is_own(value: object) -> bool:
    """Say whether *value* is a function, class or callable of the user's own."""
    if isinstance(value, partial):
        value = value.func
    if isinstance(value, MethodType):
        value = value.__func__
    if isinstance(value, type | FunctionType):
        return party_of(value).kind == "first"
    return callable(value) and party_of(type(value)).kind == "first"
