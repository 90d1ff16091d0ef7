"""pyarrow's words: tables, batches and arrays as Arrow IPC streams, read back in place.

IPC keeps fields, metadata, dictionaries and the bits of every value. What it does not lead back to, such as types that
somebody registered, is pickled.
"""

from __future__ import annotations

from collections.abc import Callable
from pickle import PickleBuffer
from typing import Any

import pyarrow as pa

from memo.store.formats.spool import spooled
from memo.store.formats.words import Reducer

WORDS = frozenset({"array", "batch", "chunked", "schema", "table"})


def table(data: Any) -> Any:
    """Read a table."""
    return pa.ipc.open_stream(pa.py_buffer(data)).read_all()


def batch(data: Any) -> Any:
    """Read a record batch."""
    return pa.ipc.open_stream(pa.py_buffer(data)).read_next_batch()


def chunked(data: Any) -> Any:
    """Read an array in chunks."""
    return table(data).column(0)


def array(data: Any) -> Any:
    """Read an array."""
    return batch(data).column(0)


def schema(data: bytes) -> Any:
    """Read a schema."""
    return pa.ipc.read_schema(pa.py_buffer(data))


def _reduce(word: Callable[[Any], Any], batches: list[Any], of: Any) -> Any:
    """Return *word* and the stream of *batches*, or `NotImplemented` where the schema *of* would not come back."""
    try:
        view = spooled(lambda file: _write(file, batches, of))
        back = pa.ipc.open_stream(pa.py_buffer(view)).schema
    except pa.ArrowException:  # a type that IPC cannot hold
        return NotImplemented
    if not back.equals(of, check_metadata=True) or any(map(_is_foreign, of.types)):
        return NotImplemented
    return word, (PickleBuffer(view),)


def _write(file: Any, batches: list[Any], of: Any) -> None:
    with pa.ipc.new_stream(file, of) as writer:
        for each in batches:
            writer.write_batch(each)


def _is_foreign(kind: Any) -> bool:
    """Say whether a type is, or holds, one that is known only where it was registered."""
    if isinstance(kind, pa.BaseExtensionType):
        return True
    if pa.types.is_dictionary(kind):
        return _is_foreign(kind.value_type)
    return any(_is_foreign(kind.field(place).type) for place in range(kind.num_fields))


def _reduce_table(value: Any) -> Any:
    return _reduce(table, value.to_batches(), value.schema)


def _reduce_batch(value: Any) -> Any:
    return _reduce(batch, [value], value.schema)


def _reduce_chunked(value: Any) -> Any:
    of = pa.schema([pa.field("", value.type)])
    return _reduce(chunked, [pa.RecordBatch.from_arrays([chunk], schema=of) for chunk in value.chunks], of)


def _reduce_array(value: Any) -> Any:
    of = pa.schema([pa.field("", value.type)])
    return _reduce(array, [pa.RecordBatch.from_arrays([value], schema=of)], of)


def _reduce_schema(value: Any) -> Any:
    data = value.serialize().to_pybytes()
    same = schema(data).equals(value, check_metadata=True) and not any(map(_is_foreign, value.types))
    return (schema, (data,)) if same else NotImplemented


def _array_classes() -> list[type]:
    """Return the classes of arrays; those of types that were registered have others."""
    found = [kind for kind in vars(pa).values() if isinstance(kind, type) and issubclass(kind, pa.Array)]
    return [kind for kind in found if kind is not pa.Array and not issubclass(kind, pa.ExtensionArray)]


REDUCERS: dict[type, Reducer] = {
    pa.Table: _reduce_table,
    pa.RecordBatch: _reduce_batch,
    pa.ChunkedArray: _reduce_chunked,
    pa.Schema: _reduce_schema,
    **dict.fromkeys(_array_classes(), _reduce_array),
}
