"""Encoders of Arrow's arrays and tables: types and values; not chunks, offsets, or what lies under a null.

An array is taken apart one level deep: the values in lists, the fields of structs and the like are chunked arrays of
their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyarrow import compute as pc

from memo.dethash.hashing import Buffer, buffer_part
from memo.dethash.instances import NoDigestError
from memo.dethash.node import Node
from memo.dethash.registry import encoder
from memo.dethash.resources import RESOURCES

#: What has to be converted to be read is converted in pieces of so many rows; the format of text depends on it.
ROWS = 1 << 17

# By name, for their modules are loaded only where they are used.
RESOURCES |= {
    f"pyarrow.{name}": "it stands for files, which may change: pass their paths, or the table that is in them"
    for name in (
        "_dataset.FileSystemDataset", "_dataset.InMemoryDataset", "_dataset.UnionDataset", "_dataset.FileFragment",
        "_dataset_parquet.ParquetFileFragment", "_dataset.Scanner", "parquet.core.ParquetFile",
        "parquet.core.ParquetDataset",
    )
}  # fmt: skip


@encoder(pa.Table, pa.RecordBatch)
def encode_table(table: Any) -> Node:
    """Encode the schema and the columns."""
    kind = "Table" if isinstance(table, pa.Table) else "RecordBatch"
    columns = [chunked(column) for column in table.columns]
    return Node((f"pyarrow.{kind}",), (table.schema, table.num_rows, columns), labels=(".schema", "", ".columns"))


@encoder(pa.Array, whole=True)
def encode_array(array: Any) -> Node:
    """Encode an array, which differs from a chunked one."""
    return Node(("pyarrow.Array",), (chunked(array),), labels=("",))


@encoder(pa.Scalar, whole=True)
def encode_scalar(scalar: Any) -> Node:
    """Encode a scalar by its type and value."""
    if isinstance(scalar, pa.ExtensionScalar):
        return Node(("pyarrow.Scalar of", type(scalar).__name__), (scalar.type, scalar.value))
    return Node(("pyarrow.Scalar",), (chunked(pa.repeat(scalar, 1)),), labels=("",))


@encoder(pa.ChunkedArray)
def encode_chunked(values: Any) -> Node:
    """Encode the type, where nulls are, and the values."""
    return Node(("pyarrow.ChunkedArray",), (values.type, len(values), _validity(values), *_body(values)))


@encoder(pa.Buffer, whole=True)
def encode_buffer(buffer: Any) -> Node:
    """Encode the bytes."""
    if not buffer.is_cpu:
        raise NoDigestError("it is in the memory of a device")
    return Node(("pyarrow.Buffer",), buffer_part([memoryview(buffer)]))


@encoder(pa.NativeFile, whole=True)
def refuse_file(_: object) -> Node:
    """Refuse an open file."""
    raise NoDigestError("it is an open file: pass its path or its content")


@encoder(pa.RecordBatchReader, whole=True)
def refuse_reader(_: object) -> Node:
    """Refuse a reader."""
    raise NoDigestError("it is an iterator, and to read it would use it up: pass its read_all()")


def chunked(array: Any) -> Any:
    """Return an array as a chunked one."""
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


# -- values -----------------------------------------------------------------------------------------------------------


def _validity(values: Any) -> object:
    if not values.null_count or pa.types.is_null(values.type):
        return None
    return list(buffer_part(_fixed(piece.is_valid().cast(pa.uint8()), 1) for piece in _pieces(values)))


def _body(values: Any) -> tuple[object, ...]:
    kind, chunks = values.type, values.chunks
    if isinstance(kind, pa.BaseExtensionType):
        return (pa.chunked_array([chunk.storage for chunk in chunks], kind.storage_type),)
    if pa.types.is_dictionary(kind):
        return _dictionary(values)
    if pa.types.is_run_end_encoded(kind):
        return (pa.chunked_array([pc.run_end_decode(chunk) for chunk in chunks], kind.value_type),)
    if pa.types.is_struct(kind):
        return tuple(values.flatten())
    if pa.types.is_union(kind):
        return _union(values)
    if pa.types.is_map(kind):
        return _map(values)
    if pa.types.is_nested(kind):
        items = pa.chunked_array([chunk.flatten() for chunk in chunks], kind.value_type)
        return (items,) if pa.types.is_fixed_size_list(kind) else (_lengths(values), items)
    return () if pa.types.is_null(kind) else buffer_part(_leaves(values))


def _dictionary(values: Any) -> tuple[object, ...]:
    """Return the places and the dictionary, which is one for all chunks as in what they are combined to."""
    dictionaries = [chunk.dictionary for chunk in values.chunks]
    if not dictionaries:
        return (None, None)
    if not all(other.equals(dictionaries[0]) for other in dictionaries[1:]):
        try:
            values = values.unify_dictionaries()
        except pa.ArrowNotImplementedError:  # of lists and the like
            return (pa.chunked_array([chunk.dictionary_decode() for chunk in values.chunks]),)
    indices = pa.chunked_array([chunk.indices for chunk in values.chunks], values.type.index_type)
    return (indices, values.chunk(0).dictionary)


def _union(values: Any) -> tuple[object, ...]:
    """Return each value's type code, and each type's values."""
    codes, members = [], []
    for chunk in values.chunks:
        buffers = chunk.buffers()
        mine = pa.Array.from_buffers(pa.int8(), len(chunk), [None, buffers[1]], offset=chunk.offset)
        codes.append(mine)
        places = None
        if values.type.mode == "dense":
            places = pa.Array.from_buffers(pa.int32(), len(chunk), [None, buffers[2]], offset=chunk.offset)
        for number, code in enumerate(values.type.type_codes):
            chosen = pc.equal(mine, pa.scalar(code, pa.int8()))
            field = chunk.field(number)
            members.append(field.filter(chosen) if places is None else field.take(places.filter(chosen)))
    each = [
        pa.chunked_array(members[number :: values.type.num_fields], values.type.field(number).type)
        for number in range(values.type.num_fields)
    ]
    return (pa.chunked_array(codes, pa.int8()), *each)


def _map(values: Any) -> tuple[object, ...]:
    lengths, keys, items = [], [], []
    for chunk in values.chunks:
        maps = chunk.drop_null() if chunk.null_count else chunk
        if len(maps):
            ends = maps.offsets
            first, last = ends[0].as_py(), ends[len(maps)].as_py()
            lengths.append(pc.subtract(ends[1:], ends[:-1]))
            keys.append(maps.keys.slice(first, last - first))
            items.append(maps.items.slice(first, last - first))
    kind = values.type
    return (
        pa.chunked_array(lengths, pa.int32()),
        pa.chunked_array(keys, kind.key_type),
        pa.chunked_array(items, kind.item_type),
    )


def _lengths(values: Any) -> Any:
    """Return the lists' lengths."""
    if not isinstance(values.type, pa.ListViewType | pa.LargeListViewType):
        return pc.list_value_length(values)
    parts = [pc.if_else(chunk.is_valid(), chunk.sizes, None) for chunk in values.chunks]
    return pa.chunked_array(parts, pa.int64() if isinstance(values.type, pa.LargeListViewType) else pa.int32())


