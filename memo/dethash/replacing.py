"""Encode what a user gave in an object's place: ``det_hash_object``, ``__det_hash__`` or a registration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from memo.dethash.instances import call_user
from memo.dethash.node import AsUsual, CodeNode, Node


def encode_custom(
    given: Callable[[Any], object], as_usual: Callable[[Any], Node | CodeNode], value: Any
) -> Node | CodeNode:
    """Encode what the user gave in place of *value*, together with its class's name; ``None`` means *as_usual*."""
    replaced = call_user(type(value), getattr(given, "__qualname__", "det_hash_object"), given, value)
    if replaced is None:
        return as_usual(value)
    return Node(("custom", type(value)), (_without_itself(replaced, value),), labels=(".det_hash_object()",))


def _without_itself(replaced: Any, value: object) -> Any:
    """Return *replaced* with *value* inside it, at any depth of plain containers, marked to be hashed as usual."""
    if replaced is value:
        return AsUsual(value)
    done: dict[int, Any] = {}
    found = False
    stack = [replaced]
    while stack:  # first: is it in there at all?
        part = stack.pop()
        if part is value:
            found = True
        elif type(part) in _PLAIN and id(part) not in done:
            done[id(part)] = part
            stack.extend([*part, *part.values()] if type(part) is dict else part)
    return _Rebuild(value).rebuild(replaced) if found else replaced


_PLAIN = (list, tuple, dict, set, frozenset)


class _Rebuild:
    def __init__(self, value: object) -> None:
        self.value = value
        self.usual = AsUsual(value)
        self.done: dict[int, Any] = {}

    def rebuild(self, part: Any) -> Any:
        if part is self.value:
            return self.usual
        if type(part) not in _PLAIN:
            return part
        if id(part) not in self.done:
            self.done[id(part)] = part
            if type(part) is dict:
                new: Any = {self.rebuild(key): self.rebuild(item) for key, item in part.items()}
            else:
                new = type(part)(map(self.rebuild, part))
            self.done[id(part)] = new
        return self.done[id(part)]
