"""Containers that begin empty: what is in them later has been put there by code that may run again."""

from __future__ import annotations

import ast
from types import CellType, FunctionType

from memo.dethash.code.source.definitions import find_definition
from memo.dethash.code.state.at_import import done_at_import
from memo.dethash.code.state.first_values import set_up
from memo.dethash.code.syntax.expressions import Dotted, dotted_of, pairs_of, parameter_names
from memo.dethash.node import CONTENT, Variable

_CONTAINERS = frozenset({"Counter", "OrderedDict", "bytearray", "defaultdict", "deque", "dict", "list", "set"})


def starts_empty(variable: Variable, function: FunctionType) -> bool:
    """Say whether a container is set up empty, and filled by nothing that runs while modules are imported.

    Args:
        variable: what holds it.
        function: the function that fills it: one around it may be what sets it up.
    """
    holder, name = variable
    if isinstance(holder, CellType):
        held = holder.cell_contents
    elif isinstance(holder, dict | type):
        held = holder[name] if isinstance(holder, dict) else vars(holder)[name]
    else:
        return starts_empty_in(type(holder), name)
    done = done_at_import(lambda other: other is function, is_deep=False)
    return is_set_up_empty(variable, function) and (id(held), CONTENT) not in done


def is_set_up_empty(variable: Variable, function: FunctionType | None = None) -> bool:
    """Say whether the only statement that sets up a variable, it may be of one around *function*, makes it empty."""
    found = set_up(variable, function)
    nodes = [] if found is None else found.nodes
    given = [value for node in nodes for value in _given(node, tuple(variable.name.split(".")))]
    return len(nodes) == len(given) == 1 and _makes_empty(given[0])


def starts_empty_in(cls: type, name: str) -> bool:
    """Say whether each instance of *cls* begins with an empty container as its attribute *name*."""
    values = [value for base in cls.__mro__ for value in _given_in(base, name)]
    return bool(values) and all(map(_makes_empty, values))


def _given_in(cls: type, name: str) -> list[ast.AST]:
    """Return what the ``__init__`` of *cls* assigns to the attribute *name* of an instance."""
    function = vars(cls).get("__init__")
    definition = find_definition(function) if isinstance(function, FunctionType) else None
    if definition is None:
        return []
    name = name.removeprefix(f"_{cls.__name__.lstrip('_')}") if "__" in name else name
    itself = parameter_names(definition.node)[:1]
    return [value for node in ast.walk(definition.node) for value in _given(node, (*itself, name))]


def _given(statement: ast.AST, to: Dotted) -> list[ast.AST]:
    """Return what an assignment gives the variable or attribute *to*."""
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return [statement.value] if dotted_of(statement.target) == to else []
    if not isinstance(statement, ast.Assign):
        return []
    return [value for target, value in pairs_of(statement) if dotted_of(target) == to]


def _makes_empty(expression: ast.AST | None) -> bool:
    if isinstance(expression, ast.Dict):
        return not expression.keys
    if isinstance(expression, ast.List):
        return not expression.elts
    if not isinstance(expression, ast.Call):
        return False
    called = dotted_of(expression.func) or ("",)
    # What a defaultdict makes, or the length of a deque, is said in the statement, which counts.
    given = [] if called[-1] == "defaultdict" else expression.args
    return called[-1] in _CONTAINERS and all(map(_makes_empty, given))
