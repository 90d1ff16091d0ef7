"""What a statement of a module assigns, fills, hands on, and depends on."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import Any

from memo.dethash.code.party import party_of
from memo.dethash.code.source.marimo import as_module
from memo.dethash.code.source.parsing import parse
from memo.dethash.code.syntax.expressions import dotted_of
from memo.dethash.code.syntax.scan import FILLERS

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def statements_of(text: str) -> list[ast.stmt]:
    """Return the statements of a module's text."""
    try:
        tree = parse(text)
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


def targets_of(statement: ast.stmt, namespace: dict[str, Any] | None = None) -> set[str]:
    """Return the names that a statement assigns, fills or hands to a function, or calls a method of.

    Args:
        statement: the statement.
        namespace: the globals of its module, if they tell which functions these are.
    """
    parts: list[ast.AST] = []
    if isinstance(statement, ast.Assign):
        parts = list(statement.targets)
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign | ast.For):
        parts = [statement.target]
    elif isinstance(statement, ast.With):
        parts = [item.optional_vars for item in statement.items if item.optional_vars is not None]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        parts = [statement.value.func, *_handed(statement.value, namespace or {})]
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


def _handed(call: ast.Call, namespace: dict[str, Any]) -> list[ast.expr]:
    """Return the arguments that a function is given and may fill; ``print`` does not, nor does ``json.dump``."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    name = dotted_of(call.func) or ("",)
    if len(name) == 1 and hasattr(builtins, name[0]):
        return []
    is_standard = name[0] in namespace and party_of(namespace[name[0]]).kind == "standard"
    roots = {(dotted_of(each) or ("",))[0] for each in given}
    hands_on = any(callable(namespace.get(root)) for root in roots)  # to a function that it calls
    return [] if is_standard and name[-1] not in FILLERS and not hands_on else given
