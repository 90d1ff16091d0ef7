"""What the cells of a notebook did to a variable: the last one that assigned it, and what filled it since."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from memo.dethash.code.party import MAIN
from memo.dethash.code.source.texts import cells, kept_text, texts
from memo.dethash.code.syntax.expressions import dotted_of, without_subscripts
from memo.dethash.code.syntax.scan import filled_by
from memo.dethash.code.syntax.statements import outside_functions, statements_of


def set_up_by_cells(namespace: dict[str, Any], name: str) -> str:
    """Return the statements with which cells set up the global *name*, as one text; empty if none is known to.

    What only empties it is left out, as it is where modules fill what the code fills.
    """
    if not is_notebook(namespace):
        return ""
    main = sys.modules.get("__main__")
    if main is None or namespace is not vars(main):  # a copy: the cells ran elsewhere
        return kept_text(name_elsewhere(name), namespace)
    ran = namespace.get("In")  # in the order in which they ran, which IPython keeps
    if isinstance(ran, list):
        return _set_up_by(name, len(ran))
    return _joined(name, (text for cell in cells() for text in texts(cell)[-1:]))


def is_notebook(namespace: dict[str, Any]) -> bool:
    """Say whether these are the globals of cells, here or where they are from."""
    return namespace.get("__name__") in MAIN and not isinstance(namespace.get("__file__"), str)


def name_elsewhere(name: str) -> str:
    """Return what the text that sets up the global *name* of a notebook is called in another process."""
    return f"<set up {name}>"


@lru_cache(maxsize=4096)
def _set_up_by(name: str, count: int) -> str:
    """Return what the first *count* cells did to *name*: their list only grows."""
    return _joined(name, vars(sys.modules["__main__"])["In"][:count])


def _joined(name: str, found: Iterable[object]) -> str:
    kept: dict[str, None] = {}
    for text in found:
        for statement, is_first in _setting(text, name) if isinstance(text, str) and name in text else ():
            kept = {} if is_first else kept
            kept[statement] = None
    return sys.intern("\n".join(kept))


@lru_cache(maxsize=4096)
def _setting(cell: str, name: str) -> list[tuple[str, bool]]:
    """Return the statements of a cell that set *name*, and of each whether it does so whatever was before."""
    statements = _without_magic(statements_of(cell))
    return [
        (ast.unparse(statement), _binds(statement, name))
        for statement in statements
        if any(_binds(node, name) or _fills(node, name) for node in outside_functions([statement]))
    ]


def _without_magic(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a cell, or those under its magic, such as ``%%time``."""
    call = statements[0].value if len(statements) == 1 and isinstance(statements[0], ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "run_cell_magic":
        given = call.args[-1]
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            return statements_of(given.value)
    return statements


def _binds(node: ast.AST, name: str) -> bool:
    return name in _bound(node)


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((alias.asname or alias.name.partition(".")[0]) for alias in node.names)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    targets = list(node.targets) if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.For) or (isinstance(node, ast.AnnAssign) and node.value is not None):
        targets.append(node.target)
    if isinstance(node, ast.With):
        targets += [item.optional_vars for item in node.items if item.optional_vars is not None]
    while targets:
        target = targets.pop()
        if isinstance(target, ast.Tuple | ast.List):
            targets += target.elts
        elif isinstance(target, ast.Name):
            yield target.id


def _fills(node: ast.AST, name: str) -> bool:
    filled: list[ast.expr] = []
    if isinstance(node, ast.Assign | ast.Delete):
        filled = [target for target in node.targets if not isinstance(target, ast.Name)]
    elif isinstance(node, ast.AugAssign):
        filled = [node.target]
    elif isinstance(node, ast.Call) and (found := filled_by(node)) is not None and found[1] != "clear":
        filled = [found[0]]
    return any((dotted_of(without_subscripts(each)) or ("",))[0] == name for each in filled)
