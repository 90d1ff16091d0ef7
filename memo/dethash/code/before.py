"""What a module first put into a variable that code then changes: the statements that do so, not what is there now."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from contextvars import ContextVar
from functools import partial
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from memo.dethash.code.bindings import bindings_of, look_in_globals
from memo.dethash.code.definitions import find_definition, index_of
from memo.dethash.code.expressions import defaults_of, dotted_of, parameter_names
from memo.dethash.code.fields import find_class, namespace_of
from memo.dethash.code.imports import resolve_import
from memo.dethash.code.names import uses_of_statement
from memo.dethash.code.ran import set_up_by_cells
from memo.dethash.code.scope import Import
from memo.dethash.code.source import texts
from memo.dethash.code.statements import headers_of, outside_functions, targets_of
from memo.dethash.code.syntax import expression_form, function_form
from memo.dethash.node import CodeNode

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPOUND = (ast.With, ast.For)
#: The variables whose first values are being looked for.
_under_way: ContextVar[frozenset[tuple[int, str]]] = ContextVar("memo first values under way", default=frozenset())


def first_value(namespace: dict[str, Any], name: str, methods: Collection[str] = (), cell: str = "") -> CodeNode | None:
    """Return the code with which a module sets up its variable *name*; ``None`` if that is not known.

    Args:
        namespace: the globals of the module, or of one that imports the variable from it.
        name: a global's name, or one of its attributes', such as ``function.cache``.
        methods: methods that only change state: to call one does not set anything up.
        cell: in a notebook, the cell of the function that reads the variable: for what no cell is known to set up.
    """
    place = id(namespace), name
    if place in _under_way.get():  # two variables that set up each other: the code of both counts already
        return None
    token = _under_way.set(_under_way.get() | {place})
    try:
        return _first_value(namespace, name, methods, cell)
    finally:
        _under_way.reset(token)


def _first_value(namespace: dict[str, Any], name: str, methods: Collection[str], cell: str) -> CodeNode | None:
    home = set_up(namespace, name, methods, cell)
    return None if home is None else as_code(home.statements, home.name, home.namespace)


class SetUp(NamedTuple):
    """The statements that set up a variable, in the module that does so, and its name there."""

    statements: list[ast.AST]
    name: str
    namespace: dict[str, Any]


def set_up(namespace: dict[str, Any], name: str, methods: Collection[str] = (), cell: str = "") -> SetUp | None:
    """Return how a module, or the one that it imports the variable from, sets up its variable *name*."""
    seen: set[tuple[int, str]] = set()
    while (id(namespace), name) not in seen:
        seen.add((id(namespace), name))
        body = _body_of(namespace, name, cell)
        statements = [each for each in setting(body, name, namespace) if not _calls(each, name, methods)]
        if statements:
            return SetUp(statements, name, namespace)
        home = _imported_from(body, name, namespace)
        if home is None:
            return None
        namespace, name = home
    return None


def _calls(statement: ast.AST, name: str, methods: Collection[str]) -> bool:
    """Say whether all that a statement does is to call one of *methods* of the variable *name*."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    called = ".".join(dotted_of(statement.value.func) or ())
    return (called == name and "__call__" in methods) or called in {f"{name}.{method}" for method in methods}


def _body_of(namespace: dict[str, Any], name: str, cell: str) -> list[ast.stmt]:
    text = set_up_by_cells(namespace, name.partition(".")[0])
    if text:
        return index_of(text, "<set up>", 0).tree.body
    file = namespace.get("__file__", cell)
    known = texts(file, namespace) if isinstance(file, str) and file else []
    return index_of(known[-1], file, 0).tree.body if known and isinstance(file, str) else []


def _imported_from(body: list[ast.stmt], name: str, namespace: dict[str, Any]) -> tuple[dict[str, Any], str] | None:
    """Return the globals of the module from which *name* is imported, and its name there."""
    root, dot, rest = name.partition(".")
    imports = [node for node in outside_functions(body) if isinstance(node, ast.ImportFrom)]
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
    return as_code(setting(definition.node.body, name), name, namespace)


def first_value_in_closure(function: FunctionType, name: str) -> CodeNode | None:
    """Return the code with which a function around *function* sets up its variable *name*."""
    definition = find_definition(function)
    outer = definition.outer if definition is not None else None
    while outer is not None:
        body = [] if isinstance(outer.node, ast.Lambda) else outer.node.body
        found = as_code(setting(body, name), name, function.__globals__, parameter_names(outer.node))
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
    return found or as_code([ast.Expr(expression)], f"{name}=", function.__globals__)


def as_code(
    statements: Iterable[ast.AST],
    name: str,
    namespace: dict[str, Any],
    not_seen: Collection[str] = (),
) -> CodeNode | None:
    """Return *statements* as code that reads globals, but neither *name* itself nor what cannot be seen any more.

    Args:
        statements: the statements, or expressions.
        name: the variable that they set up.
        namespace: the globals of their module.
        not_seen: names that belong to a function which has returned.
    """
    children: list[object] = []
    for statement in statements:
        uses = uses_of_statement(statement)
        left_out = {name.partition(".")[0], *not_seen}
        others = uses._replace(reads=frozenset(chain for chain in uses.reads if chain.root not in left_out))
        bindings = bindings_of(others, partial(look_in_globals, namespace=namespace), namespace)
        children += [*_forms(statement), *bindings]
    return CodeNode(("first value",), children) if children else None


def _forms(statement: ast.AST) -> Iterator[bytes]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield function_form(statement)
        yield from map(expression_form, [*statement.decorator_list, *defaults_of(statement).values()])
    else:
        yield expression_form(statement)


def setting(body: list[ast.stmt], name: str, namespace: dict[str, Any] | None = None) -> Iterator[ast.AST]:
    """Iterate over the statements outside functions and classes that assign or fill *name*, and what they depend on.

    Args:
        body: the statements of a module, class or function.
        name: the variable.
        namespace: the globals of a module, which tell what may fill a variable.
    """
    stack: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(node, ()) for node in reversed(body)]
    given: set[ast.AST] = set()
    while stack:
        node, around = stack.pop()
        if isinstance(node, ast.stmt) and name in targets_of(node, namespace):
            headers = (*around, *headers_of(node)) if isinstance(node, _COMPOUND) else (*around, node)
            yield from (each for each in headers if each not in given)
            given.update(headers)
        if not isinstance(node, _FUNCTIONS):
            inside = (*around, *headers_of(node))
            children = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr | ast.withitem)]
            stack += [(child, inside) for child in reversed(children)]
