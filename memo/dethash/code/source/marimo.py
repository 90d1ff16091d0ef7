"""Notebooks of marimo, whose cells are functions in their file and run as statements of one module."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from types import CodeType
from typing import Final

#: How marimo spells a name that begins with an underscore, and so is a cell's own; the letters are the cell's.
_OWN: Final = re.compile(r"_cell_[A-Za-z]{4}(?=_)")


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


def plain_name(name: str) -> str:
    """Return a name as it is written: which cell of a notebook it belongs to depends on the cells above."""
    return _OWN.sub("", name, count=1) if name.startswith("_cell_") else name


def plain_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names as they are written."""
    return tuple(map(plain_name, names))


def prefix_of(code: CodeType) -> str:
    """Return what marimo puts before the own names of the cell that *code* is from; empty where it knows none."""
    for name in (*code.co_names, code.co_name):
        if name.startswith("_cell_") and (found := _OWN.match(name)) is not None:
            return found.group()
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and (prefix := prefix_of(constant)):
            return prefix
    return ""
