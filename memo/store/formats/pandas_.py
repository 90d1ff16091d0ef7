"""pandas' words: frames and series as the arrays that they are made of, in as many pieces as pandas keeps them in.

Nothing is converted: labels, dtypes, flags and attributes come back as they were, and the large arrays are mapped.
Arrow IPC would need pyarrow, copy the columns on both ways, and has no place for objects, duplicate labels or offsets.
What pandas keeps its columns in is no public affair; what is not found there as expected is pickled. Indexes and the
arrays of pandas' own dtypes are in ``pandas_arrays.py``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from memo.store.formats.words import Reducer

pd: Any = import_module("pandas")  # its stubs know little of what follows
WORDS = frozenset({"frame", "missing", "series", "timedelta", "timestamp"})


def frame(columns: Any, rows: Any, blocks: list[tuple[Any, Any]], attrs: dict[Any, Any], flag: bool) -> Any:
    """Rebuild a frame on its blocks: arrays, each with the places of its columns."""
    return _with_flags(_create(blocks, rows, columns), attrs, flag)


def series(values: Any, rows: Any, name: Any, attrs: dict[Any, Any], flag: bool) -> Any:
    """Rebuild a series on its array."""
    return _with_flags(pd.Series(values, rows, values.dtype, name, copy=False), attrs, flag)


def missing(name: str) -> Any:
    """Return the one value of its kind that is called so."""
    return {"NA": pd.NA, "NaT": pd.NaT}[name]


def timestamp(value: Any, zone: Any) -> Any:
    """Rebuild an instant from NumPy's, which is in UTC if there is a zone."""
    made = pd.Timestamp(value)
    return made if zone is None else made.tz_localize("UTC").tz_convert(zone)


def timedelta(value: Any) -> Any:
    """Rebuild a span of time from NumPy's."""
    return pd.Timedelta(value)


def _create(blocks: list[tuple[Any, Any]], rows: Any, columns: Any) -> Any:
    if hasattr(pd.api, "internals"):
        return pd.api.internals.create_dataframe_from_blocks(blocks, rows, columns)
    # Before pandas 3 other libraries, pyarrow among them, do it like this.
    make = import_module("pandas.core.internals.api").make_block
    made = tuple(make(values, places, ndim=2) for values, places in blocks)
    manager = import_module("pandas.core.internals.managers").BlockManager(made, [columns, rows])
    return pd.DataFrame._from_mgr(manager, manager.axes)  # noqa: SLF001 - as above


def _with_flags(made: Any, attrs: dict[Any, Any], flag: bool) -> Any:
    if attrs:
        made.attrs = attrs
    if not flag:
        made.flags.allows_duplicate_labels = False
    return made


def _reduce_frame(value: Any) -> Any:
    blocks = getattr(getattr(value, "_mgr", None), "blocks", None)
    if blocks is None:
        return NotImplemented
    pieces = [(block.values, np.asarray(block.mgr_locs.as_array)) for block in blocks]
    return frame, (value.columns, value.index, pieces, dict(value.attrs), value.flags.allows_duplicate_labels)


def _reduce_series(value: Any) -> Any:
    values = getattr(value, "_values", None)
    if values is None:
        return NotImplemented
    return series, (values, value.index, value.name, dict(value.attrs), value.flags.allows_duplicate_labels)


def _reduce_missing(value: Any) -> Any:
    return missing, ("NA" if value is pd.NA else "NaT",)


def _reduce_timestamp(value: Any) -> Any:
    parts = value.to_datetime64(), value.tz
    back = timestamp(*parts)
    same = (back, back.unit, back.fold, back.tz) == (value, value.unit, value.fold, value.tz)
    return (timestamp, parts) if same else NotImplemented


def _reduce_timedelta(value: Any) -> Any:
    back = timedelta(value.to_timedelta64())
    same = (back, back.unit) == (value, value.unit)
    return (timedelta, (value.to_timedelta64(),)) if same else NotImplemented


REDUCERS: dict[type, Reducer] = {
    pd.DataFrame: _reduce_frame,
    pd.Series: _reduce_series,
    pd.Timestamp: _reduce_timestamp,
    pd.Timedelta: _reduce_timedelta,
    type(pd.NA): _reduce_missing,
    type(pd.NaT): _reduce_missing,
}
