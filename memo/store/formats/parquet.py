"""Frames and tables to Parquet and back, as what they were."""

from __future__ import annotations

import sys
from typing import IO, Any, Final

_KIND: Final = b"memo:type"


def write(value: Any, file: IO[bytes]) -> None:
    """Write *value*, and of which library it is.

    Raises:
        TypeError: it is no frame and no table.
    """
    import pyarrow as pa
    from pyarrow import parquet

    kind = _kind_of(value)
    table = value
    if kind == "pandas":
        table = pa.Table.from_pandas(value)
    elif kind == "polars":
        table = value.to_arrow()
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), _KIND: kind.encode()})
    parquet.write_table(table, file, compression="zstd")


def read(file: IO[bytes]) -> Any:
    """Read what :func:`write` wrote."""
    from pyarrow import parquet

    table = parquet.ParquetFile(file).read()
    metadata = dict(table.schema.metadata or {})
    kind = metadata.pop(_KIND, b"pyarrow").decode()
    table = table.replace_schema_metadata(metadata or None)
    if kind == "pandas":
        return table.to_pandas()
    if kind == "polars":
        import polars as pl

        return pl.from_arrow(table)
    return table


def types(value: Any) -> list[str]:
    """Return how the types of the columns and of the index are spelled."""
    if _kind_of(value) == "pandas":
        return [*map(repr, value.dtypes), repr(value.index.dtype), repr(value.columns.dtype)]
    return [repr(value.schema)]


def _kind_of(value: Any) -> str:
    for library, name in {"pandas": "DataFrame", "polars": "DataFrame", "pyarrow": "Table"}.items():
        if type(value) is getattr(sys.modules.get(library), name, None):
            return library
    raise TypeError(f"it is a {type(value).__qualname__}, and neither a frame of pandas or polars nor a pyarrow.Table")
