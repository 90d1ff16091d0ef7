"""The canonical bytes of tiny plain values, such as most arguments are: those of ``columns.py``, in fewer calls.

What is not tiny or not plain is left to the walk. ``tests/dethash/test_tiny.py`` compares the two over a small world.
"""

from __future__ import annotations

from marshal import dumps
from typing import Any

from memo.dethash.columns import PREFIX, pack
from memo.dethash.plans import ATOMS

#: With so few children a container, and _DEPTH levels of them, no part is heavy.
_CHILDREN = 16
_DEPTH = 3
#: A column of a tiny value has at most so many bytes: there is no long text in it, nor do short ones weigh much.
_BYTES = 2048

_TAGS: dict[type, bytes] = {list: pack([("list",)]), tuple: pack([("tuple",)]), dict: pack([("dict",)])}
_ALONE = {cls: PREFIX + pack([...]) + tag for cls, tag in _TAGS.items()}
_COUNTS = [pack([count]) for count in range(_CHILDREN + 1)]


class _NotTinyError(Exception):
    """The value is for the walk."""


def tiny_bytes(value: Any) -> bytes | None:
    """Return what is hashed for *value*, or ``None`` if it is not tiny and plain."""
    cls = type(value)
    if cls in ATOMS:
        return atom_bytes(value)
    try:
        if cls in _TAGS and len(value) <= _CHILDREN:
            return _after(_ALONE[cls], cls, value, 1)
    except _NotTinyError:
        pass
    return None


def atom_bytes(value: Any) -> bytes | None:
    """Return the same for *value*, one of `ATOMS`: ``None`` if it is long."""
    out = dumps([value], 2)
    return PREFIX + out if len(out) <= _BYTES else None


def _after(start: bytes, cls: type, value: Any, depth: int) -> bytes:
    """Return *start* and the body of a group of one."""
    if cls is not dict:
        return start + _COUNTS[len(value)] + _column(list(value), depth)
    for key in value:
        if type(key) is not str:
            raise _NotTinyError
    keys = sorted(value)
    return start + dumps([keys], 2) + _column(list(map(value.__getitem__, keys)), depth)


def _column(values: list[Any], depth: int) -> bytes:
    """Return the bytes of *values*, a list of its own that is changed here."""
    others: list[Any] = []
    place = 0
    for value in values:
        if type(value) not in ATOMS:
            if type(value) not in _TAGS or len(value) > _CHILDREN:
                raise _NotTinyError
            others.append(value)
            values[place] = ...
        place += 1  # noqa: SIM113  quicker than enumerate
    out = dumps(values, 2)
    if len(out) > _BYTES or (others and depth == _DEPTH):
        raise _NotTinyError
    if not others:
        return out
    if len(others) > 1:
        return out + _groups(others, depth + 1)
    cls = type(others[0])
    return _after(out + _TAGS[cls], cls, others[0], depth + 1)


def _groups(others: list[Any], depth: int) -> bytes:
    groups: dict[type, list[Any]] = {}
    for value in others:
        groups.setdefault(type(value), []).append(value)
    places = {cls: place for place, cls in enumerate(groups)}
    out = dumps([(cls.__name__,) for cls in groups], 2)
    if len(groups) > 1:
        out += dumps([places[type(value)] for value in others], 2)
    for cls, members in groups.items():
        if len(members) == 1:
            out = _after(out, cls, members[0], depth)
        elif cls is dict:
            raise _NotTinyError
        else:
            out += dumps(list(map(len, members)), 2)
            out += _column([value for member in members for value in member], depth)
    return out
