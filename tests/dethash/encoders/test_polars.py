"""polars' values: names, dtypes and values count; chunks and the codes of categories do not."""

# ruff: noqa: E501, DTZ001 - a census is a long list, and there are times without a zone
from __future__ import annotations

import datetime as dt
import sys
import warnings
from decimal import Decimal
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests, in_new_process, refusal

pl = pytest.importorskip("polars")

#: A series of each kind of dtype, with a null wherever there can be one.
SERIES: dict[str, Any] = {
    **{f"{dtype}": pl.Series([1, None, 3], dtype=dtype) for dtype in (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64, pl.Float32, pl.Float64)},
    "bool": pl.Series([True, None, False]), "text": pl.Series(["x", None, "yé", ""]), "bytes": pl.Series([b"x", None, b""]), "null": pl.Series([None, None]), "decimal": pl.Series([Decimal("1.50"), None]),
    "date": pl.Series([dt.date(2026, 1, 1), None]), "datetime": pl.Series([dt.datetime(2026, 1, 1), None]), "datetime ns": pl.Series([dt.datetime(2026, 1, 1), None], dtype=pl.Datetime("ns")),
    "datetime UTC": pl.Series([dt.datetime(2026, 1, 1), None], dtype=pl.Datetime("us", "UTC")), "span": pl.Series([dt.timedelta(1), None]), "time": pl.Series([dt.time(1), None]),
    "lists": pl.Series([[1, 2], [], None, [None]]), "lists of texts": pl.Series([["a", None], None, []]), "lists of dates": pl.Series([[dt.date(2026, 1, 1)], None]), "lists of lists": pl.Series([[[1], []], None, []]),
    "pairs": pl.Series([[1, 2], None, [3, 4]], dtype=pl.Array(pl.Int64, 2)), "pairs of singles": pl.Series([[[1], [2]], None], dtype=pl.Array(pl.Array(pl.Int64, 1), 2)),
    "structs": pl.Series([{"a": 1, "b": "x"}, None, {"a": 2, "b": None}]), "structs of lists": pl.Series([{"a": [1]}, {"a": []}]), "categories": pl.Series(["b", "a", None, "b"], dtype=pl.Categorical),
    "enum": pl.Series(["b", "a", None], dtype=pl.Enum(["a", "b"])), "enum with more": pl.Series(["b", "a", None], dtype=pl.Enum(["a", "b", "c"])), "enum in another order": pl.Series(["b", "a", None], dtype=pl.Enum(["b", "a"])),
    "objects": pl.Series([(1,), None, "x"], dtype=pl.Object),
}  # fmt: skip
if hasattr(pl, "Int128"):
    SERIES["128 bits"] = pl.Series([1, None, 2**100], dtype=pl.Int128)
CHUNKED = sorted(SERIES.keys() - {"objects"})


def frame() -> Any:
    return pl.DataFrame({"i": [1, 2, None], "t": ["a", "b", None], "l": [[1], [], None]})


def test_no_two_different_values_share_a_digest():
    series = SERIES["Int64"]
    world = (
        SERIES
        | {f"dtype of {name}": value.dtype for name, value in SERIES.items()}
        | {f"frame of {name}": value.to_frame() for name, value in SERIES.items()}
    )
    world |= {
        "two in the first list": pl.Series([[1, 2], []]), "one in each list": pl.Series([[1], [2]]), "two in the second": pl.Series([[], [1, 2]]), "named": series.rename("x"), "no rows": series[:0], "longer": series.extend_constant(None, 1), "0.0": pl.Series([0.0]), "-0.0": pl.Series([-0.0]), "nan": pl.Series([float("nan")]),
        "frame": frame(), "order": frame().select("t", "i", "l"), "renamed": frame().rename({"i": "j"}), "a cell": frame().with_columns(pl.col("i") + 1), "empty": pl.DataFrame(), "expression": pl.col("a") > 3,
        "other expression": pl.col("a") > 4, **{f"text {value}": pl.Series(value) for value in (["ab", "c"], ["a", "bc"], ["", "abc"], ["abc", ""], ["abc", None], ["é", "e"], ["e", "é"])},
    }  # fmt: skip
    assert [] == alike_in(world)


def test_copies_have_the_digest():
    assert [] == [name for name in CHUNKED if {det_hash(SERIES[name])} != digests(*copies(SERIES[name]))]
    assert {det_hash(frame())} == digests(*copies(frame()), frame().clone(), frame().lazy().collect())


