"""polars' frames and series come back exactly, or are refused where this version of polars cannot bring them back."""

# ruff: noqa: DTZ001, E501 - a census of values is a long list
from __future__ import annotations

import datetime as dt
import decimal

import pytest

from memo.dethash import det_hash
from memo.store.formats import encode
from tests.store.formats.trips import there_and_back

pl = pytest.importorskip("polars")

MANY = pl.DataFrame({"a": list(range(3000)), "s": [str(number) for number in range(3000)]})
VALUES = {
    "flat": pl.DataFrame({
        "int": [1, None], "float": [float("nan"), None], "text": ["é", None], "day": [dt.date(2020, 1, 1), None],
        "instant": [dt.datetime(2020, 1, 1), None], "flag": [True, None], "bytes": [b"", None],
        "span": [dt.timedelta(1), None], "hour": [dt.time(1), None],
    }),
    "zone": pl.DataFrame({"t": pl.Series([dt.datetime(2020, 1, 1)]).dt.replace_time_zone("Europe/Berlin")}),
    "categories": pl.DataFrame({"c": pl.Series(["a", "b", "a"], dtype=pl.Categorical)}), "many": MANY,
    "lists": pl.DataFrame({"l": [[1, 2], None, []]}), "structs": pl.DataFrame({"s": [{"a": 1, "b": "x"}, None]}),
    "arrays": pl.DataFrame({"l": pl.Series([[1, 2], [3, 4]], dtype=pl.Array(pl.Int64, 2))}),
    "nulls": pl.DataFrame({"n": [None, None]}), "empty": pl.DataFrame(), "no rows": pl.DataFrame({"a": [1]}).clear(),
    "a column without a name": pl.DataFrame({"": [1], "column_0": [2]}),
    "slice": MANY[10:20], "small": pl.DataFrame({"a": pl.Series([1], dtype=pl.UInt8)}), "series": pl.Series("n", [1, 2]),
    "empty series": pl.Series("e", [], dtype=pl.Int8), "many in a series": MANY["a"], "nested": [MANY, {"a": MANY["s"]}],
}  # fmt: skip
NOT_BY_ALL = {
    "decimals": pl.DataFrame({"d": [decimal.Decimal("1.10"), None]}),
    "enum": pl.DataFrame({"c": pl.Series(["a", "b", "a"], dtype=pl.Enum(["b", "a", "x"]))}),
}


def check_same(value: object, back: object) -> None:
    assert type(value) is type(back)
    assert det_hash(value) == det_hash(back)
    if isinstance(value, pl.DataFrame):
        assert value.schema == back.schema
        assert value.equals(back)


@pytest.mark.parametrize("name", VALUES)
def test_it_comes_back_exactly_and_without_pickle(name: str) -> None:
    value = VALUES[name]
    name, back = there_and_back(value)
    assert "plain+polars" == name
    check_same(value, back)


@pytest.mark.parametrize("name", NOT_BY_ALL)
def test_what_old_versions_do_not_bring_back_is_refused_there(name: str) -> None:
    value = NOT_BY_ALL[name]
    if pl.__version__.startswith("1.0."):
        with pytest.raises(TypeError, match="does not give back"):
            encode(value)
    else:
        check_same(value, there_and_back(value)[1])


def test_columns_of_objects_are_refused_with_what_to_do() -> None:
    with pytest.raises(TypeError, match="return them as lists"):
        encode(pl.DataFrame({"o": pl.Series([object()], dtype=pl.Object)}))


def test_it_comes_back_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    check_same(MANY, there_and_back(MANY)[1])


def test_a_hit_is_a_new_frame() -> None:
    first, second = (there_and_back(MANY)[1] for _ in range(2))
    first[0, "a"] = 7
    assert (7, 0, 0) == (first[0, "a"], second[0, "a"], MANY[0, "a"])
