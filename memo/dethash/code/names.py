"""Which names outside itself a function reads, through which attributes, and which it assigns or fills."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

from memo.dethash.code.scopes import INSIDE, Dotted, Import, Scan, Scope, parameter_names


class Chain(NamedTuple):
    """A name outside the function, or what the function imports, and the attributes that are read from it."""

    root: str | Import
    attributes: tuple[str, ...] = ()


class Fill(NamedTuple):
    """What is filled: by subscript (``[]``), or by a method or function that changes builtin containers."""

    chain: Chain
    how: str


class Uses(NamedTuple):
    """What a function does with names that are not its own."""

    reads: frozenset[Chain] = frozenset()
    #: What it assigns or deletes: a name, or an attribute.
    stores: frozenset[Chain] = frozenset()
    #: What it assigns attributes to.
    holders: frozenset[Chain] = frozenset()
    #: What it calls.
    calls: frozenset[Chain] = frozenset()
    fills: frozenset[Fill] = frozenset()
    #: Everything that it imports.
    imports: frozenset[Import] = frozenset()
    #: The parameters that it fills: a mutable default may be its memory.
    filled_parameters: frozenset[str] = frozenset()
    #: The attributes of its first parameter that it fills, or (as a class method does) assigns: a class may be its
    #: memory.
    filled_attributes: frozenset[str] = frozenset()
    assigned_attributes: frozenset[str] = frozenset()
    #: The attributes of its first parameter that it reads: methods that it calls are among them.
    read_attributes: frozenset[str] = frozenset()


def uses_of(node: Any, owner: str | None = None) -> Uses:
    """Return what a function does with names that are not its own.

    Args:
        node: the function or lambda; its decorators, defaults and annotations are not part of what it does.
        owner: the class around it, for private names.
    """
    scan, root = Scan(), Scope("function")
    scan.run_body(node, root)
    return _uses(scan, root, parameter_names(node), owner)


def uses_of_statement(node: ast.AST) -> Uses:
    """Return what a module's statement, or an expression in one, reads; what it assigns is outside, too."""
    scan, root = Scan(), Scope("class")
    scan.run(node, root)
    return _uses(scan, root, [], None)


def _uses(scan: Scan, root: Scope, parameters: list[str], owner: str | None) -> Uses:
    def chains(place: Scope, dotted: Dotted) -> Iterator[Chain]:
        name, *attributes = _mangled(dotted, owner)
        home = place.find(dotted[0])
        if home is None or (home.kind == "class" and home is place):  # a class body may read a global of the same name
            yield Chain(name, tuple(attributes))
        for holder in [home] if home is not None else scan.importing(dotted[0]):
            yield from (Chain(found, tuple(attributes)) for found in holder.imports.get(dotted[0], ()))

    def of_parameter(place: Scope, dotted: Dotted, names: list[str], length: int) -> bool:
        return dotted[0] in names and len(dotted) == length and place.find(dotted[0]) is root

    first = parameters[:1]
    itself = [(place, dotted) for place, dotted, how in scan.fills if not how.startswith(INSIDE)]
    return Uses(
        reads=frozenset(chain for place, dotted in scan.reads for chain in chains(place, dotted)),
        stores=frozenset(chain for place, dotted in scan.stores for chain in chains(place, dotted)),
        holders=frozenset(chain for place, dotted in scan.holders for chain in chains(place, dotted)),
        calls=frozenset(chain for place, dotted in scan.calls for chain in chains(place, dotted)),
        fills=frozenset(Fill(chain, how) for place, dotted, how in scan.fills for chain in chains(place, dotted)),
        imports=frozenset(scan.imports),
        filled_parameters=frozenset(
            dotted[0] for place, dotted in itself if of_parameter(place, dotted, parameters, 1)
        ),
        filled_attributes=frozenset(dotted[1] for place, dotted in itself if of_parameter(place, dotted, first, 2)),
        assigned_attributes=frozenset(
            dotted[1] for place, dotted in scan.stores if of_parameter(place, dotted, first, 2)
        ),
        read_attributes=frozenset(
            dotted[1] for place, dotted in scan.reads if of_parameter(place, dotted[:2], first, 2)
        ),
    )


def names_in(node: ast.AST) -> frozenset[str]:
    """Return every name that *node* loads, imports or reads as an attribute, at any depth."""
    return frozenset(name for part in ast.walk(node) for name in _names_of(part))


def _names_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield node.attr
    elif isinstance(node, ast.alias):
        yield node.name


def _mangled(dotted: Dotted, owner: str | None) -> Dotted:
    """Return the names as the compiler spells private ones inside the class *owner*."""
    if owner is None or not owner.strip("_"):
        return dotted
    prefix = f"_{owner.lstrip('_')}"
    return tuple(prefix + name if name.startswith("__") and not name.endswith("__") else name for name in dotted)
