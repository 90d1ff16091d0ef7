"""Notebooks of marimo, whose cells are functions in their file and run as statements of one module."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def as_module(tree: ast.Module) -> ast.Module:
    """Return the module as marimo runs it: the statements of its cells in the place of the cells."""
    return ast.Module([statement for each in tree.body for statement in _run(each)], tree.type_ignores)


def _run(statement: ast.stmt) -> Iterator[ast.stmt]:
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) or not any(
        map(_is_cell, statement.decorator_list)
    ):
        yield statement
        return
    body = statement.body
    yield from body[:-1] if isinstance(body[-1], ast.Return) else body


def _is_cell(decorator: ast.expr) -> bool:
    """Say whether a decorator is ``@app.cell`` or ``@app.cell(…)``, whatever the app is called."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr == "cell" and isinstance(called.value, ast.Name)
