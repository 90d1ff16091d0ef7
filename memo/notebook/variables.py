"""The variables of a notebook: those that are code, those that a cell has set, and those that it cannot keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

from memo.dethash.plans import ATOMS
from memo.key import argument_digest
from memo.typing import MISSING

_CODE = (ModuleType, type, FunctionType, BuiltinFunctionType, MethodType, partial)
#: What IPython itself sets: ``_``, ``_12``, ``_i``, ``_ih``…
_SESSION = re.compile(r"_+|_+i*\d*|_[io]h|_dh|In|Out|exit|quit|get_ipython|open")


def is_code(value: object) -> bool:
    """Say whether a variable is followed as code is, and not hashed as a value."""
    if isinstance(value, _CODE) or hasattr(type(value), "__det_code__"):
        return True
    return callable(value) and hasattr(value, "__wrapped__")


def is_named(value: object, namespace: Mapping[str, object]) -> bool:
    """Say whether a variable's value may be stored by its name in the notebook, as classes are."""
    own = namespace.get("__name__")
    return getattr(value, "__module__", None) == own and isinstance(getattr(value, "__name__", None), str)


@contextmanager
def without(namespace: dict[str, object], names: Iterable[str]) -> Iterator[None]:
    """Take variables away for a moment."""
    taken = {name: namespace.pop(name) for name in names}
    try:
        yield
    finally:
        namespace.update(taken)


def newly_set(before: Mapping[str, object], now: Mapping[str, object]) -> set[str]:
    """Return the variables that are other objects than before, but for those of the session itself."""
    return {name for name, value in own(now).items() if before.get(name, MISSING) is not value}


def own(namespace: Mapping[str, object]) -> dict[str, object]:
    """Return the variables of the notebook's own, without those of the session."""
    return {
        name: value for name, value in namespace.items() if not _SESSION.fullmatch(name) and not name.startswith("__")
    }


def changed_in_place(digests: Mapping[str, str], values: Mapping[str, object]) -> Iterator[str]:
    """Yield the variables whose values have another digest now."""
    for name, digest in digests.items():
        try:
            if argument_digest(values[name], name) != digest:
                yield name
        except (TypeError, OSError):  # it had one before
            yield name


def are_equal(one: object, other: object) -> bool:
    """Say whether two values are known to be equal."""
    try:
        return argument_digest(one, "") == argument_digest(other, "")
    except (TypeError, OSError):
        return False


def not_kept(variables: Mapping[str, object], encode: Callable[[object], object]) -> Iterator[tuple[str, Exception]]:
    """Yield the variables that cannot be stored, each with the reason."""
    for name, value in variables.items():
        try:
            encode(value)
        except Exception as error:  # noqa: BLE001 - pickling runs code of the value's classes, which may raise anything
            yield name, error


def same_as(value: object, others: Mapping[str, object]) -> str | None:
    """Return the name of the variable that *value* is, too; it is to be the same object on a hit."""
    if type(value) in ATOMS:
        return None
    return next((name for name, other in others.items() if other is value), None)


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence has them."""
    return ", ".join(names)
