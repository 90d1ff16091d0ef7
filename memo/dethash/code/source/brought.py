"""Code that was brought here from another process by value, each time with the texts that it comes from.

Code that comes later may be the same and come from other texts: a cell was edited around it. So the texts belong to the
globals that came with them, which cloudpickle makes anew for all that is brought together.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import CodeType, FunctionType
from typing import Any, Final, NamedTuple

from memo.dethash.code.source.memory import CodeMemory

Texts = dict[str, list[str]]


class Sources(NamedTuple):
    """Where code comes from that is taken to another process."""

    #: Code with the name of its file.
    places: list[tuple[CodeType, str]]
    #: The texts of the files, oldest first, and what else is known by a name.
    texts: Texts
    #: A function in each of the code's globals: over there it has those that came with it.
    anchors: list[FunctionType]
    #: Of all the code, if it is one step's.
    digest: str = ""


class Homeless(NamedTuple):
    """Code that another process does not find by its name, so that it is taken there by value."""

    functions: list[FunctionType]
    #: Texts by name that no function tells of: of classes, and how the cells of a notebook set up variables.
    others: Texts
    #: The globals of the functions and classes.
    namespaces: list[dict[str, Any]]


#: What cloudpickle calls all files.
DROPPED: Final = "<dynamic-code>"
#: What the texts that came with globals are called in there.
_TEXTS: Final = "__memo_texts__"
_ANCHOR: Final = (lambda: None).__code__
#: The files of code that was brought here.
_files: CodeMemory[str] = CodeMemory()
#: Those of equal code, which cloudpickle makes again for each class and task that it brings by itself.
_files_of_equal: dict[CodeType, str] = {}
#: What a class was brought with, which may have no function that tells: what else its globals hold may be large.
_globals: CodeMemory[dict[str, Any] | None] = CodeMemory()
#: The names of all texts that were brought, in the order in which they came last.
_names: dict[str, None] = {}


def anchors_in(namespaces: Iterable[dict[str, Any]]) -> list[FunctionType]:
    """Return a function for each of the globals."""
    found = {id(namespace): namespace for namespace in namespaces}
    return [FunctionType(_ANCHOR, namespace) for namespace in found.values()]


def keep_brought(sources: Sources) -> None:
    """Keep where code comes from that was brought with *sources*."""
    global _names  # noqa: PLW0603  replaced and never changed, so that another thread sees all or nothing
    for anchor in sources.anchors:
        namespace = anchor.__globals__
        namespace[_TEXTS] = texts_with(namespace) | sources.texts
        for value in list(namespace.values()):
            if issubclass(type(value), type) and value.__module__ == namespace.get("__name__"):
                _globals.keep(value, {"__name__": value.__module__, _TEXTS: namespace[_TEXTS]})
    for code, filename in sources.places:
        _files.keep(code, filename)
        keep_file(code, filename)
    _names = {name: None for name in _names if name not in sources.texts} | dict.fromkeys(sources.texts)


def keep_file(code: CodeType, filename: str) -> None:
    """Take it that what is equal to *code* comes from *filename*."""
    _files_of_equal[code] = filename


def file_of_brought(code: CodeType) -> str:
    """Return the name of the file that *code*, whose own name for it cloudpickle dropped, comes from."""
    return _files.get(code, str) or _files_of_equal.get(code, DROPPED)


def texts_with(namespace: dict[str, Any] | None) -> Texts:
    """Return the texts that came with these globals; none if they are of this process."""
    found: Texts = {} if namespace is None else namespace.get(_TEXTS, {})
    return found


def names_brought() -> list[str]:
    """Return the names of all texts that were brought here; the last came last."""
    return [*_names]


def globals_brought(cls: type) -> dict[str, Any] | None:
    """Return globals with nothing but the texts that *cls* was brought with; ``None`` if it was not."""
    return _globals.get(cls, lambda: None)
