"""The encoder of enumeration members."""

from __future__ import annotations

from enum import Enum, Flag
from typing import Any

from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(Enum, whole=True)
def encode_member(value: Enum) -> Node:
    """Encode a member's name and value; of combined flags the names of those that are set."""
    cls = type(value)
    number: Any = value._value_
    if isinstance(value, Flag):
        members: dict[str, Any] = cls._member_map_
        names = sorted({each._name_ for each in members.values() if _is_set(each._value_, number)})
        return Node(("flag", cls), (number, *names))
    if type(number) is object:  # a mere mark, only equal to itself: the name tells all there is
        return Node(("enum", cls), (value._name_,))
    return Node(("enum", cls), (value._name_, number), labels=("", ".value"))


def _is_set(flag: int, number: int) -> bool:
    return flag & (flag - 1) == 0 and flag & number != 0
