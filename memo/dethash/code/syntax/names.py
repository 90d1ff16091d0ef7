"""Which names outside itself a function reads, through which attributes, and which it assigns or fills."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from memo.dethash.code.syntax.expressions import Dotted, dotted_of_getattr, parameter_names
from memo.dethash.code.syntax.scan import INSIDE, MUTATORS, Scan
from memo.dethash.code.syntax.scope import Import, Scope


class Chain(NamedTuple):
    """A name outside the function, or what the function imports, and the attributes that are read from it."""

    root: str | Import
    attributes: tuple[str, ...] = ()


class Fill(NamedTuple):
    """What is filled: by subscript (``[]``), or by a method or function that changes builtin containers."""

    chain: Chain
    how: str
    #: By another name: a local one, or a parameter of what it is handed to.
    by_another_name: bool = False


class Handed(NamedTuple):
    """What is handed to a function, which may fill it."""

    function: Chain
    #: The parameter's place or name.
    parameter: int | str
    #: A name outside, or one of the function's own parameters and an attribute.
    what: Chain | Dotted


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
    handed: frozenset[Handed] = frozenset()
    #: The parameters that it fills: a mutable default may be its memory.
    filled_parameters: frozenset[str] = frozenset()
    #: Those that it never binds to anything else.
    kept_parameters: frozenset[str] = frozenset()
    #: The attributes of its first parameter that it fills, or (as a class method does) assigns: a class may be its
    #: memory.
    filled_attributes: frozenset[str] = frozenset()
    assigned_attributes: frozenset[str] = frozenset()
    #: The attributes of its first parameter that it fills by a local name.
    filled_by_another_name: frozenset[str] = frozenset()
    #: The attributes of its first parameter's class that it fills or assigns.
    filled_in_class: frozenset[str] = frozenset()
    assigned_in_class: frozenset[str] = frozenset()
    #: The attributes of its first parameter that it reads: methods that it calls are among them.
    read_attributes: frozenset[str] = frozenset()
    #: What it reads of these, what it assigns or fills in there, and those that it uses in other ways.
    used_inside: frozenset[tuple[str, str]] = frozenset()
    changed_inside: frozenset[tuple[str, str]] = frozenset()
    used_whole: frozenset[str] = frozenset()


def uses_of(node: Any, owner: str | None = None) -> Uses:
    """Return what a function does with names that are not its own.

    Args:
        node: the function or lambda; its decorators, defaults and annotations are not part of what it does.
        owner: the class around it, for private names.
    """
    scan, root = Scan(), Scope("function")
    scan.run_body(node, root)
    return _uses(scan, root, parameter_names(node), owner)


def own_names(node: Any) -> set[str]:
    """Return the names that belong to a function: its parameters, and what it binds."""
    root = Scope("function")
    Scan().run_body(node, root)
    return root.own - root.declared_global


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

    def of_first(found: Iterable[tuple[Scope, Dotted]], *between: str) -> frozenset[str]:
        """Return the attributes of the first parameter, or with *between* its class's, among what was found."""
        length = len(between) + 2
        return frozenset(
            _mangled(dotted, owner)[-1]
            for place, dotted in found
            if len(dotted) == length and dotted[:-1] == (*parameters[:1], *between) and place.find(dotted[0]) is root
        )

    def inside(found: Iterable[tuple[Scope, Dotted]]) -> frozenset[tuple[str, str]]:
        """Return the attributes of the first parameter with those of them that were found."""
        mangled = [
            _mangled(dotted, owner)
            for place, dotted in found
            if len(dotted) > 2 and dotted[:1] == tuple(parameters[:1]) and place.find(dotted[0]) is root
        ]
        return frozenset((dotted[1], dotted[2]) for dotted in mangled)

    meant = _meant(scan)
    kept = frozenset(name for name in parameters if len(root.bound[name]) == 1)
    fills = [(place, dotted) for place, dotted, how in scan.fills if not how.startswith(INSIDE)]
    other_fills = [(place, dotted) for place, dotted, how in meant.fills if not how.startswith(INSIDE)]
    reads = [*scan.reads, *scan.mentions] if scan.is_queried else scan.reads
    of_attributes = [(place, dotted[:2]) for place, dotted in scan.reads if len(dotted) > 1]
    return Uses(
        reads=frozenset(chain for place, dotted in reads for chain in chains(place, dotted)),
        stores=frozenset(chain for place, dotted in [*scan.stores, *meant.stores] for chain in chains(place, dotted)),
        holders=frozenset(
            chain for place, dotted in [*scan.holders, *meant.holders] for chain in chains(place, dotted)
        ),
        calls=frozenset(chain for place, dotted in scan.calls for chain in chains(place, dotted)),
        fills=frozenset(
            Fill(chain, how, found is meant)
            for found in (scan, meant)
            for place, dotted, how in found.fills
            for chain in chains(place, dotted)
        ),
        imports=frozenset(scan.imports),
        handed=frozenset(
            Handed(function, parameter, what)
            for place, called, parameter, dotted in scan.handed
            for function in chains(place, called)
            for what in _what(*place.meant(dotted), chains, root)
        ),
        filled_parameters=frozenset(
            dotted[0]
            for place, dotted in [*fills, *other_fills]
            if dotted[0] in parameters and len(dotted) == 1 and place.find(dotted[0]) is root
        ),
        kept_parameters=kept,
        filled_attributes=of_first(fills),
        assigned_attributes=of_first([*scan.stores, *meant.stores]),
        filled_by_another_name=of_first(other_fills),
        filled_in_class=of_first([*fills, *other_fills], "__class__"),
        assigned_in_class=of_first([*scan.stores, *meant.stores], "__class__"),
        read_attributes=of_first(of_attributes),
        used_inside=inside(scan.reads) | {(name, "__call__") for name in of_first(scan.calls)},
        changed_inside=inside([*scan.stores, *meant.stores, *fills, *other_fills]),
        used_whole=_used_whole(scan, of_first),
    )


