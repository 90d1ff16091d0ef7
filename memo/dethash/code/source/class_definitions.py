"""The definition of a class: the one in whose text it has its methods and its annotated names."""

from __future__ import annotations

import ast
import sys
from types import FunctionType
from typing import Any

from memo.dethash.code.given import is_written
from memo.dethash.code.party import MAIN
from memo.dethash.code.source.brought import globals_brought
from memo.dethash.code.source.definitions import ClassDefinition, find_definition, index_of
from memo.dethash.code.source.parsing import parse
from memo.dethash.code.source.texts import cells, filename_of, kept_text, texts
from memo.dethash.code.syntax.forms import expression_form


def find_class(cls: type) -> ClassDefinition | None:
    """Return the definition of *cls*: the one whose methods and annotated names it has."""
    found = _find(cls)
    return None if found is None else found[1]


def file_of_class(cls: type) -> str | None:
    """Return the name of the file or cell that *cls* is defined in."""
    found = _find(cls)
    return None if found is None else found[0]


def digest_elsewhere(cls: type) -> str:
    """Return the digest that a class has in the process that it was brought from; empty if that is not known."""
    namespace = namespace_of(cls)
    is_here = namespace is getattr(sys.modules.get(cls.__module__), "__dict__", None)
    return "" if is_here else kept_text(name_of_digest(cls), namespace)


def name_of_digest(cls: type) -> str:
    """Return what the digest of a class is called in another process."""
    return f"<digest of {cls.__qualname__}>"


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
            annotated = dict(annotated_names(definition))
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


def raw_annotations(value: type | FunctionType) -> dict[str, Any]:
    """Return the annotations that a class or function itself has."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return dict(annotationlib.get_annotations(value, format=annotationlib.Format.FORWARDREF))
    if isinstance(value, FunctionType):
        return dict(value.__annotations__)
    return dict(vars(value).get("__annotations__", {}))


def annotated_names(definition: ClassDefinition) -> list[tuple[str, ast.expr]]:
    """Return the names that a class's body annotates, as Python calls them, and their annotations."""
    owner = definition.node.name.lstrip("_")
    return [
        (_mangled(statement.target.id, owner), statement.annotation)
        for statement in definition.node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    ]


def _mangled(name: str, owner: str) -> str:
    return f"_{owner}{name}" if name.startswith("__") and not name.endswith("__") and owner else name
