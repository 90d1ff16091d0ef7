"""Encoders of pandas' scalars, date offsets and dtypes.

Dtypes of other libraries are instances like any other.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pandas as pd

from memo.dethash.node import Node
from memo.dethash.registry import encoder

#: Where a zone of dateutil's says that its rules are from.
_ZONES = "zoneinfo/"


@encoder(pd.Timestamp)
def encode_timestamp(value: Any) -> Node:
    """Encode an instant, with its unit, zone and fold."""
    return Node(("pandas.Timestamp",), (value.unit, int(value.asm8.view("i8")), _zone(value.tzinfo), value.fold))


@encoder(pd.Timedelta)
def encode_timedelta(value: Any) -> Node:
    """Encode a duration with its unit."""
    return Node(("pandas.Timedelta",), (value.unit, int(value.asm8.view("i8"))))


@encoder(pd.Period)
def encode_period(value: Any) -> Node:
    """Encode a period by its frequency and its number."""
    return Node(("pandas.Period",), (value.freq, value.ordinal))


@encoder(pd.Interval)
def encode_interval(value: Any) -> Node:
    """Encode an interval."""
    return Node(("pandas.Interval",), (value.left, value.right, value.closed), labels=(".left", ".right"))


@encoder(type(pd.NaT), type(pd.NA))
def encode_missing(value: object) -> Node:
    """Encode what is missing by its name."""
    return Node((f"pandas.{type(value).__name__}",))


@encoder(pd.tseries.offsets.BaseOffset, whole=True)
def encode_offset(offset: Any) -> Node:
    """Encode a date offset by its class, count and parameters."""
    cls = type(offset)
    kind = cls.__name__ if cls.__module__.partition(".")[0] == "pandas" else cls
    return Node(("pandas offset", kind), (offset.n, offset.normalize, dict(offset.kwds)))


def _zone(tz: Any) -> object:
    """Return a time zone's name, whichever library it is from; a fixed offset as it is."""
    if tz is UTC:
        return "UTC"
    library = type(tz).__module__.partition(".")[0]
    if library == "zoneinfo":
        return tz.key or tz
    if library == "pytz":
        return tz.zone or tz
    if library == "dateutil":
        file = str(getattr(tz, "_filename", ""))
        return file.rpartition(_ZONES)[2] if _ZONES in file else tz
    return tz


# -- dtypes -----------------------------------------------------------------------------------------------------------

_MASKED = [type(pd.array([], dtype=name).dtype) for name in (
    "boolean", "Float32", "Float64", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64",
)]  # fmt: skip


@encoder(*_MASKED, subclasses=True)
def encode_masked_dtype(dtype: Any) -> Node:
    """Encode the name."""
    return Node(("pandas dtype", dtype.name))


@encoder(pd.StringDtype, subclasses=True)
def encode_string_dtype(dtype: Any) -> Node:
    """Encode what stands for missing text: that is what tells ``str`` from ``string``."""
    return Node(("pandas.StringDtype", "NA" if dtype.na_value is pd.NA else "nan"))


@encoder(pd.CategoricalDtype, subclasses=True)
def encode_categorical_dtype(dtype: Any) -> Node:
    """Encode the categories in their order, and whether it counts when they are compared."""
    categories = None if dtype.categories is None else dtype.categories.array
    return Node(("pandas.CategoricalDtype",), (categories, dtype.ordered), labels=(".categories", ".ordered"))


@encoder(pd.DatetimeTZDtype, subclasses=True)
def encode_datetime_dtype(dtype: Any) -> Node:
    """Encode the unit and the zone."""
    return Node(("pandas.DatetimeTZDtype",), (dtype.unit, _zone(dtype.tz)))


@encoder(pd.PeriodDtype, subclasses=True)
def encode_period_dtype(dtype: Any) -> Node:
    """Encode the frequency."""
    return Node(("pandas.PeriodDtype",), (dtype.freq,), labels=(".freq",))


@encoder(pd.IntervalDtype, subclasses=True)
def encode_interval_dtype(dtype: Any) -> Node:
    """Encode the bounds' dtype and which of them are inside."""
    return Node(("pandas.IntervalDtype",), (dtype.subtype, dtype.closed), labels=(".subtype", ".closed"))


@encoder(pd.SparseDtype, subclasses=True)
def encode_sparse_dtype(dtype: Any) -> Node:
    """Encode the values' dtype and the one that is not kept."""
    return Node(("pandas.SparseDtype",), (dtype.subtype, dtype.fill_value), labels=(".subtype", ".fill_value"))


@encoder(pd.ArrowDtype, subclasses=True)
def encode_arrow_dtype(dtype: Any) -> Node:
    """Encode Arrow's type."""
    return Node(("pandas.ArrowDtype",), (dtype.pyarrow_dtype,), labels=("",))
