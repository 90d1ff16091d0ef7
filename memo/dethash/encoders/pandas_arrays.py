"""Encoders of the arrays behind pandas' columns and labels.

Arrays of other libraries are instances like any other: their authors say how they are pickled.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from memo.dethash.hashing import Buffer, buffer_part
from memo.dethash.node import Node
from memo.dethash.registry import encoder

#: What has to be converted to be read is converted in pieces of so many rows; the format of text depends on it.
ROWS = 1 << 17


@encoder(pd.arrays.NumpyExtensionArray, subclasses=True)
def encode_numpy(array: Any) -> Node:
    """Encode what is an array of NumPy's."""
    return Node(("pandas numpy",), (array.to_numpy(),), labels=("",))


@encoder(pd.Categorical, subclasses=True)
def encode_categorical(array: Any) -> Node:
    """Encode the categories, used or not, in their order, and each row's place among them."""
    codes = np.asarray(array.codes, np.min_scalar_type(-max(1, len(array.categories))))
    return Node(("pandas categorical",), (array.dtype, codes))


@encoder(pd.arrays.IntegerArray, pd.arrays.FloatingArray, pd.arrays.BooleanArray, subclasses=True)
def encode_masked(array: Any) -> Node:
    """Encode the values and where they are missing; what lies there does not count."""
    dtype = array.dtype.numpy_dtype
    zero = dtype.type(0)
    mask = buffer_part(_bytes(piece.isna()) for piece in _pieces(array))
    data = buffer_part(_bytes(piece.to_numpy(dtype=dtype, na_value=zero)) for piece in _pieces(array))
    return Node(("pandas masked",), (array.dtype, len(array), mask[1], data[1]))


@encoder(pd.arrays.DatetimeArray, pd.arrays.TimedeltaArray, pd.arrays.PeriodArray, subclasses=True)
def encode_times(array: Any) -> Node:
    """Encode the numbers that stand for instants, durations or periods."""
    return Node(("pandas times",), (array.dtype, array.asi8))


@encoder(pd.arrays.IntervalArray, subclasses=True)
def encode_intervals(array: Any) -> Node:
    """Encode the bounds."""
    return Node(
        ("pandas intervals",), (array.closed, array.left.array, array.right.array), labels=("", ".left", ".right")
    )


@encoder(pd.arrays.SparseArray, subclasses=True)
def encode_sparse(array: Any) -> Node:
    """Encode the values that are kept, and where; not whether their places are kept one by one or in blocks."""
    return Node(("pandas sparse",), (array.dtype, len(array), array.sp_index.to_int_index().indices, array.sp_values))


@encoder(pd.arrays.ArrowExtensionArray, subclasses=True)
def encode_arrow(array: Any) -> Node:
    """Encode Arrow's values."""
    return Node(("pandas arrow",), (array.__arrow_array__(),), labels=("",))


@encoder(pd.arrays.StringArray, pd.arrays.ArrowStringArray, whole=True)
def encode_text(array: Any) -> Node:
    """Encode text; whether Python or Arrow keeps it does not count."""
    return Node(("pandas text",), (array.dtype, len(array), *buffer_part(_text(array))))


def _text(array: Any) -> Iterator[Buffer]:
    for piece in _pieces(array):
        yield _bytes(piece.isna())
        pyarrow = sys.modules.get("pyarrow")
        yield from (None if pyarrow is None else _arrow_text(pyarrow, piece)) or _python_text(piece)


def _arrow_text(pa: Any, piece: Any) -> tuple[Buffer, Buffer] | None:
    """Return the lengths in characters and the UTF-8 bytes; ``None`` for lone surrogates, which Arrow cannot hold."""
    from pyarrow import compute

    try:
        text = pa.array(piece, type=pa.large_string(), from_pandas=True)
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return None
    if isinstance(text, pa.ChunkedArray):
        text = pa.concat_arrays(text.chunks) if text.num_chunks else pa.array([], pa.large_string())
    if text.null_count:
        text = compute.fill_null(text, "")
    _, offsets, data = text.buffers()
    lengths = np.asarray(compute.utf8_length(text)).astype(np.int32)
    first, last = np.frombuffer(offsets, np.int64)[[text.offset, text.offset + len(text)]]
    return _bytes(lengths), memoryview(data)[first:last] if data is not None else b""


def _python_text(piece: Any) -> tuple[Buffer, Buffer]:
    values = piece.to_numpy(dtype=object, na_value="").tolist()
    lengths = np.fromiter(map(len, values), np.int32, len(values))
    return _bytes(lengths), "".join(values).encode("utf-8", "surrogatepass")


def _pieces(array: Any) -> Iterator[Any]:
    for start in range(0, len(array), ROWS):
        yield array[start : start + ROWS]


def _bytes(array: Any) -> Buffer:
    return np.ascontiguousarray(array).view(np.uint8).data
