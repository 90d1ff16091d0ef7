"""Encoders of pandas: labels, dtypes and values; not blocks, caches or views."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from memo.dethash.hashing import buffer_part
from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(pd.DataFrame, subclasses=True)
def encode_frame(frame: pd.DataFrame) -> Node:
    """Encode a frame column by column."""
    columns = [_values(column.array) for _, column in pd.DataFrame.items(frame)]
    children = (frame.columns, frame.index, columns, dict(frame.attrs), frame.flags.allows_duplicate_labels)
    return Node(("pandas.DataFrame",), children, labels=(".columns", ".index", ".columns", ".attrs", ".flags"))


@encoder(pd.Series, subclasses=True)
def encode_series(series: pd.Series[Any]) -> Node:
    """Encode a series."""
    children = (
        series.name,
        series.index,
        _values(series.array),
        dict(series.attrs),
        series.flags.allows_duplicate_labels,
    )
    return Node(("pandas.Series",), children, labels=(".name", ".index", ".array", ".attrs", ".flags"))


@encoder(pd.Index, subclasses=True, whole=True)
def encode_index(index: Any) -> Node:
    """Encode an index by its labels.

    A range is the integers in it, as pandas' own ``assert_frame_equal`` sees it; levels of a multi-index that no row
    uses do not count.
    """
    if isinstance(index, pd.MultiIndex):
        levels = [_values(index.get_level_values(level).array) for level in range(index.nlevels)]
        return Node(("pandas.MultiIndex", type(index)), (list(index.names), levels), labels=(".names", ".levels"))
    cls = pd.Index if type(index) is pd.RangeIndex else type(index)
    return Node(("pandas.Index", cls), (list(index.names), _values(index.array)), labels=(".names", ".array"))


@encoder(pd.api.extensions.ExtensionArray, subclasses=True, whole=True)
def encode_extension_array(array: Any) -> Node:
    """Encode an array of one of pandas' own dtypes, or of somebody else's by its elements."""
    for cls, encode in _ARRAYS:
        if isinstance(array, cls):
            return encode(array)
    return Node(("pandas array", type(array)), (str(array.dtype), list(array)))


def _values(array: Any) -> object:
    """Return a column's values: the NumPy array where that is all there is to it."""
    return np.asarray(array) if type(array) is pd.arrays.NumpyExtensionArray else array


def _categorical(array: Any) -> Node:
    return Node(("pandas.Categorical",), (array.codes, array.categories, bool(array.ordered)))


def _masked(array: Any) -> Node:
    mask = np.asarray(array.isna())
    data = array.to_numpy(dtype=array.dtype.numpy_dtype, na_value=array.dtype.numpy_dtype.type(0))
    return Node(("pandas masked",), (array.dtype.name, data, mask))


def _datetimes(array: Any) -> Node:
    zone = getattr(array, "tz", None)
    freq = getattr(array, "freq", None)
    children = (array.dtype.kind, array.unit, None if zone is None else str(zone), array.asi8, freq and freq.freqstr)
    return Node(("pandas datetimes",), children)


def _periods(array: Any) -> Node:
    return Node(("pandas periods",), (array.freqstr, array.asi8))


def _intervals(array: Any) -> Node:
    return Node(("pandas intervals",), (array.closed, array.left, array.right))


def _sparse(array: Any) -> Node:
    return Node(("pandas sparse",), (array.dtype.subtype, array.fill_value, np.asarray(array)))


def _strings(array: Any) -> Node:
    """Encode text by lengths and UTF-8 bytes; where it is kept, as Python objects or by Arrow, does not count."""
    mask = np.asarray(array.isna())
    na = "nan" if array.dtype.na_value is not pd.NA else "NA"
    lengths, data = _arrow_text(array) if _has_arrow() else _python_text(array)
    return Node(("pandas strings",), (na, mask, lengths, *data))


def _has_arrow() -> bool:
    try:
        import_module("pyarrow")  # pandas works without it
    except ImportError:
        return False
    return True


