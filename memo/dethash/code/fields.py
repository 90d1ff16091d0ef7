"""The annotated names of a class's body: they are behaviour where something makes fields of them."""

from __future__ import annotations

import ast
import sys
from functools import partial
from types import FunctionType
from typing import Any

from memo.dethash.code.bindings import look_in_globals
from memo.dethash.code.brought import globals_brought
from memo.dethash.code.definitions import ClassDefinition, find_definition, index_of
from memo.dethash.code.given import is_written
from memo.dethash.code.hints import meanings, raw_annotations
from memo.dethash.code.parsing import parse
from memo.dethash.code.party import MAIN, party_of
from memo.dethash.code.reading import ANNOTATIONS, is_read
from memo.dethash.code.source import cells, filename_of, texts
from memo.dethash.code.syntax.expressions import dotted_of
from memo.dethash.code.syntax.forms import expression_form
from memo.dethash.node import Binding, Node


def annotated_fields(cls: type) -> Node:
    """Return the names that *cls*'s own body annotates, in order, with their annotations and field options."""
    if not _are_read(cls):
        names = sorted(raw_annotations(cls)) if vars(cls).get("_is_protocol") else []  # an instance needs to have them
        return Node(("no fields",), names)
    definition = find_class(cls)
    if definition is None:
        forms = [[name, Binding(name, annotation)] for name, annotation in raw_annotations(cls).items()]
        return Node(("fields",), (*forms, *_options(cls)))
    annotations, namespace = _annotations(definition), namespace_of(cls)
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


def _annotations(definition: ClassDefinition) -> list[tuple[str, ast.expr]]:
    """Return the names that a class's body annotates, as Python calls them, and their annotations."""
    owner = definition.node.name.lstrip("_")
    return [
        (_mangled(statement.target.id, owner), statement.annotation)
        for statement in definition.node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    ]


def _mangled(name: str, owner: str) -> str:
    return f"_{owner}{name}" if name.startswith("__") and not name.endswith("__") and owner else name


def find_class(cls: type) -> ClassDefinition | None:
    """Return the definition of *cls*: the one whose methods and annotated names it has."""
    found = _find(cls)
    return None if found is None else found[1]


def file_of_class(cls: type) -> str | None:
    """Return the name of the file or cell that *cls* is defined in."""
    found = _find(cls)
    return None if found is None else found[0]


def _find(cls: type) -> tuple[str, ClassDefinition] | None:
    namespace = namespace_of(cls)
    functions = [
        each for each in vars(cls).values() if isinstance(each, FunctionType) and each.__globals__ is namespace
    ]
    files = [filename_of(function.__code__) for function in functions if find_definition(function) is not None]
    others = [
        *filter(None, [namespace.get("__file__")]),
        *(reversed(cells(namespace)) if cls.__module__ in MAIN else ()),
    ]
    for file in files[:1] or others:
        found = _find_in(file, cls, namespace)
        if found is not None:
            return file, found
    return None


def _find_in(file: str, cls: type, namespace: dict[str, Any]) -> ClassDefinition | None:
    found = raw_annotations(cls)
    for text in reversed([each for each in texts(file, namespace) if cls.__name__ in each]):
        for definition in reversed(index_of(text, file, 0).classes.get(cls.__qualname__, [])):
            annotated = dict(_annotations(definition))
            if list(annotated) == list(found) and all(_agree(annotated[name], found[name], cls) for name in found):
                return definition
    return None


def _agree(annotation: ast.expr, found: object, cls: type) -> bool:
    """Say whether *found* may be what *annotation* gave: not if the file has been edited since *cls* was made.

    It is evaluated once more, as Python has done, unless it calls something.
    """
    if isinstance(found, str):
        return found == getattr(annotation, "value", None) or _is_text_of(found, annotation)
    if not all(isinstance(part, _WITHOUT_CALLS) for part in ast.walk(annotation)):
        return True
    names = {**namespace_of(cls), **vars(cls)}
    try:
        now: object = eval(compile(ast.Expression(annotation), "<annotation>", "eval"), names)  # noqa: S307
        return bool(now == found) or repr(now) == repr(found)  # a cell that was run again has made another class
    except Exception:  # noqa: BLE001
        return True  # such as a name of a function around the class


def _is_text_of(found: str, annotation: ast.expr) -> bool:
    """Say whether *found* is what ``from __future__ import annotations`` makes of an annotation."""
    try:
        return expression_form(parse(found, mode="eval").body) == expression_form(annotation)
    except (SyntaxError, ValueError):
        return False


_WITHOUT_CALLS = (
    ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, ast.BinOp, ast.BitOr, ast.Load,
)  # fmt: skip


def namespace_of(cls: type) -> dict[str, Any]:
    """Return the globals of the module that *cls* is defined in: its methods', for a class that cloudpickle brought."""
    namespace: dict[str, Any] = getattr(sys.modules.get(cls.__module__), "__dict__", {})
    if cls.__module__ not in MAIN:
        return namespace
    functions = {
        name: each
        for name, each in vars(cls).items()
        if isinstance(each, FunctionType) and each.__globals__.get("__name__") == cls.__module__
    }
    brought = [each.__globals__ for name, each in functions.items() if not is_written(cls, name, each)]
    if not brought and cls.__qualname__.partition(".")[0] not in namespace:  # it has what a library wrote, and no other
        brought = [*(each.__globals__ for each in functions.values()), *filter(None, [globals_brought(cls)])]
    return namespace if any(each is namespace for each in brought) else next(iter(brought), namespace)


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
