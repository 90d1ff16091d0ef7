"""What a statement of a module assigns, fills, hands on, and depends on."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from memo.dethash.code.cells import as_module
from memo.dethash.code.expressions import dotted_of

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def statements_of(text: str) -> list[ast.stmt]:
    """Return the statements of a module's text."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return (as_module(tree) if "import marimo" in text else tree).body


def headers_of(node: ast.AST) -> list[ast.AST]:
    """Return the expressions that decide whether and with what the statements inside of *node* run."""
    if isinstance(node, ast.With | ast.AsyncWith):
        return [item.context_expr for item in node.items]
    given = getattr(
        node, {ast.If: "test", ast.While: "test", ast.For: "iter", ast.Match: "subject"}.get(type(node), ""), None
    )
    return [] if given is None else [given]


def outside_functions(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Iterate over statements and the parts of these, what is inside of functions, classes and expressions apart."""
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.expr)):
            stack += reversed(list(ast.iter_child_nodes(node)))


def targets_of(statement: ast.stmt) -> set[str]:
    """Return the names that a statement assigns, fills or hands to a function, or calls a method of."""
    parts: list[ast.AST] = []
    if isinstance(statement, ast.Assign):
        parts = list(statement.targets)
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign | ast.For):
        parts = [statement.target]
    elif isinstance(statement, ast.With):
        parts = [item.optional_vars for item in statement.items if item.optional_vars is not None]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        parts = [statement.value.func, *_handed(statement.value)]
    elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and statement.decorator_list:
        return {statement.name}
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


def _handed(call: ast.Call) -> list[ast.expr]:
    """Return the arguments that a function is given and may fill; builtins such as ``print`` do not."""
    if isinstance(call.func, ast.Name) and hasattr(builtins, call.func.id):
        return []
    return [*call.args, *(keyword.value for keyword in call.keywords)]
