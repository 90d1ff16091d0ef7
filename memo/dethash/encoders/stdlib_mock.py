"""The encoder of mocks, which stand in for helpers in tests: by what they are told, not by what was done to them."""

from __future__ import annotations

from typing import Any
from unittest.mock import DEFAULT, NonCallableMock

from memo.dethash.node import Node
from memo.dethash.registry import encoder

_UNSET = Node(("unset",))
#: What a mock was told, by the names under which it keeps that.
_TOLD = ("_mock_return_value", "_mock_side_effect", "_mock_wraps")


@encoder(NonCallableMock, whole=True)
def encode_mock(value: Any) -> Node:
    """Encode what a mock returns, raises or wraps, and the attributes that it was given.

    Mocks that it made itself, as it was used, do not count, nor does how it was called.
    """
    own = vars(value)
    told = [_seen(own.get(name)) for name in _TOLD]
    given = {name: _seen(held) for name, held in own.items() if not name.startswith("_") and name != "method_calls"}
    return Node(("mock", type(value).__name__), (*told, given), labels=(".return_value", ".side_effect", ".wraps", "."))


def _seen(held: Any) -> Any:
    return _UNSET if held is DEFAULT or isinstance(held, NonCallableMock) else held
