"""Encoders of C data: by their values, never by their addresses."""

from __future__ import annotations

import ctypes
from typing import Any

from memo.dethash.instances import NoDigestError
from memo.dethash.node import Node, Tag
from memo.dethash.registry import encoder

_SIMPLE, _POINTER, _FUNCTION = ctypes.c_int.__mro__[1], ctypes.POINTER(ctypes.c_int).__mro__[1], ctypes.CFUNCTYPE(None)


@encoder(_SIMPLE, whole=True)
def encode_simple(value: Any) -> Node:
    """Encode a number or text; what holds an address is refused."""
    if type(value)._type_ in "zZPO" and value.value is not None:
        raise NoDigestError("it holds an address")
    return Node(("C value", type(value)), (value.value,))


@encoder(ctypes.Structure, whole=True)
def encode_structure(value: ctypes.Structure) -> Node:
    """Encode the fields by name; bytes between them do not count."""
    names = [name for base in reversed(type(value).__mro__) for name, *_ in vars(base).get("_fields_", ())]
    return Node(("C structure", type(value)), ({name: getattr(value, name) for name in names},), labels=(".",))


@encoder(ctypes.Union, whole=True)
def encode_union(value: ctypes.Union) -> Node:
    """Encode the bytes, as it is not known which field they are."""
    return Node(("C union", type(value)), (bytes(value),))


@encoder(ctypes.Array, whole=True)
def encode_c_array(value: ctypes.Array[Any]) -> Node:
    """Encode the items and their type."""
    return Node(("C array", *_spelled(type(value))), list(value))


def _spelled(cls: Any) -> Tag:
    """Return what tells a class: ``c_int * 3`` is from whichever module made it first, so its name does not."""
    if issubclass(cls, ctypes.Array) and cls.__name__ == f"{cls._type_.__name__}_Array_{cls._length_}":
        return (f"{cls._length_} times", *_spelled(cls._type_))
    return (cls,)


@encoder(_POINTER, _FUNCTION.__mro__[1], whole=True)
def refuse_pointer(_: object) -> Node:
    """Refuse an address."""
    raise NoDigestError("it holds an address")
