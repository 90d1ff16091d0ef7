"""Encoders of polars: names, dtypes and values; not chunks, codes of categories, or what lies under a null.

A series is taken apart one level deep: the values in lists and the fields of structs are series of their own.
"""

from __future__ import annotations

import array
from collections.abc import Iterator
from typing import Any

import polars as pl

from memo.dethash.hashing import Buffer, buffer_part
from memo.dethash.instances import NoDigestError, call_user, state_reader
from memo.dethash.node import Node
from memo.dethash.registry import encoder
from memo.dethash.resources import RESOURCES

#: Series are read in pieces of so many rows; the format of text depends on it.
ROWS = 1 << 17
#: What Python's ``array`` calls numbers: with polars alone, without NumPy, it makes bytes of them.
_CODES = {
    pl.Int8: "b", pl.Int16: "h", pl.Int32: "i", pl.Int64: "q", pl.UInt8: "B", pl.UInt16: "H", pl.UInt32: "I",
    pl.UInt64: "Q", pl.Float32: "f", pl.Float64: "d",
}  # fmt: skip
#: A decimal number's digits where none are given.
_MOST_DIGITS = 38

RESOURCES["polars.lazyframe.frame.LazyFrame"] = "it is a query, and what it reads may change: pass its collect()"


@encoder(pl.DataFrame, whole=True)
def encode_frame(frame: Any) -> Node:
    """Encode the columns."""
    children = (frame.height, frame.get_columns(), _added(frame, pl.DataFrame, "_df"))
    return Node(("polars.DataFrame", *_subclass(frame, pl.DataFrame)), children, labels=("", ".columns", "."))


@encoder(pl.Series, whole=True)
def encode_series(series: Any) -> Node:
    """Encode the name, the dtype, where nulls are, and the values."""
    valid = series.is_not_null()
    has_nulls = series.null_count() > 0
    validity = list(buffer_part(_numbers(piece.cast(pl.UInt8)) for piece in _pieces(valid))) if has_nulls else None
    dtype = series.dtype() if isinstance(series.dtype, type) else series.dtype  # a class in some versions
    head = (series.name, dtype, len(series), validity, _added(series, pl.Series, "_s"))
    body = _body(series)
    labels = (".name", ".dtype", "", "", ".", *[""] * len(body))
    return Node(("polars.Series", *_subclass(series, pl.Series)), (*head, *body), labels=labels)


@encoder(pl.DataType, whole=True)
def encode_dtype(dtype: Any) -> Node:
    """Encode a dtype."""
    return Node(("polars dtype",), (_spelled(dtype),))


@encoder(pl.Expr)
def encode_expression(expression: Any) -> Node:
    """Encode an expression as polars writes it, which is the same in one version only."""
    written = expression.meta.serialize()
    if b"AnonymousFunction" in written:
        raise NoDigestError("it calls a Python function, which polars hides")
    return Node(("polars.Expr",), (written,))


def _subclass(value: Any, base: type) -> tuple[type, ...]:
    return () if type(value) is base else (type(value),)


def _added(value: Any, base: type, own: str) -> object:
    """Return what a subclass or a user added."""
    state = call_user("__getstate__", state_reader(type(value), base), value)
    return {name: part for name, part in state.items() if name != own} if isinstance(state, dict) else state


# -- values -----------------------------------------------------------------------------------------------------------


def _body(series: Any) -> tuple[object, ...]:
    dtype = series.dtype
    nested = _nested(series)
    if nested is not None:
        return nested
    if dtype == pl.Null:
        return ()
    if dtype == pl.Object:
        return (series.to_list(),)
    if dtype == pl.Categorical:
        return _categories(series)
    if dtype.base_type() in (pl.String, pl.Binary):
        return buffer_part(_text(series))
    if dtype == pl.Boolean:
        return buffer_part(_numbers(piece.cast(pl.UInt8)) for piece in _pieces(series.drop_nulls()))
    physical = series.to_physical()
    if dtype == pl.Enum:  # polars chooses the size of its codes
        physical = physical.cast(pl.UInt32)
    if physical.dtype.base_type() in _CODES:
        return buffer_part(_numbers(piece.drop_nulls()) for piece in _pieces(physical))
    return (series.cast(pl.String),)  # numbers of 128 bits and decimal ones


def _nested(series: Any) -> tuple[object, ...] | None:
    """Return the parts of a series of containers."""
    dtype = series.dtype
    if dtype == pl.List:
        lists = series.drop_nulls()
        lengths = lists.list.len().rename("")
        return (lengths, lists.filter(lengths > 0).explode().rename(""))
    if dtype == pl.Array:
        return (series.drop_nulls().explode().rename(""),) if dtype.size else ()
    if dtype == pl.Struct:
        rows = series.drop_nulls()
        return tuple(rows.struct.field(name).rename("") for name in rows.struct.fields)
    if hasattr(pl, "Extension") and isinstance(dtype, pl.BaseExtension):
        return (series.ext.storage().rename(""),)
    return None


def _categories(series: Any) -> tuple[object, ...]:
    """Return the text; before polars 1.32 also the categories in their order, if values are sorted by it."""
    order = None
    if getattr(series.dtype, "ordering", "lexical") == "physical":
        used = series.drop_nulls().unique()
        order = used.gather(used.to_physical().arg_sort()).cast(pl.String).rename("")
    return (series.cast(pl.String).rename(""), order)


def _text(series: Any) -> Iterator[Buffer]:
    for piece in _pieces(series):
        values = piece.drop_nulls()
        if series.dtype == pl.String:
            yield _numbers(values.str.len_chars())
            yield values.str.join("").item().encode()
        else:
            parts = values.to_list()
            yield array.array("I", map(len, parts)).tobytes()
            yield b"".join(parts)


def _numbers(series: Any) -> Buffer:
    """Return the bytes of numbers, none of which is null."""
    try:
        return memoryview(series.to_numpy()).cast("B") if len(series) else b""
    except ModuleNotFoundError:  # polars works without NumPy
        return array.array(_CODES[series.dtype.base_type()], series.to_list()).tobytes()


def _pieces(series: Any) -> Iterator[Any]:
    for start in range(0, len(series), ROWS):
        yield series.slice(start, ROWS)


def _spelled(dtype: Any) -> object:
    """Return a dtype, or the class of one, as plain data."""
    name = dtype.base_type().__name__
    if isinstance(dtype, type):
        return (name, {})
    parts: dict[str, object] = dict(vars(dtype))
    if name == "Struct":
        parts = {"fields": [(field.name, _spelled(field.dtype)) for field in dtype.fields]}
    elif name == "Enum":
        parts = {"categories": dtype.categories.to_list()}
    elif name == "Decimal":
        parts["precision"] = dtype.precision or _MOST_DIGITS
    elif "inner" in parts:
        parts["inner"] = _spelled(dtype.inner)
    elif name == "Categorical" and "categories" in parts:
        given = dtype.categories
        parts = {"name": given.name(), "namespace": given.namespace(), "physical": _spelled(given.physical())}
    return (name, parts)
