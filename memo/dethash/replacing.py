"""Encode what a user gave in an object's place: ``det_hash_object``, ``__det_hash__`` or a registration.

The object itself inside of what it gave is hashed as usual. Where it is given directly, as in ``(VERSION, self)``, this
file sees to it; deeper down it makes the value endless, and ``selves.py`` has it then.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import get_ident
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.instances import NoDigestError, call_user
from memo.dethash.node import AsUsual, CodeNode, Node

CUSTOM = "custom"
#: Replacements of at most this size are looked through.
_SMALL = 16
#: In which thread what is being asked for its replacement now.
_asked: set[tuple[int, int]] = set()


def encode_custom(
    given: Callable[[Any], object], as_usual: Callable[[Any], Node | CodeNode], value: Any
) -> Node | CodeNode:
    """Encode what the user gave in place of *value*, together with its class's name; ``None`` means *as_usual*."""
    name = attribute(given, "__name__", "det_hash")
    question = get_ident(), id(value)
    if question in _asked:
        raise NoDigestError(f"{name}() asks for the digest of the object itself: return the object, or a part of it")
    _asked.add(question)
    try:
        replaced = call_user(name, given, value)
    finally:
        _asked.discard(question)
    if replaced is None:
        return as_usual(value)
    return Node((CUSTOM, type(value)), (_without_itself(replaced, value),), labels=(f".{name}()",))


def _without_itself(replaced: Any, value: object) -> Any:
    if replaced is value:
        return AsUsual(value)
    if type(replaced) in (tuple, list) and len(replaced) <= _SMALL and any(part is value for part in replaced):
        return type(replaced)(AsUsual(value) if part is value else part for part in replaced)
    if type(replaced) is dict and len(replaced) <= _SMALL and any(part is value for part in replaced.values()):
        return {key: AsUsual(value) if part is value else part for key, part in replaced.items()}
    return replaced
