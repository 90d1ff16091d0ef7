"""Syntax trees as canonical bytes: what code does, whatever its formatting and whichever Python parsed it.

The tree is written in preorder as one flat list of scalars, each node with its name and its fields' names, so that two
trees with equal lists are equal. Left out is what cannot be seen at run time: positions, comments, statements that do
nothing, type annotations of variables and parameters, and docstrings unless something reads them, such as a decorator.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from memo.dethash.code.bare import bare_annotations, does_nothing
from memo.dethash.code.import_lines import sorted_imports
from memo.dethash.columns import pack
from memo.dethash.hashing import digest_bytes

#: What a piece of code may read of a function's source apart from running it, and of a class besides its attributes.
DOC, ANNOTATIONS, MEMBERS, SUBCLASSES = "docstrings", "annotations", "order of members", "subclasses"

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

Token = object


def function_form(node: ast.AST, reads: frozenset[str] = frozenset()) -> bytes:
    """Return the digest of a function's syntax tree.

    Its decorators and its parameters' defaults are left out: they have run, and what they left is looked at instead.

    Args:
        node: the function or lambda.
        reads: which of ``DOC`` and ``ANNOTATIONS`` something reads.
    """
    return digest_bytes(pack(list(_tokens(node, reads, outermost=True))))


def expression_form(node: ast.AST, reads: frozenset[str] = frozenset()) -> bytes:
    """Return the digest of any other syntax tree, in full."""
    return digest_bytes(pack(list(_tokens(node, reads))))


def _tokens(root: ast.AST, reads: frozenset[str], *, outermost: bool = False) -> Iterator[Token]:
    stack: list[tuple[Any, bool, frozenset[str]]] = [(root, False, reads)]
    idle = bare_annotations(root)
    while stack:
        item, in_class, reads = stack.pop()
        if isinstance(item, list):
            item = [part for part in item if id(part) not in idle]
            yield f"[{len(item)}"
            stack += ((part, in_class, reads) for part in reversed(item))
        elif not isinstance(item, ast.AST):
            yield item
        elif isinstance(item, ast.Constant):
            yield "Constant"
            yield item.value
        elif isinstance(item, ast.Name) and item.id == "__debug__":
            yield "Constant"
            yield __debug__
        else:
            here = reads | {DOC, ANNOTATIONS} if item is not root and is_handed_on(item) else reads
            fields = list(fields_of(item, here, in_class=in_class, outermost=outermost and item is root))
            yield f"{kind_of(item, in_class=in_class)}({','.join(name for name, _ in fields)}"
            inside = isinstance(item, ast.ClassDef) or (in_class and not isinstance(item, (*_FUNCTIONS, ast.Lambda)))
            stack += ((value, inside, here if name == "args" else reads) for name, value in reversed(fields))


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
