"""What was first put into a variable that code then changes: the statements that did so, not what is there now."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from contextvars import ContextVar
from functools import partial
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from memo.dethash.code.bindings import bindings_of, look_in_globals
from memo.dethash.code.imports import resolve_import
from memo.dethash.code.source.class_definitions import find_class, namespace_of
from memo.dethash.code.source.definitions import Definition, find_definition, index_of
from memo.dethash.code.source.texts import filename_of, texts
from memo.dethash.code.state.cells import set_up_by_cells
from memo.dethash.code.state.containers import content_at_first
from memo.dethash.code.state.told import told
from memo.dethash.code.syntax.expressions import defaults_of, dotted_of
from memo.dethash.code.syntax.forms import expression_form, function_form
from memo.dethash.code.syntax.names import own_names, uses_of_statement
from memo.dethash.code.syntax.scope import Import
from memo.dethash.code.syntax.statements import headers_of, outside_functions, targets_of
from memo.dethash.node import CodeNode, First, Place, Variable

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPOUND = (ast.With, ast.For)
#: The variables whose first values are being looked for.
_under_way: ContextVar[frozenset[Place]] = ContextVar("memo first values under way", default=frozenset())


class Statements(NamedTuple):
    """Statements that do something to a variable, with the expressions that they depend on."""

    nodes: Sequence[ast.AST]
    #: The globals of their module.
    namespace: dict[str, Any]
    #: What the variable is called there, if they set it up.
    name: str = ""
    #: Names that belong to functions which have returned.
    gone: Collection[str] = ()

    def reads_what_is_gone(self) -> bool:
        """Say whether they read names that belong to a function which has returned, other than the variable itself."""
        gone = {*self.gone} - {self.name}
        return any(chain.root in gone for node in self.nodes for chain in uses_of_statement(node).reads)

    def as_code(self) -> CodeNode | None:
        """Return code that reads globals, but neither the variable nor what cannot be seen any more."""
        children: list[object] = []
        left_out = {self.name.partition(".")[0], *self.gone}
        for node in self.nodes:
            uses = uses_of_statement(node)
            others = uses._replace(reads=frozenset(chain for chain in uses.reads if chain.root not in left_out))
            look = partial(look_in_globals, namespace=self.namespace)
            children += [*_forms(node), *bindings_of(others, look, self.namespace)]
        return CodeNode(("first value",), children) if children else None


def _forms(statement: ast.AST) -> Iterator[bytes]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield function_form(statement)
        yield from map(expression_form, [*statement.decorator_list, *defaults_of(statement).values()])
    else:
        yield expression_form(statement)


def first_value(
    variable: Variable, function: FunctionType | None = None, methods: Collection[str] = ()
) -> CodeNode | None:
    """Return the code that sets up a variable; ``None`` if that is not known. Arguments are as in :func:`set_up`."""
    if variable.place in _under_way.get():  # two variables that set up each other: the code of both counts already
        return None
    token = _under_way.set(_under_way.get() | {variable.place})
    try:
        first = First(variable, function, tuple(sorted(methods)))
        for known in told(first):
            return known
        found = set_up(variable, function, methods)
        code = None if found is None else found.as_code()
        if found is None or code is None or function is None:
            return None if code is None else code._replace(first=first)
        content = [content_at_first(variable, function)] if found.reads_what_is_gone() else []
        return code._replace(children=[*code.children, *content], first=first)
    finally:
        _under_way.reset(token)


def set_up(
    variable: Variable, function: FunctionType | None = None, methods: Collection[str] = ()
) -> Statements | None:
    """Return the statements that set up a variable: a global, an attribute of a class or function, a default.

    Args:
        variable: the variable; of a module it may be an attribute, such as ``function.cache``.
        function: the function that reads it: the variable may belong to one around that, or, where no cell of a
            notebook is known to set it up, be set up in the same cell.
        methods: methods that only change state: to call one does not set anything up.
    """
    holder, name = variable
    if isinstance(holder, dict):
        cell = "" if function is None else filename_of(function.__code__)
        return _by_module(holder, name, methods, cell)
    if isinstance(holder, type):
        definition = find_class(holder)
        return definition and Statements([*_setting(definition.node.body, name)], namespace_of(holder), name)
    if isinstance(holder, FunctionType):
        is_default = name.endswith("=")
        return _by_default(holder, name) if is_default else _by_module(holder.__globals__, f"{holder.__name__}.{name}")
    return None if function is None else _by_function_around(function, name)


def _by_module(
    namespace: dict[str, Any], name: str, methods: Collection[str] = (), cell: str = ""
) -> Statements | None:
    """Return how a module, or the one that it imports the variable from, sets up its variable *name*."""
    seen: set[Place] = set()
    while (id(namespace), name) not in seen:
        seen.add((id(namespace), name))
        body = _body_of(namespace, name, cell)
        statements = [each for each in _setting(body, name, namespace) if not _calls(each, name, methods)]
        if statements:
            return Statements(statements, namespace, name)
        home = _imported_from(body, name, namespace)
        if home is None:
            return None
        namespace, name = home
    return None


def _by_function_around(function: FunctionType, name: str) -> Statements | None:
    definition = find_definition(function)
    around: list[Definition] = []
    while definition is not None and definition.outer is not None:
        definition = definition.outer
        around.append(definition)
    for place, outer in enumerate(around):
        body = [] if isinstance(outer.node, ast.Lambda) else outer.node.body
        if statements := [*_setting(body, name)]:
            gone = set[str]().union(*(own_names(each.node) for each in around[place:]))
            return Statements(statements, function.__globals__, name, gone)
    return None


def _by_default(function: FunctionType, name: str) -> Statements | None:
    """Return what makes the default of a parameter: the expression, or how the global is set up that it names."""
    definition = find_definition(function)
    expression = None if definition is None else defaults_of(definition.node).get(name.removesuffix("="))
    if expression is None:
        return None
    chain = dotted_of(expression)
    found = None if chain is None else _by_module(function.__globals__, ".".join(chain))
    return found or Statements([ast.Expr(expression)], function.__globals__, name)


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


def _setting(body: list[ast.stmt], name: str, namespace: dict[str, Any] | None = None) -> Iterator[ast.AST]:
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