def _arrow_text(array: Any) -> tuple[object, tuple[int, bytes]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        text = pa.array(array, type=pa.large_string(), from_pandas=True)
    except (pa.ArrowInvalid, UnicodeEncodeError):  # lone surrogates, which Arrow cannot hold
        return _python_text(array)
    if isinstance(text, pa.ChunkedArray):
        text = pa.concat_arrays(text.chunks) if text.num_chunks else pa.array([], pa.large_string())
    if text.null_count:
        text = pc.fill_null(text, "")
    _, offsets, data = text.buffers()
    ends = (
        np.frombuffer(offsets, np.int64)[text.offset : text.offset + len(text) + 1]
        if offsets
        else np.zeros(1, np.int64)
    )
    piece = memoryview(data)[int(ends[0]) : int(ends[-1])] if data is not None else b""
    return np.diff(ends), buffer_part([piece])


def _python_text(array: Any) -> tuple[object, tuple[int, bytes]]:
    encoded = [value.encode("utf-8", "surrogatepass") if isinstance(value, str) else b"" for value in array]
    return np.fromiter(map(len, encoded), np.int64, len(encoded)), buffer_part([b"".join(encoded)])


def _arrow(array: Any) -> Node:
    return Node(("pandas arrow",), (str(array.dtype), array.__arrow_array__()))


def _numpy(array: Any) -> Node:
    return Node(("pandas numpy",), (np.asarray(array),))


_ARRAYS: list[tuple[type, Callable[[Any], Node]]] = [
    (pd.Categorical, _categorical),
    (pd.arrays.StringArray, _strings),
    (pd.arrays.ArrowStringArray, _strings),
    (pd.arrays.ArrowExtensionArray, _arrow),
    (pd.arrays.IntegerArray, _masked),
    (pd.arrays.FloatingArray, _masked),
    (pd.arrays.BooleanArray, _masked),
    (pd.arrays.DatetimeArray, _datetimes),
    (pd.arrays.TimedeltaArray, _datetimes),
    (pd.arrays.PeriodArray, _periods),
    (pd.arrays.IntervalArray, _intervals),
    (pd.arrays.SparseArray, _sparse),
    (pd.arrays.NumpyExtensionArray, _numpy),
]


@encoder(pd.Timestamp)
def encode_timestamp(value: pd.Timestamp) -> Node:
    """Encode an instant, with its unit, zone and fold."""
    zone = None if value.tz is None else str(value.tz)
    return Node(("pandas.Timestamp",), (value.unit, value.asm8.view("i8").item(), zone, value.fold))


@encoder(pd.Timedelta)
def encode_timedelta(value: pd.Timedelta) -> Node:
    """Encode a duration with its unit."""
    return Node(("pandas.Timedelta",), (value.unit, value.asm8.view("i8").item()))


@encoder(pd.Period)
def encode_period(value: pd.Period) -> Node:
    """Encode a period."""
    return Node(("pandas.Period",), (value.freqstr, value.ordinal))


@encoder(pd.Interval)
def encode_interval(value: Any) -> Node:
    """Encode an interval."""
    return Node(("pandas.Interval",), (value.left, value.right, value.closed))


@encoder(type(pd.NaT), type(pd.NA))
def encode_missing(value: object) -> Node:
    """Encode what is missing by its name."""
    return Node((f"pandas.{type(value).__name__}",))


@encoder(pd.api.extensions.ExtensionDtype, subclasses=True, whole=True)
def encode_dtype(dtype: Any) -> Node:
    """Encode a dtype of pandas by its name; a categorical one by its categories."""
    if isinstance(dtype, pd.CategoricalDtype):
        return Node(("pandas.CategoricalDtype",), (dtype.categories, dtype.ordered))
    return Node(("pandas dtype",), (type(dtype).__name__, str(dtype)))


@encoder(pd.tseries.offsets.BaseOffset, subclasses=True, whole=True)
def encode_offset(offset: Any) -> Node:
    """Encode a date offset by its name, count and parameters."""
    return Node(("pandas offset", type(offset).__name__), (offset.n, offset.normalize, dict(offset.kwds)))
