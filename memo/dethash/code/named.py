"""What is not the user's own: it counts by name and, if a distribution installed it, by that distribution's version."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.code.party import Party, party_of, party_of_module
from memo.dethash.node import Node

UNBOUND = ("unbound",)


def named(party: Party, name: str) -> Node:
    """Return the node of something called *name*, a dotted name with its module's."""
    if party.kind == "third":
        return Node(("external",), (party.distribution, party.version, name))
    return Node(("standard" if party.kind == "standard" else party.kind,), (name,))


def named_module(name: str) -> Node:
    """Return the node of a module that is not followed."""
    party = party_of_module(name)
    return named(party, _public(name) if party.kind == "standard" else name)


def named_object(value: Any) -> Node | None:
    """Return the node of a function, class or method that its module, not the user's own, has under its name.

    ``None`` for what is made at run time, such as a closure: its name does not tell which one it is.
    """
    module, qualname = home_of(value)
    party = party_of_module(module)
    if party.kind in ("first", "unknown") or look_up(module, qualname) is not value:
        return None
    return named(party, object_name(module, qualname, party))


def object_name(module: str, qualname: str, party: Party) -> str:
    """Return the dotted name of an object; for the standard library without the private modules, which come and go."""
    return f"{_public(module).partition('.')[0] if party.kind == 'standard' else module}.{qualname}"


def home_of(value: Any) -> tuple[str, str]:
    """Return the names of the module that *value* comes from and of *value* in it."""
    module = attribute(value, "__module__")
    if not isinstance(module, str):  # a method of an object that C code made
        owner = attribute(value, "__self__")
        module = owner.__name__ if isinstance(owner, ModuleType) else type(owner).__module__
    name = attribute(value, "__qualname__") or attribute(value, "__name__", "")
    if attribute(value, "__self__") is not None:  # a module's shortcut, such as random.random
        name = attribute(value, "__name__", name)
    return str(module), str(name)


def look_up(module: str, qualname: str) -> object:
    """Return what *module*, if it is loaded, has under *qualname*."""
    found: Any = sys.modules.get(module)
    for part in qualname.split("."):
        try:
            found = vars(found).get(part)
        except TypeError:
            return None
        if found is None:
            return None
    return found


def _public(module: str) -> str:
    return module.lstrip("_")


def party_name(value: Any) -> tuple[Party, str]:
    """Return whose *value* is, and its dotted name."""
    module, qualname = home_of(value)
    party = party_of(value)
    return party, object_name(module, qualname, party)
