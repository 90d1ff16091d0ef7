"""Statements that do nothing, which a function's form leaves out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def does_nothing(statement: ast.stmt) -> bool:
    """Say whether a statement is a bare constant, such as a docstring, ``pass``, or ``self.x: int``."""
    if isinstance(statement, ast.AnnAssign):
        target = statement.target
        return statement.value is None and isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def bare_annotations(root: ast.AST) -> frozenset[int]:
    """Return the ids of the statements like ``x: int`` in functions whose names are local ones without them, too."""
    return frozenset(
        id(statement)
        for function in ast.walk(root)
        if isinstance(function, _FUNCTIONS[:2])
        for statement in _idle(function)
    )


def _idle(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AnnAssign]:
    inside = list(_in_scope(function))
    found = {
        id(node.target): (node, node.target.id)
        for node in inside
        if isinstance(node, ast.AnnAssign) and node.value is None and isinstance(node.target, ast.Name)
    }
    if not found:
        return
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name) and id(node) not in found]
    used = {node.id for node in names}
    used.update(name for node in ast.walk(function) if isinstance(node, ast.Nonlocal) for name in node.names)
    bound = {node.id for node in inside if isinstance(node, ast.Name) and _binds(node) and id(node) not in found}
    bound.update(node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg))
    yield from (node for node, name in found.values() if name in bound or name not in used)


def _binds(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _in_scope(function: ast.AST) -> Iterator[ast.AST]:
    """Iterate over the nodes of a function's body that are not in a scope inside of it."""
    stack = list(getattr(function, "body", []))
    while stack:
        node = stack.pop()
        if not isinstance(node, _SCOPES):
            yield node
            stack += ast.iter_child_nodes(node)
