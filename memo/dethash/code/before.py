"""What a module first put into a variable that code then changes: the statements that do so, not what is there now."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable, Iterator
from contextvars import ContextVar
from functools import partial
from types import FunctionType, ModuleType
from typing import Any

from memo.dethash.code.bindings import bindings_of, look_in_globals
from memo.dethash.code.definitions import find_definition, index_of
from memo.dethash.code.fields import find_class, namespace_of
from memo.dethash.code.imports import resolve_import
from memo.dethash.code.names import uses_of_statement
from memo.dethash.code.scopes import Import, defaults_of, dotted_of, parameter_names
from memo.dethash.code.source import texts
from memo.dethash.code.syntax import expression_form, function_form
from memo.dethash.node import CodeNode

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPOUND = (ast.With, ast.For)
#: The variables whose first values are being looked for.
_under_way: ContextVar[frozenset[tuple[int, str]]] = ContextVar("memo first values under way", default=frozenset())


def first_value(namespace: dict[str, Any], name: str) -> CodeNode | None:
    """Return the code with which a module sets up its variable *name*; ``None`` if that is not known.

    Args:
        namespace: the globals of the module, or of one that imports the variable from it.
        name: a global's name, or one of its attributes', such as ``function.cache``.
    """
    place = id(namespace), name
    if place in _under_way.get():  # two variables that set up each other: the code of both counts already
        return None
    token = _under_way.set(_under_way.get() | {place})
    try:
        return _first_value(namespace, name)
    finally:
        _under_way.reset(token)


def _first_value(namespace: dict[str, Any], name: str) -> CodeNode | None:
    seen: set[tuple[int, str]] = set()
    while (id(namespace), name) not in seen:
        seen.add((id(namespace), name))
        body = _body_of(namespace)
        found = _as_code(_setting(body, name), name, namespace)
        home = None if found is not None else _imported_from(body, name, namespace)
        if home is None:
            return found
        namespace, name = home
    return None


def _body_of(namespace: dict[str, Any]) -> list[ast.stmt]:
    file = namespace.get("__file__")
    known = texts(file, namespace) if isinstance(file, str) else []
    return index_of(known[-1], file, 0).tree.body if known and isinstance(file, str) else []


def _imported_from(body: list[ast.stmt], name: str, namespace: dict[str, Any]) -> tuple[dict[str, Any], str] | None:
    """Return the globals of the module from which *name* is imported, and its name there."""
    root, dot, rest = name.partition(".")
    imports = [node for node in _outside_functions(body) if isinstance(node, ast.ImportFrom)]
    for node in reversed(imports):
        for alias in node.names:
            there = root if alias.name == "*" else alias.name
            if (alias.asname or there) != root:
                continue
            module, _ = resolve_import(Import(node.module or "", None, node.level), namespace)
            if isinstance(module, ModuleType) and there in vars(module):
                return vars(module), there + dot + rest
    return None


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
    statements: Iterable[ast.AST], name: str, namespace: dict[str, Any], not_seen: Collection[str] = ()
) -> CodeNode | None:
    """Return *statements* as code that reads globals, but neither *name* itself nor what cannot be seen any more."""
    children: list[object] = []
    for statement in statements:
        uses = uses_of_statement(statement)
        left_out = {name.partition(".")[0], *not_seen}
        others = uses._replace(reads=frozenset(chain for chain in uses.reads if chain.root not in left_out))
        children += [
            *_forms(statement),
            *bindings_of(others, partial(look_in_globals, namespace=namespace), namespace),
        ]
    return CodeNode(("first value",), children) if children else None


def _forms(statement: ast.AST) -> Iterator[bytes]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield function_form(statement)
        yield from map(expression_form, [*statement.decorator_list, *defaults_of(statement).values()])
    else:
        yield expression_form(statement)


def _setting(body: list[ast.stmt], name: str) -> Iterator[ast.AST]:
    """Iterate over the statements outside functions and classes that assign or fill *name*, and what they depend on."""
    stack: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(node, ()) for node in reversed(body)]
    given: set[ast.AST] = set()
    while stack:
        node, around = stack.pop()
        if isinstance(node, ast.stmt) and name in _targets(node):
            headers = (*around, *_headers(node)) if isinstance(node, _COMPOUND) else (*around, node)
            yield from (each for each in headers if each not in given)
            given.update(headers)
        if not isinstance(node, _FUNCTIONS):
            inside = (*around, *_headers(node))
            children = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr | ast.withitem)]
            stack += [(child, inside) for child in reversed(children)]


def _outside_functions(body: list[ast.stmt]) -> Iterator[ast.AST]:
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.expr)):
            stack += reversed(list(ast.iter_child_nodes(node)))


def _headers(node: ast.AST) -> list[ast.AST]:
    """Return the expressions that decide whether and with what the statements inside of *node* run."""
    if isinstance(node, ast.With | ast.AsyncWith):
        return [item.context_expr for item in node.items]
    given = getattr(
        node, {ast.If: "test", ast.While: "test", ast.For: "iter", ast.Match: "subject"}.get(type(node), ""), None
    )
    return [] if given is None else [given]


def _targets(statement: ast.stmt) -> set[str]:
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
