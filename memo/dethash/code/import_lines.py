"""Import statements that stand together: how they are grouped and ordered changes nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import groupby


def sorted_imports(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return statements with one import for each name, in order where they stand together."""
    if not any(map(_is_import, body)):
        return body
    found: list[ast.stmt] = []
    for are_imports, group in groupby(body, _is_import):
        statements = [one for statement in group for one in _one_by_one(statement)]
        found += sorted(statements, key=_spelled) if are_imports and _bind_different_names(statements) else statements
    return found


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _one_by_one(statement: ast.stmt) -> Iterator[ast.stmt]:
    if isinstance(statement, ast.Import):
        yield from (ast.Import([alias]) for alias in statement.names)
    elif isinstance(statement, ast.ImportFrom):
        yield from (ast.ImportFrom(statement.module, [alias], statement.level) for alias in statement.names)
    else:
        yield statement


def _spelled(statement: ast.stmt) -> str:
    return ast.dump(statement)


def _bind_different_names(statements: list[ast.stmt]) -> bool:
    bound = {pair for statement in statements for pair in _bound(statement)}
    return len(bound) == len({name for name, _ in bound})


def _bound(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """Return the names that an import binds, each with what it is bound to: ``a`` with ``a`` for ``import a.b``."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            root = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (root, root)
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name, f"{'.' * statement.level}{statement.module or ''}:{alias.name}"
