"""What a function captures: where a version stands for the code, that alone tells apart what one function made.

def loader(path):
    @memoize_step(version="1")
    def load(): ...
    return load
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import BuiltinFunctionType, CellType, FunctionType, MethodType, ModuleType
from typing import Any

from memo.dethash import changed_names, party_of, value_digest
from memo.dethash.attribute import attribute
from memo.errors import UnhashableError
from memo.key.origin import Origin


def captured_by(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names and digests of the values that *function* captures from the functions around it.

    Code counts by its origin, as the version stands for what it does; what captured code captures in its turn counts,
    too. What a function changes is its own state, and like what a foreign decorator keeps, or what has no digest, it
    does not count.
    """
    out: list[str] = []
    seen: set[int] = set()
    stack: list[tuple[str, Any]] = [("", function)]
    while stack:
        path, value = stack.pop()
        if id(value) not in seen:
            seen.add(id(value))
            for name, inside in _captures(value):
                out += (f"{path}.{name}", _digest(inside, name))
                stack.append((f"{path}.{name}", inside))
    return tuple(out)


def may_capture(function: Callable[..., Any]) -> bool:
    """Say whether *function* may capture anything, at any time."""
    return type(function) is not FunctionType or function.__closure__ is not None


def _captures(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, partial):
        return [("func", value.func), ("args", value.args), ("keywords", value.keywords)]
    if type(value) is MethodType:
        return [("__func__", value.__func__), ("__self__", value.__self__)]
    if isinstance(value, BuiltinFunctionType):
        return [] if isinstance(value.__self__, ModuleType | None) else [("__self__", value.__self__)]
    if not isinstance(value, FunctionType):  # a step, or what lru_cache makes
        return [("__wrapped__", value.__wrapped__)] if _is_code(value) and attribute(value, "__wrapped__") else []
    if not value.__closure__:
        return []
    changed, is_own = changed_names(value), party_of(value).kind == "first"
    cells = zip(value.__code__.co_freevars, value.__closure__, strict=True)
    inside = [(name, cell.cell_contents) for name, cell in cells if name not in changed and not _is_empty(cell)]
    return [(name, each) for name, each in inside if is_own or _is_code(each)]


def _digest(value: Any, name: str) -> str:
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, partial):
        return "partial"
    if type(value) is MethodType:
        return "method"
    if _is_code(value):
        return str(Origin.of(value))
    try:
        return value_digest(value, name).digest
    except UnhashableError:
        return ""


def _is_code(value: Any) -> bool:
    return callable(value) and (isinstance(value, partial) or bool(attribute(value, "__qualname__")))


def _is_empty(cell: CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018  it raises where nothing was assigned yet
    except ValueError:
        return True
    return False
