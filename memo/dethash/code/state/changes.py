"""Which variables code assigns or fills: by their own names, by local ones, or through what it hands them to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from memo.dethash.code.bindings import Found, Look, follow, look_in_function
from memo.dethash.code.party import is_first_party
from memo.dethash.code.state.containers import CONTAINERS
from memo.dethash.code.syntax.names import Chain, Handed, Uses
from memo.dethash.code.syntax.scan import INSIDE
from memo.dethash.node import CONTENT, Place, Variable


def rebinds_of(
    uses: Uses, look: Look, namespace: dict[str, Any], starts_empty: Callable[[Variable], bool] = lambda _: True
) -> frozenset[Place]:
    """Return the variables that a piece of code assigns or fills, and the containers that it fills.

    Args:
        uses: what it does with names.
        look: returns the value of a name and the variable that holds it.
        namespace: its globals.
        starts_empty: says of what is filled by another name whether it is the code's own to fill.
    """
    return frozenset([*_assigned(uses, look, namespace), *_filled(uses, look, namespace, starts_empty)])


def _assigned(uses: Uses, look: Look, namespace: dict[str, Any]) -> Iterator[Place]:
    for chain in uses.stores:
        if not chain.attributes:
            found = look(chain.root) if isinstance(chain.root, str) else None
            if found is not None and found[1] is not None:
                yield found[1].place
            elif isinstance(chain.root, str):
                yield id(namespace), chain.root
            continue
        holder = follow(Chain(chain.root, chain.attributes[:-1]), look, namespace)
        if holder is not None and not holder.rest:
            inside = vars(holder.value) if isinstance(holder.value, ModuleType) else holder.value
            yield id(inside), chain.attributes[-1]


def _filled(
    uses: Uses, look: Look, namespace: dict[str, Any], starts_empty: Callable[[Variable], bool]
) -> Iterator[Place]:
    for chain, how, by_another_name in uses.fills:
        found = _variable(chain, look, namespace)
        if found is None or found.variable is None:
            continue
        value, variable = found.value, found.variable
        if how != "[]" and not (_has_containers(value) if how.startswith(INSIDE) else _is_container(value)):
            continue
        if not by_another_name or starts_empty(variable):
            yield id(value), CONTENT
            if not _is_container(value):  # one is known by itself
                yield variable.place
    for handed in uses.handed:
        found = _variable(handed.what, look, namespace) if isinstance(handed.what, Chain) else None
        if found is None or found.variable is None or not _is_container(found.value):
            continue
        if is_filled(handed, look, namespace) and starts_empty(found.variable):
            yield id(found.value), CONTENT


def _variable(chain: Chain, look: Look, namespace: dict[str, Any]) -> Found | None:
    """Return where *chain* leads, if that is a variable or an attribute."""
    found = follow(chain, look, namespace)
    if found is not None and isinstance(found.value, type) and len(found.rest) == 1:
        return _class_attribute(found.value, found.rest[0])
    return None if found is None or found.rest else found


def is_filled(handed: Handed, look: Look, namespace: dict[str, Any], seen: frozenset[Any] = frozenset()) -> bool:
    """Say whether a function fills what it is handed, itself or through another one."""
    found = follow(handed.function, look, namespace)
    function = None if found is None or found.rest else found.value
    if type(function) is not FunctionType or (function, handed.parameter) in seen or not is_first_party(function):
        return False
    from memo.dethash.code.functions import analyse  # it uses this file

    name, code, uses = handed.parameter, function.__code__, analyse(function).uses
    if isinstance(name, int):
        name = code.co_varnames[name] if name < code.co_argcount else ""
    if name not in uses.kept_parameters:
        return False
    inside = look_in_function(function)
    return name in uses.filled_parameters or any(
        is_filled(other, inside, function.__globals__, seen | {(function, handed.parameter)})
        for other in uses.handed
        if other.what == (name,)
    )


def filled_attributes(function: FunctionType) -> frozenset[str]:
    """Return the attributes of a method's instance that it fills by another name, or hands to what fills them."""
    from memo.dethash.code.functions import analyse  # as above

    uses, look = analyse(function).uses, look_in_function(function)
    itself = function.__code__.co_varnames[:1]
    handed = [each for each in uses.handed if len(each.what) == 2 and each.what[:1] == itself]
    filled = [str(each.what[1]) for each in handed if is_filled(each, look, function.__globals__)]
    return uses.filled_by_another_name.union(filled)


def _is_container(value: object) -> bool:
    return type(value) in CONTAINERS


def _has_containers(value: Any) -> bool:
    """Say whether what can be found in *value* by subscript is filled in place, as the lists in a dict are."""
    if type(value) is defaultdict and value.default_factory in CONTAINERS:
        return True
    return _is_container(value) and any(map(_is_container, value.values() if isinstance(value, dict) else value))


def _class_attribute(cls: type, name: str) -> Found | None:
    for base in cls.__mro__:
        if name in vars(base):
            return Found(name, vars(base)[name], Variable(base, name), ())
    return None
