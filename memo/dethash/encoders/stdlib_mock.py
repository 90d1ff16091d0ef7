"""The encoder of mocks, which stand in for helpers in tests: by what they are told, not by what was done to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from unittest import mock
from unittest.mock import DEFAULT, NonCallableMock

from memo.dethash.node import Node
from memo.dethash.registry import encoder

_UNSET = Node(("unset",))
#: What a mock was told, by the names under which it keeps that.
_TOLD = ("_mock_return_value", "_mock_side_effect", "_mock_wraps")
#: What magic methods are told when they are first used, by their names; unittest has no public names for it.
_FIXED: dict[str, Any] = getattr(mock, "_return_values", {})
_COMPUTED: dict[str, Any] = getattr(mock, "_calculate_return_value", {})


@encoder(NonCallableMock, whole=True)
def encode_mock(value: Any) -> Node:
    """Encode what a mock returns, raises or wraps, the attributes that it was given, and what its parts were told.

    Mocks that it made itself, as it was used, do not count, nor does how it was called.
    """
    own = vars(value)
    told = [_seen(own.get(name)) for name in _TOLD]
    given = {name: _seen(held) for name, held in own.items() if not name.startswith("_") and name != "method_calls"}
    given |= {name: _seen(held) for name, held in vars(type(value)).items() if not name.startswith("_")}
    given |= {name: part for name, part in _parts(value) if _is_told(part, name, value)}
    tag = ("mock", type(value).__name__, *_specified(own))
    return Node(tag, (*told, given), labels=(".return_value", ".side_effect", ".wraps", "."))


def _seen(held: Any) -> Any:
    return _UNSET if held is DEFAULT or not _is_told(held) else held


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Iterate over the attributes that a mock made itself, or that were deleted."""
    yield from vars(value).get("_mock_children", {}).items()


def _specified(own: Mapping[str, Any]) -> Iterator[str | type]:
    """Iterate over what tells which attributes a mock has, and what it passes for."""
    spec, names = own.get("_spec_class"), own.get("_mock_methods")
    if spec is not None:
        yield from ("of", spec)
    elif names is not None:
        yield from ("with", *sorted(map(str, names)))
    if own.get("_mock_sealed"):
        yield "sealed"


def _is_told(value: Any, name: str = "", whole: Any = None) -> bool:
    """Say whether *value*, called *name* in the mock *whole*, is no mock, or it or a part of it was told anything."""
    met: set[int] = set()
    stack = [(value, name, whole)]
    while stack:
        part, name, whole = stack.pop()
        if not isinstance(part, NonCallableMock):
            return True
        if id(part) in met:
            continue
        met.add(id(part))
        own = vars(part)
        kept = [own[kind] for kind in _TOLD if own.get(kind) is not None]
        if not all(isinstance(held, NonCallableMock) or _is_usual(held, name, whole) for held in kept):
            return True
        if any(_specified(own)) or any(not key.startswith("_") and key != "method_calls" for key in own):
            return True
        stack += [(inner, called, part) for called, inner in _parts(part)]
        stack += [(held, "", None) for held in kept if isinstance(held, NonCallableMock)]
    return False


def _is_usual(held: Any, name: str, whole: Any) -> bool:
    """Say whether *held* is what a mock, or its magic method called *name*, returns or does unasked."""
    if held is DEFAULT or getattr(held, "__module__", None) == mock.__name__:
        return True
    usual = _COMPUTED[name](whole) if name in _COMPUTED else _FIXED.get(name, DEFAULT)
    return type(held) is type(usual) and bool(held == usual)
