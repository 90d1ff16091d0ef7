"""What a module first put into a variable that code then changes: the statements that do so, not what is there now."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from types import FunctionType
from typing import Any

from memo.dethash.code.bindings import bindings_of, look_in_globals
from memo.dethash.code.definitions import find_definition, index_of
from memo.dethash.code.fields import find_class, namespace_of
from memo.dethash.code.names import uses_of_statement
from memo.dethash.code.scopes import defaults_of, dotted_of, parameter_names
from memo.dethash.code.source import texts
from memo.dethash.code.syntax import expression_form
from memo.dethash.node import CodeNode

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def first_value(namespace: dict[str, Any], name: str) -> CodeNode | None:
    """Return the code with which the module of *namespace* sets up its variable *name*; ``None`` if that is not known.

    Args:
        namespace: the module's globals.
        name: a global's name, or one of its attributes', such as ``function.cache``.
    """
    file = namespace.get("__file__")
    known = texts(file, namespace) if isinstance(file, str) else []
    if not known or not isinstance(file, str):
        return None
    return _as_code(_setting(index_of(known[-1], file, 0).tree.body, name), name, namespace)


def first_value_in_class(cls: type, name: str) -> CodeNode | None:
    """Return the code with which the body of *cls* sets up its attribute *name*."""
    definition = find_class(cls)
    if definition is None:
        return None
    namespace = namespace_of(cls)
    return _as_code(_setting(definition.node.body, name), name, namespace)


def first_value_in_closure(function: FunctionType, name: str) -> CodeNode | None:
    """Return the code with which a function around *function* sets up its variable *name*."""
    definition = find_definition(function)
    outer = definition.outer if definition is not None else None
    while outer is not None:
        body = [] if isinstance(outer.node, ast.Lambda) else outer.node.body
        found = _as_code(_setting(body, name), name, function.__globals__, parameter_names(outer.node))
        if found is not None:
            return found
        outer = outer.outer
    return None


def first_value_of_default(function: FunctionType, name: str) -> CodeNode | None:
    """Return the code that makes the default of *function*'s parameter *name*."""
    definition = find_definition(function)
    expression = None if definition is None else defaults_of(definition.node).get(name)
    if expression is None:
        return None
    chain = dotted_of(expression)
    found = None if chain is None else first_value(function.__globals__, ".".join(chain))
    return found or _as_code([ast.Expr(expression)], f"{name}=", function.__globals__)


def _as_code(
    statements: Iterable[ast.stmt], name: str, namespace: dict[str, Any], not_seen: Collection[str] = ()
) -> CodeNode | None:
    """Return *statements* as code that reads globals, but neither *name* itself nor what cannot be seen any more."""
    children: list[object] = []
    for statement in statements:
        uses = uses_of_statement(statement)
        left_out = {name.partition(".")[0], *not_seen}
        others = uses._replace(reads=frozenset(chain for chain in uses.reads if chain.root not in left_out))
        children += [
            expression_form(statement),
            *bindings_of(others, partial(look_in_globals, namespace=namespace), namespace),
        ]
    return CodeNode(("first value",), children) if children else None


def _setting(body: list[ast.stmt], name: str) -> Iterator[ast.stmt]:
    """Iterate over the statements outside functions and classes that assign or fill *name*."""
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        if isinstance(node, _FUNCTIONS):
            continue
        if isinstance(node, ast.stmt) and name in _targets(node):
            yield node
        else:
            stack += reversed([child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr)])


def _targets(statement: ast.stmt) -> set[str]:
    """Return the names that a simple statement assigns or fills, or calls a method of."""
    parts: list[ast.AST] = []
    if isinstance(statement, ast.Assign):
        parts = list(statement.targets)
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign):
        parts = [statement.target]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        parts = [statement.value.func]
    found: set[str] = set()
    while parts:
        part = parts.pop()
        if isinstance(part, ast.Tuple | ast.List):
            parts += part.elts
        elif isinstance(part, ast.Subscript | ast.Starred):
            parts.append(part.value)
        else:
            chain = dotted_of(part)
            if chain is not None:
                found |= {chain[0], ".".join(chain)}
    return found
