"""pandas' words for indexes and for the arrays of its own dtypes.

A word is made only where what it leads back to is known to be the same; periods, intervals, sparse arrays and the
offsets that no text stands for are pickled.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from memo.store.formats.words import Reducer

WORDS = frozenset({
    "arrow", "arrow_text", "categorical", "index", "masked", "multi_index", "python_text", "range_index", "time_index",
    "times",
})  # fmt: skip

pd: Any = import_module("pandas")  # its stubs know little of what follows
# ruff: noqa: SLF001 - how pandas keeps its arrays is no public affair; the tests ask old and new versions
_TIMES = {"DatetimeArray": pd.arrays.DatetimeArray, "TimedeltaArray": pd.arrays.TimedeltaArray}
_TIME_INDEXES = {"DatetimeIndex": pd.DatetimeIndex, "TimedeltaIndex": pd.TimedeltaIndex}
_MASKED = {
    "BooleanArray": pd.arrays.BooleanArray,
    "FloatingArray": pd.arrays.FloatingArray,
    "IntegerArray": pd.arrays.IntegerArray,
}


def index(values: Any, name: Any) -> Any:
    """Rebuild an index on its labels."""
    return pd.Index(values, values.dtype, name=name, copy=False, tupleize_cols=False)


def range_index(start: int, stop: int, step: int, name: Any) -> Any:
    """Rebuild an index that counts."""
    return pd.RangeIndex(start, stop, step, name=name)


def multi_index(levels: list[Any], codes: list[Any], names: list[Any], sortorder: int | None) -> Any:
    """Rebuild an index of several levels."""
    return pd.MultiIndex(levels, codes, sortorder, names, copy=False, verify_integrity=False)


def time_index(kind: str, values: Any, zone: Any, freq: str | None, name: Any) -> Any:
    """Rebuild an index of instants or spans."""
    made = index(times("DatetimeArray" if kind == "DatetimeIndex" else "TimedeltaArray", values, zone), name)
    if freq is not None:
        made.freq = _offset(freq)
    return made


def times(kind: str, values: Any, zone: Any) -> Any:
    """Rebuild an array of instants or spans on NumPy's."""
    dtype = values.dtype if zone is None else pd.DatetimeTZDtype(np.datetime_data(values.dtype)[0], zone)
    return _TIMES[kind]._simple_new(values, dtype=dtype)  # others copy, or take what is in UTC for local time


def categorical(codes: Any, categories: Any, ordered: bool) -> Any:
    """Rebuild an array of places among categories."""
    return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(categories, ordered), validate=False)


def masked(kind: str, values: Any, mask: Any) -> Any:
    """Rebuild an array of numbers some of which are missing."""
    return _MASKED[kind](values, mask)


def python_text(values: Any, is_nan: bool) -> Any:
    """Rebuild an array of text that Python keeps."""
    return pd.array(values, _text_dtype("python", is_nan=is_nan), copy=False)


def arrow_text(values: Any, is_nan: bool) -> Any:
    """Rebuild an array of text that Arrow keeps."""
    dtype = _text_dtype("pyarrow", is_nan=is_nan)
    kind: Any = dtype.construct_array_type()
    return kind(values, dtype=dtype) if _HAS_NAN_TEXT else kind(values)


def arrow(values: Any) -> Any:
    """Rebuild an array of one of Arrow's types."""
    return pd.arrays.ArrowExtensionArray(values)


_HAS_NAN_TEXT = hasattr(pd.StringDtype(), "_na_value")


def _text_dtype(storage: str, *, is_nan: bool) -> Any:
    return pd.StringDtype(storage, na_value=np.nan) if is_nan else pd.StringDtype(storage)


def _offset(text: str) -> Any:
    return pd.tseries.frequencies.to_offset(text)


def _offset_text(freq: Any) -> str | None:
    """Return text that leads back to *freq*.

    Raises:
        ValueError: there is none.
    """
    if freq is None:
        return None
    text = str(freq.freqstr)
    found = _offset(text)
    if type(found) is not type(freq) or found != freq:
        raise ValueError(text)
    return text


def _reduce_index(value: Any) -> Any:
    return index, (value._data, value.name)


def _reduce_range(value: Any) -> Any:
    return range_index, (value.start, value.stop, value.step, value.name)


def _reduce_multi(value: Any) -> Any:
    codes = [np.asarray(part) for part in value.codes]
    return multi_index, (list(value.levels), codes, list(value.names), value.sortorder)


def _reduce_time_index(value: Any) -> Any:
    try:
        freq = _offset_text(value.freq)
    except (ValueError, AttributeError):
        return NotImplemented
    return time_index, (type(value).__name__, value._data._ndarray, getattr(value, "tz", None), freq, value.name)


def _reduce_times(value: Any) -> Any:
    if getattr(value, "freq", None) is not None:  # before pandas 3
        return NotImplemented
    return times, (type(value).__name__, value._ndarray, getattr(value, "tz", None))


def _reduce_categorical(value: Any) -> Any:
    return categorical, (value._ndarray, value.categories, value.ordered)


def _reduce_masked(value: Any) -> Any:
    return masked, (type(value).__name__, value._data, value._mask)


def _reduce_python_text(value: Any) -> Any:
    dtype = value.dtype
    is_nan = dtype.na_value is not pd.NA
    return (python_text, (value._ndarray, is_nan)) if dtype.storage == "python" else NotImplemented


def _reduce_arrow_text(value: Any) -> Any:
    dtype = value.dtype
    is_nan = dtype.na_value is not pd.NA
    return (arrow_text, (value._pa_array, is_nan)) if dtype.storage == "pyarrow" else NotImplemented


def _reduce_arrow(value: Any) -> Any:
    return arrow, (value._pa_array,)


REDUCERS: dict[type, Reducer] = {
    pd.Index: _reduce_index,
    pd.CategoricalIndex: _reduce_index,
    pd.RangeIndex: _reduce_range,
    pd.MultiIndex: _reduce_multi,
    **dict.fromkeys(_TIME_INDEXES.values(), _reduce_time_index),
    pd.Categorical: _reduce_categorical,
    pd.arrays.StringArray: _reduce_python_text,
    pd.arrays.ArrowStringArray: _reduce_arrow_text,
    pd.arrays.ArrowExtensionArray: _reduce_arrow,
    **dict.fromkeys(_TIMES.values(), _reduce_times),
    **dict.fromkeys(_MASKED.values(), _reduce_masked),
}
