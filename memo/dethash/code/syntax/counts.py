"""What of a syntax tree counts: what can be seen at run time, whatever its formatting and whichever Python parsed it.

Left out are positions, comments, statements that do nothing, type annotations of variables and parameters, and
docstrings unless something reads them, such as a decorator. Imports that stand together count in any order.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from memo.dethash.code.reading import ANNOTATIONS, DOC
from memo.dethash.columns import pack

_NOT_SEEN = frozenset({"ctx", "kind", "type_comment", "type_ignores", "lineno", "is_lazy"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Fields that hold statements.
_BLOCKS = frozenset({"body", "orelse", "finalbody"})
#: Decorators that are known not to look at annotations and docstrings.
_BLIND = frozenset({
    "abstractmethod", "asynccontextmanager", "cache", "cached_property", "classmethod", "contextmanager", "deleter",
    "final", "getter", "lru_cache", "overload", "override", "property", "setter", "staticmethod", "wraps",
})  # fmt: skip
#: Texts of templates (Python 3.14) are merged as those of f-strings are.
_TEMPLATES: tuple[type[ast.AST], ...] = (ast.JoinedStr, *filter(None, [getattr(ast, "TemplateStr", None)]))
_SCOPES = (*_FUNCTIONS, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def is_handed_on(node: ast.AST) -> bool:
    """Say whether a function in this one is handed to a decorator that may look at its annotations and docstring."""
    if not isinstance(node, _FUNCTIONS):
        return False
    called = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    return any(getattr(each, "attr", getattr(each, "id", "")) not in _BLIND for each in called)


def kind_of(node: ast.AST, *, in_class: bool) -> str:
    """Return what a node counts as."""
    if isinstance(node, ast.AnnAssign) and node.value is not None and not in_class:
        return "Assign"
    return type(node).__name__


def fields_of(node: ast.AST, reads: frozenset[str], *, in_class: bool, outermost: bool) -> Iterator[tuple[str, Any]]:
    """Iterate over the fields of a node that count, and over what in them does."""
    leave_out = set(_NOT_SEEN)
    if outermost:
        leave_out.add("decorator_list")
    if isinstance(node, (*_FUNCTIONS, ast.arg)) and ANNOTATIONS not in reads:
        leave_out |= {"returns", "annotation"}
    if isinstance(node, ast.AnnAssign) and not in_class:
        if node.value is not None:  # x: int = 1 is x = 1, and self.x: int = 1 is self.x = 1
            yield "targets", [node.target]
            yield "value", node.value
            return
        leave_out.add("annotation")
    for name in node._fields:
        value = getattr(node, name, None)
        if name in leave_out or value is None or value == []:
            continue
        if name in _BLOCKS and isinstance(value, list):
            value = sorted_imports(_without_idle(node, value, reads))
            if not value and name != "body":
                continue
        elif outermost and isinstance(value, ast.arguments):
            value = _without_defaults(value)
        elif isinstance(node, ast.Set):
            value = _in_any_order(value)
        elif isinstance(node, _TEMPLATES) and name == "values":
            value = _merged(value)
        yield name, value


def _without_idle(node: ast.AST, body: list[ast.stmt], reads: frozenset[str]) -> list[ast.stmt]:
    keep = [statement for statement in body if not does_nothing(statement)]
    documented = isinstance(node, (*_FUNCTIONS, ast.ClassDef)) and DOC in reads
    if documented and ast.get_docstring(node, clean=False) is not None:  # type: ignore[arg-type]
        return [body[0], *keep]
    return keep


def _without_defaults(arguments: ast.arguments) -> ast.arguments:
    """Return the parameters with a mark in place of each default."""
    mark: Any = ast.Constant(...)
    return ast.arguments(
        posonlyargs=arguments.posonlyargs,
        args=arguments.args,
        vararg=arguments.vararg,
        kwonlyargs=arguments.kwonlyargs,
        kw_defaults=[None if default is None else mark for default in arguments.kw_defaults],
        kwarg=arguments.kwarg,
        defaults=[mark for _ in arguments.defaults],
    )


def _in_any_order(elements: list[ast.expr]) -> list[ast.expr]:
    """Return a set display's elements in canonical order, if the order in which they are evaluated cannot matter."""
    if all(isinstance(element, ast.Constant) for element in elements):
        return sorted(elements, key=lambda element: pack([element.value]))  # type: ignore[attr-defined]
    return elements


def _merged(values: list[ast.expr]) -> list[ast.expr]:
    """Return an f-string's parts with neighbouring texts as one: Pythons cut them differently."""
    out: list[ast.expr] = []
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            if out and isinstance(out[-1], ast.Constant):
                out[-1] = ast.Constant(out[-1].value + value.value)  # type: ignore[operator]
                continue
            if not value.value:
                continue
            out.append(ast.Constant(value.value))
        else:
            out.append(value)
    return out


def does_nothing(statement: ast.stmt) -> bool:
    """Say whether a statement is a bare constant, such as a docstring, ``pass``, or ``self.x: int``."""
    if isinstance(statement, ast.AnnAssign):
        target = statement.target
        return statement.value is None and isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def bare_annotations(root: ast.AST) -> frozenset[int]:
    """Return the ids of the statements like ``x: int`` in functions whose names are local ones without them, too."""
    return frozenset(
        id(statement)
        for function in ast.walk(root)
        if isinstance(function, _FUNCTIONS)
        for statement in _idle(function)
    )


def _idle(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AnnAssign]:
    inside = list(_in_scope(function))
    found = {
        id(node.target): (node, node.target.id)
        for node in inside
        if isinstance(node, ast.AnnAssign) and node.value is None and isinstance(node.target, ast.Name)
    }
    if not found:
        return
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name) and id(node) not in found]
    used = {node.id for node in names}
    used.update(name for node in ast.walk(function) if isinstance(node, ast.Nonlocal) for name in node.names)
    bound = {node.id for node in inside if isinstance(node, ast.Name) and _binds(node) and id(node) not in found}
    bound.update(node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg))
    yield from (node for node, name in found.values() if name in bound or name not in used)


def _binds(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _in_scope(function: ast.AST) -> Iterator[ast.AST]:
    """Iterate over the nodes of a function's body that are not in a scope inside of it."""
    stack = list(getattr(function, "body", []))
    while stack:
        node = stack.pop()
        if not isinstance(node, _SCOPES):
            yield node
            stack += ast.iter_child_nodes(node)


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
