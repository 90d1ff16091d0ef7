"""Encoders of bytes with a type or a position: arrays, mapped files, files in memory, layouts."""

from __future__ import annotations

import mmap
import sys
from array import array
from io import BytesIO, StringIO
from struct import Struct
from typing import Any

from memo.dethash.hashing import buffer_part
from memo.dethash.instances import NoDigestError
from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(array, subclasses=True)
def encode_array(value: array[int]) -> Node:
    """Encode an array's items and their type."""
    if sys.byteorder == "big":
        value = value[:]
        value.byteswap()
    return Node(("array", f"{value.typecode}{value.itemsize}"), buffer_part([memoryview(value)]))


@encoder(mmap.mmap, subclasses=True)
def encode_mmap(value: mmap.mmap) -> Node:
    """Encode the mapped bytes and the position."""
    try:
        with memoryview(value) as view:
            return Node(("mmap",), (value.tell(), *buffer_part([view])))
    except ValueError as error:
        raise NoDigestError("it is closed") from error


@encoder(BytesIO, StringIO, subclasses=True)
def encode_file_in_memory(value: BytesIO | StringIO) -> Node:
    """Encode the whole content, the position, how lines end, and attributes."""
    base: Any = BytesIO if isinstance(value, BytesIO) else StringIO
    try:
        *content, _ = base.__getstate__(value)
    except ValueError as error:
        raise NoDigestError("it is closed") from error
    return Node((base.__name__,), (*content, vars(value) if type(value) is base else {}))


@encoder(Struct, subclasses=True)
def encode_struct(value: Struct) -> Node:
    """Encode the layout."""
    return Node(("Struct",), (value.format,))
