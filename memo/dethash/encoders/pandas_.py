"""Encoders of pandas' frames, series and indexes: labels, dtypes and values; not blocks, caches or views.

pandas' own classes count by name alone, for their modules are others in each major version.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from memo.dethash.instances import call_user, state_reader
from memo.dethash.node import Node
from memo.dethash.paths import spell_key
from memo.dethash.registry import encoder, in_place_of

#: What a frame or series keeps beside what is encoded here: an accessor goes by the name of its own.
_KEPT = frozenset({"_attrs", "attrs", "_typ", "_data", "_mgr", "_metadata", "_flags", "_item_cache", "_hidden_attrs"})


@encoder(pd.DataFrame, whole=True)
def encode_frame(frame: Any) -> Node:
    """Encode a frame column by column."""
    columns = list(pd.DataFrame._iter_column_arrays(frame))  # type: ignore[attr-defined]  # noqa: SLF001  items() fills a cache, and takes 10 times as long
    names = [f"[{spell_key(name)}]" for name in frame.columns]
    return _with_labels(frame, pd.DataFrame, [frame.columns, *columns], [".columns", *names])


@encoder(pd.Series, whole=True)
def encode_series(series: Any) -> Node:
    """Encode a series."""
    return _with_labels(series, pd.Series, [series.name, series.array], [".name", ".array"])


def _with_labels(value: Any, base: type, parts: list[object], labels: list[str]) -> Node:
    """Return the node of a frame or series: its index, ``attrs`` and flags, what a subclass or user added, *parts*."""
    cls = type(value)
    state = call_user("__getstate__", state_reader(cls, base), value)
    if isinstance(state, dict):
        known = _KEPT | cls._internal_names_set | cls._accessors
        state = {name: part for name, part in state.items() if name not in known}
    head = (value.index, dict(value.attrs), value.flags.allows_duplicate_labels, state)
    head_labels = (".index", ".attrs", ".flags", ".")
    return Node(
        (f"pandas.{base.__name__}", "" if cls is base else cls), [*head, *parts], labels=[*head_labels, *labels]
    )


@encoder(pd.Index, whole=True)
def encode_index(index: Any) -> Node:
    """Encode an index by its class, its names and its labels."""
    cls = type(index)
    children: dict[str, object] = {".names": list(index.names)}
    if isinstance(index, pd.RangeIndex):
        children[".range"] = range(index.start, index.stop, index.step)
    elif isinstance(index, pd.MultiIndex):
        children[".levels"] = [level.array for level in index.levels]
        children[".codes"] = [_codes(codes, level) for codes, level in zip(index.codes, index.levels, strict=True)]
    else:
        children[".array"] = index.array
        if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
            children[".freq"] = index.freq
    return Node(("pandas.Index", _kind(cls)), tuple(children.values()), labels=tuple(children))


def _codes(codes: Any, level: Any) -> object:
    """Return a level's codes in the least size that its labels need."""
    return np.asarray(codes, np.min_scalar_type(-max(1, len(level))))


def _kind(cls: type) -> str | type:
    return cls.__name__ if cls.__module__.partition(".")[0] == "pandas" else cls


# By name, for these are pandas' own affair: were they called otherwise, their caches would count.
@in_place_of("pandas.core.base.SelectionMixin")
@in_place_of("pandas.core.groupby.ops.BaseGrouper")
@in_place_of("pandas.core.groupby.grouper.Grouping")
def groups(value: Any) -> object:
    """Return what a frame's groups or windows are made of."""
    return {name: part for name, part in vars(value).items() if name != "_cache"}
