"""The annotated names of a class's body: they are behaviour where something makes fields of them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from types import FunctionType
from typing import Any

from memo.dethash.code.definitions import ClassDefinition, find_definition, index_of
from memo.dethash.code.functions import is_read
from memo.dethash.code.party import MAIN, party_of_module
from memo.dethash.code.source import filename_of, texts
from memo.dethash.code.syntax import ANNOTATIONS, expression_form
from memo.dethash.node import Binding, Node


def annotated_fields(cls: type) -> Node:
    """Return the names that *cls*'s own body annotates, in order, with their annotations and field options."""
    if not _are_read(cls):
        return Node(("no fields",))
    forms: Sequence[tuple[str, object]] | None = _forms(cls)
    if forms is None:
        forms = [(name, Binding(name, annotation)) for name, annotation in _raw_annotations(cls).items()]
    return Node(("fields",), (*([name, form] for name, form in forms), *_options(cls)))


def _are_read(cls: type) -> bool:
    """Say whether something makes more of the annotations than notes."""
    if ANNOTATIONS in is_read():
        return True
    marks = ("__dataclass_fields__", "__attrs_attrs__", "__total__", "_field_defaults")
    if any(mark in vars(cls) for mark in marks):
        return True
    return any(party_of_module(base.__module__).kind == "third" for base in (*cls.__mro__[1:], type(cls)))


def _forms(cls: type) -> list[tuple[str, bytes]] | None:
    """Return the annotations' digests from the source."""
    definition = find_class(cls)
    if definition is None:
        return None
    return [
        (statement.target.id, expression_form(statement.annotation))
        for statement in definition.node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    ]


def find_class(cls: type) -> ClassDefinition | None:
    """Return the definition of *cls*: the one whose methods and annotated names it has."""
    namespace = namespace_of(cls)
    functions = [
        each for each in vars(cls).values() if isinstance(each, FunctionType) and each.__globals__ is namespace
    ]
    files = [filename_of(function.__code__) for function in functions if find_definition(function) is not None]
    file = files[0] if files else namespace.get("__file__")
    if not isinstance(file, str):
        return None
    names = list(_raw_annotations(cls))
    for text in reversed(texts(file, namespace)):
        for definition in reversed(index_of(text, file, 0).classes.get(cls.__qualname__, [])):
            annotated = [
                statement.target.id
                for statement in definition.node.body
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
            ]
            if list(dict.fromkeys(annotated)) == names:
                return definition
    return None


def namespace_of(cls: type) -> dict[str, Any]:
    """Return the globals of the module that *cls* is defined in: its methods', for a class that cloudpickle brought."""
    namespace: dict[str, Any] = getattr(sys.modules.get(cls.__module__), "__dict__", {})
    brought = [each.__globals__ for each in vars(cls).values() if isinstance(each, FunctionType)]
    if cls.__module__ not in MAIN or any(each is namespace for each in brought):
        return namespace
    return next((each for each in brought if each.get("__name__") == cls.__module__), namespace)


def _raw_annotations(cls: type) -> dict[str, Any]:
    if sys.version_info >= (3, 14):
        import annotationlib

        return dict(annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF))
    return dict(vars(cls).get("__annotations__", {}))


def _options(cls: type) -> list[Binding]:
    """Return what the fields' defaults are, and what ``field(...)`` was told about each."""
    defaults = vars(cls).get("_field_defaults")
    if isinstance(defaults, dict):
        return [Binding(f"field {name}", value) for name, value in defaults.items()]
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


def _absent(value: object) -> bool:
    return isinstance(value, type(sys.modules["dataclasses"].MISSING))  # cloudpickle makes another one
