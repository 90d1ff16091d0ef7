"""Encoders of the builtin types and containers."""

from __future__ import annotations

import builtins
import types
from typing import Any

from memo.dethash.hashing import buffer_part
from memo.dethash.instances import NoDigestError, attribute_reader
from memo.dethash.node import Node
from memo.dethash.registry import encoder
from memo.dethash.unordered import entries, members_node

# -- containers -------------------------------------------------------------------------------------------------------


@encoder(list, subclasses=True)
def encode_list(value: list[Any]) -> Node:
    """Encode a list subclass's items, as ``list`` itself sees them."""
    return Node(("list",), list.__getitem__(value, slice(None)))


@encoder(tuple, subclasses=True)
def encode_tuple(value: tuple[Any, ...]) -> Node:
    """Encode a tuple subclass's items; those of a named tuple with their names."""
    items = tuple.__getitem__(value, slice(None))
    fields = getattr(type(value), "_fields", None)
    if isinstance(fields, tuple) and len(fields) == len(items) and all(type(name) is str for name in fields):
        return Node(("named tuple", *fields), items, labels=[f".{name}" for name in fields])
    return Node(("tuple",), items)


@encoder(dict, subclasses=True)
def encode_dict(value: dict[Any, Any]) -> Node:
    """Encode a dict subclass's entries; their order does not count."""
    return Node(("entries of a dict",), (entries(dict.items(value)),), labels=("",))


@encoder(set, frozenset, subclasses=True)
def encode_set(value: Any) -> Node:
    """Encode a set's members, which have no order."""
    base = set if issubclass(type(value), set) else frozenset
    return members_node(base.__name__, base.__iter__(value))


_FROZENDICT: Any = getattr(builtins, "frozendict", None)  # Python 3.15

if _FROZENDICT is not None:

    @encoder(_FROZENDICT, subclasses=True)
    def encode_frozendict(value: Any) -> Node:
        """Encode a frozen dict's entries; their order does not count."""
        return Node(("frozendict",), (entries(_FROZENDICT.items(value)),), labels=("",))


@encoder(type({}.keys()), subclasses=True)
def encode_keys(value: Any) -> Node:
    """Encode a view of a dict's keys, which compares as a set does."""
    return members_node("dict_keys", value)


@encoder(type({}.items()), subclasses=True)
def encode_items(value: Any) -> Node:
    """Encode a view of a dict's entries, which compares as a set does."""
    return Node(("dict_items",), tuple(value), unordered=True)


@encoder(type({}.values()), subclasses=True)
def encode_values(value: Any) -> Node:
    """Encode a view of a dict's values in their order, as there is nothing else to tell them apart by."""
    return Node(("dict_values",), list(value))


@encoder(types.SimpleNamespace, whole=True)
def encode_namespace(value: Any) -> Node:
    """Encode a namespace's attributes."""
    return Node(("namespace", type(value)), (attribute_reader(type(value))(value),), labels=(".",))


# -- scalars and buffers ----------------------------------------------------------------------------------------------


@encoder(str, int, float, complex, bytes, subclasses=True)
def encode_scalar(value: Any) -> Node:
    """Encode a scalar subclass's plain value."""
    for base, plain in _PLAIN.items():
        if issubclass(type(value), base):
            return Node(("scalar",), (plain(value),))
    raise TypeError(f"{type(value)} is not a scalar")


#: What turns a subclass's value into the base's, whatever the subclass overrides.
_PLAIN: dict[type, Any] = {
    str: str.__str__,
    int: int.__pos__,
    float: float.__pos__,
    complex: complex.__pos__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
}


@encoder(bytearray, subclasses=True)
def encode_bytearray(value: bytearray) -> Node:
    """Encode the bytes."""
    return Node(("bytearray",), buffer_part([memoryview(value)]))


@encoder(memoryview)
def encode_memoryview(value: memoryview) -> Node:
    """Encode the items' format and bytes, and the shape; not how they lie in memory."""
    try:
        data = value.cast("B") if value.c_contiguous and value.nbytes else value.tobytes()
    except ValueError as error:
        raise NoDigestError("it was released") from error
    return Node(("memoryview", value.format, *map(str, value.shape or ())), buffer_part([data]))


@encoder(range, slice)
def encode_range(value: range | slice) -> Node:
    """Encode start, stop and step as they are seen: ``range(0, 3, 2)`` differs from ``range(0, 4, 2)``."""
    return Node((type(value).__name__,), (value.start, value.stop, value.step), labels=(".start", ".stop", ".step"))


@encoder(type(Ellipsis), type(NotImplemented))
def encode_singleton(value: object) -> Node:
    """Encode a singleton by its name."""
    return Node((type(value).__qualname__,))


@encoder(types.CodeType)
def encode_code(value: types.CodeType) -> Node:
    """Encode a code object's instructions, without lines and file names; each Python version has its own."""
    from memo.dethash.code.syntax.bytecode import bytecode_form

    return Node(("code",), (bytecode_form(value),))
