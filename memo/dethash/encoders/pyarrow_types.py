"""Encoders of Arrow's types, fields and schemas.

As in Arrow's own comparison, what a list calls its items does not count: libraries differ, and files change it.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from memo.dethash.node import Node
from memo.dethash.registry import encoder

#: What pandas leaves in a schema about who wrote it.
_WRITERS = ("creator", "pandas_version")


@encoder(pa.DataType, whole=True)
def encode_type(kind: Any) -> Node:
    """Encode a type."""
    return Node(("pyarrow type",), (_spelled(kind),))


@encoder(pa.Field)
def encode_field(field: Any) -> Node:
    """Encode a field: its name, type, metadata, and whether it can be null."""
    return Node(("pyarrow.Field",), _spelled_field(field))


@encoder(pa.Schema)
def encode_schema(schema: Any) -> Node:
    """Encode the fields and the metadata; of pandas' metadata not by which versions it was written."""
    metadata = dict(schema.metadata or {})
    written = metadata.get(b"pandas")
    if written is not None:
        try:
            about = json.loads(written)
            metadata[b"pandas"] = {name: value for name, value in about.items() if name not in _WRITERS}
        except (ValueError, AttributeError):  # not pandas'
            pass
    return Node(("pyarrow.Schema",), ([_spelled_field(field) for field in schema], metadata))


def _spelled_field(field: Any) -> tuple[object, ...]:
    return (field.name, _spelled(field.type), field.nullable, dict(field.metadata or {}))


def _spelled(kind: Any) -> object:
    """Return a type as plain data; what has no parts by its name, which has its parameters."""
    types = pa.types
    if isinstance(kind, pa.BaseExtensionType):
        own = kind.__arrow_ext_serialize__() if hasattr(kind, "__arrow_ext_serialize__") else str(kind)
        return ("extension", kind.extension_name, _spelled(kind.storage_type), own)
    if types.is_dictionary(kind):
        return ("dictionary", str(kind.index_type), _spelled(kind.value_type), kind.ordered)
    if types.is_run_end_encoded(kind):
        return ("run-end encoded", str(kind.run_end_type), _spelled(kind.value_type))
    if types.is_map(kind):
        return ("map", _spelled(kind.key_type), _spelled(kind.item_type), kind.item_field.nullable, kind.keys_sorted)
    if types.is_union(kind):
        return ("union", kind.mode, kind.type_codes, [_spelled_field(field) for field in kind])
    if types.is_struct(kind):
        return ("struct", [_spelled_field(field) for field in kind])
    if types.is_nested(kind):
        size = kind.list_size if types.is_fixed_size_list(kind) else None
        return (type(kind).__name__, size, _spelled(kind.value_type), kind.value_field.nullable)
    return str(kind)