def _leaves(values: Any) -> Iterator[Buffer]:
    """Yield the bytes of the values that are not null."""
    kind = values.type
    if pa.types.is_boolean(kind):
        for piece in _pieces(values):
            yield _fixed(piece.drop_null().cast(pa.uint8()), 1)
    elif _has_width(kind):
        for chunk in values.chunks:
            for piece in _pieces(chunk) if chunk.null_count else [chunk]:
                yield _fixed(piece.drop_null(), kind.bit_width // 8)
    else:
        for piece in _pieces(values):
            yield from _text(piece)


def _has_width(kind: Any) -> bool:
    try:
        return bool(kind.bit_width)
    except ValueError:
        return False


def _fixed(array: Any, width: int) -> Buffer:
    data = array.buffers()[1]
    return memoryview(data)[array.offset * width : (array.offset + len(array)) * width] if data is not None else b""


def _text(array: Any) -> tuple[Buffer, Buffer]:
    """Return the lengths and the bytes of the texts that are not null."""
    try:
        binary = array.cast(pa.large_binary()).drop_null()
    except pa.ArrowNotImplementedError:  # a view, before Arrow 18
        binary = pa.array((value.as_buffer().to_pybytes() for value in array if value.is_valid), pa.large_binary())
    _, offsets, data = binary.buffers()
    lengths = _fixed(pc.binary_length(binary), 8)
    if not len(binary):
        return lengths, b""
    ends = memoryview(offsets).cast("q")
    return lengths, memoryview(data)[ends[binary.offset] : ends[binary.offset + len(binary)]] if data else b""


def _pieces(values: Any) -> Iterator[Any]:
    """Yield arrays of at most ROWS values, wherever chunks begin."""
    for start in range(0, len(values), ROWS):
        piece = values.slice(start, ROWS)
        yield pa.concat_arrays(piece.chunks) if isinstance(piece, pa.ChunkedArray) else piece
