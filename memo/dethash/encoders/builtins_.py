"""Encoders of the builtin types and containers."""

from __future__ import annotations

from typing import Any

from memo.dethash.columns import sort_atoms
from memo.dethash.hashing import buffer_part
from memo.dethash.node import Node
from memo.dethash.plans import ATOMS
from memo.dethash.registry import encoder


@encoder(list, subclasses=True)
def encode_list(value: list[Any]) -> Node:
    """Encode a list subclass's items, as ``list`` itself sees them."""
    return Node(("list",), list.__getitem__(value, slice(None)))


@encoder(tuple, subclasses=True)
def encode_tuple(value: tuple[Any, ...]) -> Node:
    """Encode a tuple subclass's items."""
    return Node(("tuple",), tuple.__getitem__(value, slice(None)))


@encoder(dict, subclasses=True)
def encode_dict(value: dict[Any, Any]) -> Node:
    """Encode a dict subclass's entries; their order does not count."""
    return Node(("dict",), (dict(dict.items(value)),))


@encoder(set, frozenset, subclasses=True)
def encode_set(value: Any) -> Node:
    """Encode a set's members, which have no order."""
    kind = "set" if isinstance(value, set) else "frozenset"
    members = tuple((set if kind == "set" else frozenset).__iter__(value))
    if set(map(type, members)) <= ATOMS:
        return Node((kind,), sort_atoms(members))
    return Node((f"{kind} of containers",), members, unordered=True)


@encoder(str, int, float, complex, bytes, subclasses=True)
def encode_scalar(value: Any) -> Node:
    """Encode a scalar subclass's plain value."""
    for base in (str, int, float, complex, bytes):
        if isinstance(value, base):
            return Node(("scalar",), (_plain(base, value),))
    raise TypeError(f"{type(value)} is not a scalar")


def _plain(base: type, value: Any) -> object:
    if base is str:
        return str.__str__(value)
    if base is int:
        return int.__pos__(value)
    if base is float:
        return float.__pos__(value)
    if base is complex:
        return complex.__pos__(value)
    return memoryview(value).tobytes()


@encoder(bytearray, subclasses=True)
def encode_bytearray(value: bytearray) -> Node:
    """Encode the bytes."""
    return Node(("bytearray",), buffer_part([memoryview(value)]))


@encoder(type(Ellipsis), type(NotImplemented))
def encode_singleton(value: object) -> Node:
    """Encode a singleton by its name."""
    return Node((type(value).__qualname__,))
