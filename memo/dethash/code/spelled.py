"""The text of code for people to compare: as its syntax tree counts, without comments, formatting and documentation."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from memo.dethash.code.syntax import ANNOTATIONS, DOC

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BODIES = ("body", "orelse", "finalbody")


def spell_function(node: ast.AST, reads: frozenset[str] = frozenset()) -> str:
    """Return the text of a function, without its decorators: what they made of it is looked at instead.

    Args:
        node: the function or lambda.
        reads: which of ``DOC`` and ``ANNOTATIONS`` something reads.
    """
    cleaned = _cleaned(node, reads, in_class=False)
    if isinstance(cleaned, _FUNCTIONS):
        cleaned.decorator_list = []
    return _unparsed(cleaned)


def spell_class(node: ast.ClassDef, reads: frozenset[str] = frozenset()) -> str:
    """Return the text of a class without its methods, each of which has a text of its own."""
    cleaned = _cleaned(node, reads, in_class=False)
    cleaned.body = [statement for statement in cleaned.body if not isinstance(statement, _FUNCTIONS)] or [ast.Pass()]
    return _unparsed(cleaned)


def _unparsed(node: ast.AST) -> str:
    try:
        return ast.unparse(node)
    except RecursionError:  # an expression of a thousand terms; its digest says that it differs
        return ""


def _cleaned(node: Any, reads: frozenset[str], *, in_class: bool) -> Any:
    """Return a copy of *node* without what does not count; of expressions all does, so they are shared."""
    if isinstance(node, ast.expr):
        return node
    inside = isinstance(node, ast.ClassDef) or (in_class and not isinstance(node, (*_FUNCTIONS, ast.Lambda)))
    fields: dict[str, Any] = {}
    for name, value in ast.iter_fields(node):
        if name in ("returns", "annotation") and isinstance(node, (*_FUNCTIONS, ast.arg)) and ANNOTATIONS not in reads:
            continue
        if isinstance(value, list):
            given = list(_statements(node, value, reads)) if name in _BODIES else value
            fields[name] = [
                _cleaned(each, reads, in_class=inside) if isinstance(each, ast.AST) else each for each in given
            ]
        else:
            fields[name] = _cleaned(value, reads, in_class=inside) if isinstance(value, ast.AST) else value
    if (
        isinstance(node, ast.AnnAssign)
        and node.value is not None
        and isinstance(node.target, ast.Name)
        and not in_class
    ):
        made: ast.AST = ast.Assign(targets=[fields["target"]], value=fields["value"])
    else:
        made = type(node)(**fields)
    return ast.copy_location(made, node)


def _statements(node: ast.AST, body: list[Any], reads: frozenset[str]) -> Iterator[ast.AST]:
    """Iterate over the statements of a body that count; a body of which nothing is left has a ``pass``."""
    documented = DOC in reads and isinstance(node, (*_FUNCTIONS, ast.ClassDef))
    left = [
        statement
        for place, statement in enumerate(body)
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        or (place == 0 and documented)
    ]
    yield from left or ([ast.Pass()] if body else [])
