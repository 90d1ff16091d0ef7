"""What annotations say, where something reads them."""

from __future__ import annotations

import ast
import copy
import sys
from contextlib import suppress
from types import FunctionType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.code.bindings import Look, bindings_of
from memo.dethash.code.definitions import FunctionNode
from memo.dethash.code.syntax.expressions import dotted_of
from memo.dethash.code.syntax.names import uses_of_statement
from memo.dethash.node import Binding


def hints_of(function: FunctionType, node: FunctionNode | None, look: Look) -> list[Binding]:
    """Return what the names in a function's annotations stand for; without its source, what the annotations are.

    Args:
        function: the function.
        node: its definition, if that is known.
        look: returns the value of a name that is not its own.
    """
    if node is None:
        return [Binding(f"hint {name}", value) for name, value in raw_annotations(function).items()]
    given = [part.annotation for part in ast.walk(node.args) if isinstance(part, ast.arg)]
    annotations = [each for each in (*given, getattr(node, "returns", None)) if each is not None]
    return meanings(annotations, look, function.__globals__)


def raw_annotations(value: type | FunctionType) -> dict[str, Any]:
    """Return the annotations that a class or function itself has."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return dict(annotationlib.get_annotations(value, format=annotationlib.Format.FORWARDREF))
    if isinstance(value, FunctionType):
        return dict(value.__annotations__)
    return dict(vars(value).get("__annotations__", {}))


def meanings(annotations: list[ast.expr], look: Look, namespace: dict[str, Any]) -> list[Binding]:
    """Return what the names in annotations stand for: one may be an alias, and a class be called with a value.

    Args:
        annotations: the annotations.
        look: returns the value of a name and the variable that holds it.
        namespace: the globals of the code that they are in.
    """
    uses = uses_of_statement(ast.Expr(ast.Tuple([_read(annotation) for annotation in annotations], ast.Load())))
    return [binding for binding in bindings_of(uses, look, namespace) if not _says_all(binding.label, binding.value)]


def _says_all(label: str, value: object) -> bool:
    """Say whether *value* is one of ``typing``'s under its own name: each Python makes these in another way."""
    module = attribute(value, "__module__", "")
    name = attribute(value, "_name", None) or attribute(value, "__name__", "")
    return module == "dataclasses" or (module in _TYPING and name == label.rpartition(".")[2])


_TYPING = ("typing", "typing_extensions")


def _read(annotation: ast.expr) -> ast.expr:
    """Return an annotation with the expressions that are quoted in it."""
    expression: ast.expr = _Unquoted().visit(copy.deepcopy(annotation))
    return expression


class _Unquoted(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        chain = dotted_of(node.value)
        if chain is not None and chain[-1] in ("Literal", "Annotated"):
            return node
        self.generic_visit(node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, str):
            with suppress(SyntaxError, ValueError):
                return ast.parse(node.value.strip(), mode="eval").body
        return node
