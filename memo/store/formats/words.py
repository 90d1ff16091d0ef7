"""The closed vocabulary of the plain format: the only names that a plain entry may mention.

A word is a class or function that is rebuilt from plain arguments, imports nothing else and runs no foreign code. A
library's words are in one file named after it, loaded when the first value of that library arrives or is read back;
each holds ``WORDS``, the names of its rebuilding functions, and ``REDUCERS``, for each type what
``object.__reduce__`` would return, or `NotImplemented` for a value that has to be pickled after all.
Names of words are part of the entry's format: they may be added, never changed.
"""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

Reduced = tuple[Any, ...]
Reducer = Callable[[Any], Any]  # Reduced or NotImplemented, which has no type of its own

# Classes whose own reduction is stable between versions of Python and mentions nothing but words.
CLASSES: dict[str, frozenset[str]] = {
    "builtins": frozenset({"complex", "range", "slice"}),
    "collections": frozenset({"Counter", "OrderedDict", "deque"}),
    "datetime": frozenset({"date", "datetime", "time", "timedelta", "timezone"}),
    "decimal": frozenset({"Decimal"}),
    "fractions": frozenset({"Fraction"}),
    "uuid": frozenset({"UUID"}),
}
# The files beside this one that hold a library's words, by the top-level module that its classes say they are from.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "memo": ("file_",),
    "numpy": ("numpy_",),
    "pandas": ("pandas_", "pandas_arrays"),
    "polars": ("polars_",),
    "pyarrow": ("pyarrow_",),
    "torch": ("torch_",),
    "zoneinfo": ("zoneinfo_",),
}

_PATHS = ("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")


def path(kind: str, text: str) -> pathlib.PurePath:
    """Rebuild a path; pathlib's own reduction names a module that differs between versions of Python."""
    if kind not in _PATHS:
        raise ValueError(f"{kind} is no class of paths")
    made: pathlib.PurePath = getattr(pathlib, kind)(text)
    return made


def _reduce_path(value: pathlib.PurePath) -> Reduced:
    return path, (type(value).__name__, str(value))


WORDS = frozenset({"path"})
_HERE = __name__.rpartition(".")[0]
_FILES = frozenset({__name__, *(f"{_HERE}.{file}" for files in LIBRARIES.values() for file in files)})
_reducers: dict[type, Reducer] = {getattr(pathlib, name): _reduce_path for name in _PATHS}
_words: dict[int, object] = {id(path): path}  # by identity: a value's own __eq__ and __hash__ are not asked


def reducer_of(kind: type) -> Reducer | None:
    """Return what reduces values of exactly this type to words, or None where nothing does."""
    known = _reducers.get(kind)
    if known is not None:
        return known
    module = str(kind.__module__)
    files = LIBRARIES.get(module.partition(".")[0], ())
    for file in files:
        loaded = import_module(f"{_HERE}.{file}")
        _reducers.update(loaded.REDUCERS)
        _words.update((id(word), word) for word in (getattr(loaded, name) for name in loaded.WORDS))
    if files:
        return _reducers.get(kind)
    if kind.__name__ in CLASSES.get(module, ()) and getattr(sys.modules.get(module), kind.__name__, None) is kind:
        _words[id(kind)] = kind
        _reducers[kind] = _reduce_itself
    return _reducers.get(kind)


def is_word(value: object) -> bool:
    """Say whether *value* is a class or function of the vocabulary."""
    return id(value) in _words


def find_word(module: str, name: str) -> Any:
    """Return the class or function that a plain entry mentions.

    Raises:
        ValueError: it is not in the vocabulary.
        ImportError: its library is not installed.
    """
    if name in CLASSES.get(module, ()):
        return getattr(import_module(module), name)
    if module in _FILES:
        loaded = import_module(module)
        if name in loaded.WORDS:
            return getattr(loaded, name)
    raise ValueError(f"{module}.{name} is not a word of the plain format")


def _reduce_itself(value: object) -> Reduced:
    return value.__reduce_ex__(5)  # type: ignore[return-value]  # a string only for singletons, which no word class has
