"""What an import statement inside a function gives, whether or not it has run yet.

First-party modules are imported, as running the function would do; others are named by their distribution, without
running any of their code. So a key does not depend on what happens to be imported yet.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from importlib.util import resolve_name
from types import ModuleType
from typing import Any

from memo.dethash.code.named import UNBOUND, named, named_module
from memo.dethash.code.party import is_first_party, party_of_module
from memo.dethash.code.syntax.scope import Import
from memo.dethash.node import Node, Variable


def resolve_import(found: Import, namespace: dict[str, Any]) -> tuple[object, Variable | None]:
    """Return what *found* is bound to in a function with the globals *namespace*, and the variable that holds it."""
    name = _absolute(found, namespace)
    party = party_of_module(name)
    if party.kind == "unknown":
        return Node(UNBOUND), None
    if party.kind != "first":
        return (named(party, f"{name}.{found.name}") if found.name else named_module(name)), None
    module = first_party_module(name)
    if module is None:
        return Node(UNBOUND), None
    return (module, None) if found.name is None else attribute_of_module(module, found.name)


def imported_modules(imports: Iterable[Import], namespace: dict[str, Any]) -> list[str]:
    """Return the full names of the first-party modules among *imports* of a function with the globals *namespace*."""
    names = (_absolute(found, namespace) for found in imports)
    return [name for name in names if name and party_of_module(name).kind == "first"]


def attribute_of_module(module: ModuleType, name: str) -> tuple[object, Variable | None]:
    """Return what a first-party module has under *name*: a variable, a submodule, or what its ``__getattr__`` says."""
    variables = vars(module)
    if name in variables:
        return variables[name], Variable(variables, name)
    if "__path__" in variables:
        dotted = f"{module.__name__}.{name}"
        party = party_of_module(dotted)
        submodule = first_party_module(dotted) if party.kind == "first" else None
        if submodule is not None:
            return submodule, None
    if type(module) is not ModuleType and is_first_party(type(module)):
        return type(module), None  # its properties, for one
    if "__getattr__" in variables:
        try:
            return getattr(module, name), None
        except Exception:  # noqa: BLE001  the user's own; running the function would raise it, too
            return Node(UNBOUND), None
    return Node(UNBOUND), None


def first_party_module(name: str) -> ModuleType | None:
    """Import a first-party module; ``None`` if that fails, as it would in the function."""
    module = sys.modules.get(name)
    if module is not None:
        return module
    try:
        return import_module(name)
    except Exception:  # noqa: BLE001  whatever a module of the user's raises
        return None


def _absolute(found: Import, namespace: dict[str, Any]) -> str:
    if not found.level:
        return found.module
    package = namespace.get("__package__")
    if not package:
        name = str(namespace.get("__name__", ""))
        package = name if "__path__" in namespace else name.rpartition(".")[0]
    try:
        return resolve_name("." * found.level + found.module, package)
    except ImportError:
        return ""