def _used_whole(scan: Scan, of_first: Callable[[Iterable[tuple[Scope, Dotted]]], frozenset[str]]) -> frozenset[str]:
    """Return the attributes of the first parameter that are read more often than they are called."""
    read, called = Counter(scan.reads), Counter(scan.calls)
    return of_first(read - called)


def _meant(scan: Scan) -> Scan:
    """Return what is assigned and filled by local names of something else: ``self.seen`` after ``seen = self.seen``."""
    found = Scan()
    found.stores = [place.meant(dotted) for place, dotted in scan.stores if len(dotted) > 1]
    found.holders = [place.meant(dotted) for place, dotted in scan.holders]
    for place, dotted, how in scan.fills:
        home, name = place.meant(dotted)
        if name != dotted:
            found.fills.append((home, name, how))
    for place, dotted in scan.calls:
        home, name = place.meant(dotted)
        if len(name) > max(len(dotted), 1) and name[-1] in MUTATORS:
            found.fills.append((home, name[:-1], name[-1]))
    return found


def _what(
    place: Scope, dotted: Dotted, chains: Callable[[Scope, Dotted], Iterator[Chain]], root: Scope
) -> Iterator[Chain | Dotted]:
    if place.find(dotted[0]) is root:
        yield dotted
    else:
        yield from chains(place, dotted)


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
    elif isinstance(node, ast.Call) and (dotted := dotted_of_getattr(node)) is not None:
        yield dotted[-1]


def _mangled(dotted: Dotted, owner: str | None) -> Dotted:
    """Return the names as the compiler spells private ones inside the class *owner*."""
    if owner is None or not owner.strip("_"):
        return dotted
    prefix = f"_{owner.lstrip('_')}"
    return tuple(prefix + name if name.startswith("__") and not name.endswith("__") else name for name in dotted)
