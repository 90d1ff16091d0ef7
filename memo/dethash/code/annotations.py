"""What annotations say, where something reads them: those of functions, and those of which a class makes fields."""

from __future__ import annotations

import ast
import copy
import sys
from contextlib import suppress
from functools import partial
from types import FunctionType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.code.bindings import Look, bindings_of, look_in_globals
from memo.dethash.code.party import party_of
from memo.dethash.code.reading import ANNOTATIONS, is_read
from memo.dethash.code.source.class_definitions import annotated_names, find_class, namespace_of, raw_annotations
from memo.dethash.code.source.definitions import FunctionNode
from memo.dethash.code.syntax.expressions import dotted_of
from memo.dethash.code.syntax.forms import expression_form
from memo.dethash.code.syntax.names import uses_of_statement
from memo.dethash.node import Binding, Node


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


def annotated_fields(cls: type) -> Node:
    """Return the names that *cls*'s own body annotates, in order, with their annotations and field options."""
    if not _are_read(cls):
        names = sorted(raw_annotations(cls)) if vars(cls).get("_is_protocol") else []  # an instance needs to have them
        return Node(("no fields",), names)
    definition = find_class(cls)
    if definition is None:
        forms = [[name, Binding(name, annotation)] for name, annotation in raw_annotations(cls).items()]
        return Node(("fields",), (*forms, *_options(cls)))
    annotations, namespace = annotated_names(definition), namespace_of(cls)
    look = partial(look_in_globals, namespace=namespace)
    return Node(
        ("fields",),
        (
            *([name, expression_form(annotation)] for name, annotation in annotations),
            *meanings([annotation for _, annotation in annotations], look, namespace),
            *_options(cls),
        ),
    )


def _are_read(cls: type) -> bool:
    """Say whether something makes more of the annotations than notes."""
    marks = ("__dataclass_fields__", "__attrs_attrs__", "__total__", "_field_defaults")
    return hints_are_read(cls) or any(mark in vars(cls) for mark in marks)


def hints_are_read(cls: type) -> bool:
    """Say whether the code reads annotations, or *cls* is made by a library that may."""
    return ANNOTATIONS in is_read() or is_made_for_library(cls)


def is_made_for_library(cls: type) -> bool:
    """Say whether a base of *cls*, its metaclass or a decorator of it is a library's."""
    return any(party_of(base).kind == "third" for base in (*cls.__mro__[1:], type(cls))) or _has_foreign_decorator(cls)


def _has_foreign_decorator(cls: type) -> bool:
    definition, namespace = find_class(cls), namespace_of(cls)
    for decorator in definition.node.decorator_list if definition is not None else ():
        chain = dotted_of(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if chain is not None and chain[0] in namespace and party_of(namespace[chain[0]]).kind == "third":
            return True
    return False


def _options(cls: type) -> list[Binding]:
    """Return what the fields' defaults are, and what ``field(...)`` was told about each."""
    defaults = vars(cls).get("_field_defaults")
    if isinstance(defaults, dict):
        return [Binding(f"field {name}", value) for name, value in defaults.items()]
    if "__attrs_attrs__" in vars(cls):
        return [Binding(f"field {made.name}", _of_attrs(made, cls)) for made in vars(cls)["__attrs_attrs__"]]
    fields = vars(cls).get("__dataclass_fields__", {})
    return [
        Binding(
            f"field {name}",
            [
                [made.init, made.repr, made.compare, made.hash, getattr(made, "kw_only", False)],
                None if _absent(made.default) else [made.default],
                None if _absent(made.default_factory) else [made.default_factory],
                dict(made.metadata),
            ],
        )
        for name, made in fields.items()
    ]


#: What attrs is told about a field, in releases old and new; the annotation is looked at by itself.
_OF_ATTRS = (
    "validator", "repr", "eq", "eq_key", "order", "order_key", "hash", "init", "converter", "kw_only", "inherited",
    "on_setattr", "alias",
)  # fmt: skip


def _of_attrs(made: Any, cls: type) -> list[object]:
    import attr

    default = made.default
    if isinstance(default, attr.Factory):  # type: ignore[arg-type]
        default = ["factory", default.factory, default.takes_self]
    else:
        default = [] if default is attr.NOTHING else [default]
    annotation = None if made.name in raw_annotations(cls) else made.type
    return [annotation, default, dict(made.metadata), *(getattr(made, name, None) for name in _OF_ATTRS)]


def _absent(value: object) -> bool:
    return isinstance(value, type(sys.modules["dataclasses"].MISSING))  # cloudpickle makes another one