def test_chunks_and_offsets_do_not_count():
    for name in CHUNKED:
        series = SERIES[name]
        parts = series[:1].clone()
        for place in range(1, len(series)):
            parts = parts.append(series[place : place + 1])
        assert parts.n_chunks() == len(series)
        inside = pl.concat([series, series])[len(series) :]
        assert {det_hash(series)} == digests(
            parts, parts.clone().rechunk(), inside, pl.concat([series, series], rechunk=True)[: len(series)]
        ), name
        assert det_hash(series) != det_hash(parts[1:])
    assert {det_hash(frame())} == digests(pl.concat([frame()[:1], frame()[1:]], rechunk=False), frame().rechunk())


def test_sorting_flags_and_other_uses_do_not_count():
    before, after = before_and_after(
        frame(), lambda df: df["i"].is_sorted(), lambda df: df.sum(), repr, lambda df: df["t"].to_list()
    )
    assert before == after
    assert det_hash(pl.Series([1, 2])) == det_hash(pl.Series([1, 2]).set_sorted())


def test_the_codes_of_categories_do_not_count():
    """They depend on what the process has met before."""
    expected = det_hash(pl.Series(["b", "a", "b"], dtype=pl.Categorical))
    program = (
        "import polars as pl\nfrom memo.dethash import det_hash\nkept = pl.Series(['z', 'a', 'b'], dtype=pl.Categorical)\n"
        "print(det_hash(pl.Series(['b', 'a', 'b'], dtype=pl.Categorical)))"
    )
    assert expected == in_new_process(program, "1")
    if hasattr(pl, "StringCache"):
        with warnings.catch_warnings(action="ignore"), pl.StringCache():  # newer versions do without
            pl.Series(["z", "b", "y"], dtype=pl.Categorical)
            assert expected == det_hash(pl.Series(["b", "a", "b"], dtype=pl.Categorical))


def test_large_series_are_read_in_pieces_that_do_not_count():
    """A piece holds 131072 rows."""
    numbers = pl.Series([None if row % 5 == 0 else row for row in range(300_000)])
    for series in (numbers, numbers.cast(pl.String), numbers % 2 == 0):
        parts = pl.concat([series[:100_001], series[100_001:]], rechunk=False)
        assert det_hash(series) == det_hash(parts)
        assert det_hash(series) != det_hash(pl.concat([series[:200_000], series[200_001:], series[:1]]))


def test_numbers_have_the_same_digest_where_numpy_is_missing(monkeypatch):
    names = [name for name in CHUNKED if name != "128 bits"]
    with_numpy = [det_hash(SERIES[name]) for name in names]

    def missing(self):
        raise ModuleNotFoundError("numpy")

    monkeypatch.setattr(pl.Series, "to_numpy", missing)
    assert with_numpy == [det_hash(SERIES[name]) for name in names]


def test_a_subclass_counts_and_so_does_what_it_keeps():
    class Measured(pl.DataFrame):
        unit = ""

    def measured(unit: str) -> Any:
        value = Measured({"a": [1]})
        value.unit = unit
        return value

    assert 3 == len(digests(pl.DataFrame({"a": [1]}), measured("m"), measured("s")))
    assert det_hash(measured("m")) == det_hash(measured("m"))


def test_queries_and_hidden_functions_are_refused():
    assert "collect()" in refusal(frame().lazy())
    assert "Python function" in refusal(pl.col("a").map_elements(lambda value: value, return_dtype=pl.Int64))


def test_a_frame_inside_of_the_users_object_is_a_frame():
    class Study:
        def __init__(self, data: Any) -> None:
            self.data = data

    assert det_hash(Study(frame())) == det_hash(Study(frame().clone()))
    assert det_hash(Study(frame())) != det_hash(Study(frame()[:1]))
    assert "polars" in sys.modules


#: The digest of all of these in one list: polars 1.0 has other classes of dtypes, and codes of another size.
ANY_VERSION = "be0c086b43a157623dddb033cda42f2d497f0702db194408799586e9d5638622"


def test_the_digest_is_the_one_that_every_version_of_polars_gives():
    names = ("bool", "text", "bytes", "null", "decimal", "datetime", "datetime UTC", "span", "time", "enum", "Int64")
    assert det_hash([SERIES[name] for name in names]) == ANY_VERSION
