"""polars' words: frames and series as Arrow IPC, which is how polars itself keeps them."""

from __future__ import annotations

from pickle import PickleBuffer
from typing import IO, Any

import polars as pl

from memo.store.formats.spool import opened, spooled
from memo.store.formats.words import Reducer

WORDS = frozenset({"frame", "series"})
#: Columns of these are taken over from pyarrow, if it is installed, without being copied.
_FLAT = frozenset({
    pl.Boolean, pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64, pl.Float32,
    pl.Float64, pl.String, pl.Binary, pl.Date, pl.Time, pl.Datetime, pl.Duration,
})  # fmt: skip


def frame(data: Any, is_flat: bool, height: int) -> Any:
    """Read a frame."""
    view = memoryview(data)
    if is_flat:
        try:
            import pyarrow as pa
        except ImportError:
            pass
        else:
            table = pa.ipc.open_file(pa.py_buffer(view)).read_all()
            names = table.column_names
            made: Any = pl.from_arrow(table.rename_columns([str(at) for at in range(len(names))]), rechunk=False)
            made.columns = names  # afterwards: taking over a table, polars gives a column without a name another one
            return made
    with opened(view) as file:
        made = pl.read_ipc(file)
    return made if made.height == height else pl.DataFrame(height=height)


def series(made: Any, name: str) -> Any:
    """Take the one column of a frame."""
    return made.to_series(0).rename(name)


def _reduce_frame(value: Any) -> Any:
    is_flat = bool(value.width) and all(dtype.base_type() in _FLAT for dtype in value.dtypes)
    return frame, (PickleBuffer(_written(value)), is_flat, value.height)


def _reduce_series(value: Any) -> Any:
    return series, (value.rename("").to_frame(), value.name)


def _written(value: Any) -> memoryview:
    """Return *value* as an IPC file.

    Raises:
        TypeError: its dtypes would not come back, nor would they from a pickle, which polars makes of the same.
    """
    if pl.Object in value.dtypes:
        raise TypeError("polars cannot write columns of dtype Object: return them as lists, beside the frame")
    try:
        view = spooled(lambda file: _write(value, file))
        with opened(view) as file:
            back = pl.read_ipc_schema(file)
    except (pl.exceptions.PanicException, NotImplementedError) as error:
        raise TypeError(f"polars cannot write it: {error}") from error
    if list(back.items()) != list(value.schema.items()):
        raise TypeError(f"this version of polars does not give back its dtypes: {back} for {value.schema}")
    return view


def _write(value: Any, file: IO[bytes]) -> None:
    value.write_ipc(file, compression="uncompressed", **_NEWEST)


#: The layout of text that polars itself has, so that nothing is converted on the way back.
_NEWEST: dict[str, Any] = {"compat_level": pl.CompatLevel.newest()} if hasattr(pl, "CompatLevel") else {}

REDUCERS: dict[type, Reducer] = {pl.DataFrame: _reduce_frame, pl.Series: _reduce_series}
