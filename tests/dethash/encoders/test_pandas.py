"""pandas' values: labels, dtypes and cells count; blocks, caches, storage and what lies under a mask do not."""

# ruff: noqa: E501, DTZ001 - a census is a long list, and there are times without a zone
from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")

NEWEST = int(pd.__version__.partition(".")[0]) >= 3
NAT, NA = pd.NaT, pd.NA


def frame(**changed: Any) -> Any:
    """Return a frame with a column of each common kind."""
    columns = {
        "i": [1, 2, 3], "f": [1.0, np.nan, -0.0], "b": [True, False, True], "o": np.array(["x", None, 1.5], object), "t": pd.array(["a", None, "c"], "string"),
        "d": np.array(["2026-01-01", "NaT", "2026-01-03"], "M8[ns]"), "c": pd.Categorical.from_codes([0, 1, 0], np.array([5, 6, 7])), "m": pd.array([1, None, 3], "Int64"),
    } | changed  # fmt: skip
    return pd.DataFrame(columns)


def arrays() -> dict[str, Any]:
    """Return an array of every dtype of pandas' own, with something missing in it where that is possible."""
    out = {name: pd.array([1, 2], name) for name in ("int8", "int64", "uint8", "float32", "float64", "UInt8")}
    out |= {name: pd.array([1, None], name) for name in ("Int8", "Int32", "Int64", "Float32", "Float64")}
    out |= {
        "boolean": pd.array([True, None], "boolean"),
        "string": pd.array(["a", None], "string"),
        "object": pd.array(["a", None], "object"),
    }
    out |= {unit: pd.array(["2026-01-01", None], f"datetime64[{unit}]") for unit in ("s", "ms", "us", "ns")}
    out |= {
        zone: pd.array(["2026-01-01", None], f"datetime64[ns, {zone}]")
        for zone in ("UTC", "Europe/Berlin", "Asia/Tokyo")
    }
    out |= {f"span {unit}": pd.array(np.array([1, "NaT"], f"m8[{unit}]")) for unit in ("s", "ns")}
    out |= {
        f"period {freq}": pd.array(["2026-01-01", None], f"period[{freq}]") for freq in ("D", "M", "Q-DEC", "Q-JAN")
    }
    out |= {
        f"interval {side}": pd.arrays.IntervalArray.from_tuples([(0, 1), (1, 2)], side)
        for side in ("left", "right", "both")
    }
    out["interval of floats"] = pd.arrays.IntervalArray.from_tuples([(0.0, 1.0), (1.0, 2.0)])
    out |= {
        "sparse": pd.arrays.SparseArray([0, 0, 1]),
        "sparse, no fill": pd.arrays.SparseArray([0, 0, 1], fill_value=1),
        "sparse floats": pd.arrays.SparseArray([np.nan, 1.0]),
    }
    for name, categories, ordered in (
        ("", [5, 6], False),
        (" ordered", [5, 6], True),
        (" unused", [5, 6, 7], False),
        (" other order", [6, 5], False),
    ):
        out[f"categorical{name}"] = pd.Categorical([5, 6], categories, ordered=ordered)
    return out


def world() -> dict[str, Any]:
    """Return values of which no two are the same to a function."""
    out: dict[str, Any] = arrays()
    out |= {
        f"series of {name}": pd.Series(array, dtype=array.dtype if name != "object" else object)
        for name, array in arrays().items()
    }
    out |= {f"index of {name}": pd.Index(array) for name, array in arrays().items() if "sparse" not in name}
    out |= {
        f"dtype of {name}": array.dtype
        for name, array in arrays().items()
        if type(array.dtype).__module__ != "numpy.dtypes"
    }
    one = out["series of int64"]
    out |= {
        "nothing missing": pd.array([1, 0], "Int64"), "a month": pd.Period(ordinal=5, freq="M"), "a day": pd.Period(ordinal=5, freq="D"), "sparse elsewhere": pd.arrays.SparseArray([0, 1, 0]),
        "named": one.rename("x"), "name 0": one.rename(0), "labelled": one.set_axis([7, 8]), "label named": one.rename_axis("x"), "attrs": one.copy(),
        "flags": one.set_flags(allows_duplicate_labels=False), "as frame": one.to_frame(), "object ints": one.astype(object), "no rows": one[:0], "no float rows": one[:0].astype(float),
        "range": pd.RangeIndex(3), "range by 2": pd.RangeIndex(0, 6, 2), "ints": pd.Index([0, 1, 2]), "named range": pd.RangeIndex(3, name="x"),
        "daily": pd.date_range("2026-01-01", periods=3, unit="ns"), "no frequency": pd.DatetimeIndex(list(pd.date_range("2026-01-01", periods=3, unit="ns")), freq=None).as_unit("ns"),
        "multi": pd.MultiIndex.from_product([[1, 2], [3, 4]]), "multi named": pd.MultiIndex.from_product([[1, 2], [3, 4]], names=["a", None]),
        "levels in another order": pd.MultiIndex([[2, 1], [3, 4]], [[1, 1, 0, 0], [0, 1, 0, 1]]), "a level unused": pd.MultiIndex([[1, 2, 9], [3, 4]], [[0, 0, 1, 1], [0, 1, 0, 1]]),
        "multi missing": pd.MultiIndex([[1, 2], [3, 4]], [[0, 0, 1, -1], [0, 1, 0, 1]]), "tuples": pd.Index([(1, 3), (1, 4), (2, 3), (2, 4)], tupleize_cols=False),
        "frame": frame(), "a cell": frame(i=[1, 2, 4]), "None for nan": frame(o=np.array(["x", np.nan, 1.5], object)), "NA for None": frame(o=np.array(["x", NA, 1.5], object)),
        "NaT for None": frame(o=np.array(["x", NAT, 1.5], object)), "0.0": frame(f=[1.0, np.nan, 0.0]), "1 for True": frame(b=[1, 0, 1]), "text for 1.5": frame(o=np.array(["x", None, "1.5"], object)),
        "list cell": frame(o=np.array(["x", [1], 1.5], object)), "tuple cell": frame(o=np.array(["x", (1,), 1.5], object)), "small ints": frame(i=np.array([1, 2, 3], "i4")),
        "column order": frame()[list("fiboctdm")], "column gone": frame().drop(columns="m"), "columns named": frame().rename_axis(columns="x"), "duplicate labels": frame().set_axis(list("iiiiiiii"), axis=1),
        "duplicate labels, other": frame().set_axis(list("iiiiiiij"), axis=1), "index set": frame().set_index("i"), "index kept": frame().set_index("i", drop=False), "no rows at all": frame()[:0],
        "empty": pd.DataFrame(), "empty with rows": pd.DataFrame(index=[1]), "empty with columns": pd.DataFrame(columns=[1]),
        "instant": pd.Timestamp("2026-01-01").as_unit("ns"), "in s": pd.Timestamp("2026-01-01").as_unit("s"), "in UTC": pd.Timestamp("2026-01-01", tz="UTC").as_unit("ns"),
        "in Berlin": pd.Timestamp("2026-01-01 01:00", tz="Europe/Berlin").as_unit("ns"), "datetime": dt.datetime(2026, 1, 1), "datetime64": np.datetime64("2026-01-01", "ns"), "date": dt.date(2026, 1, 1),
        "summer": pd.Timestamp("2026-10-25 02:30").tz_localize("Europe/Berlin", ambiguous=True), "winter": pd.Timestamp("2026-10-25 02:30").tz_localize("Europe/Berlin", ambiguous=False),
        "span": pd.Timedelta(1, "D").as_unit("ns"), "span in s": pd.Timedelta(1, "D").as_unit("s"), "timedelta": dt.timedelta(1), "period": pd.Period("2026-01", "M"), "day": pd.Period("2026-01-01", "D"),
        "interval": pd.Interval(0, 1), "interval left": pd.Interval(0, 1, "left"), "interval floats": pd.Interval(0.0, 1.0), "NaT": NAT, "NA": NA, "nan": np.nan, "None": None,
        "offset": pd.offsets.Day(1), "2 days": pd.offsets.Day(2), "hours": pd.offsets.Hour(24), "month end": pd.offsets.MonthEnd(), "business": pd.offsets.CustomBusinessDay(),
        "holiday": pd.offsets.CustomBusinessDay(holidays=["2026-01-01"]), "months": pd.DateOffset(months=1), "month": pd.DateOffset(month=1), "Monday": pd.offsets.Week(weekday=0), "Tuesday": pd.offsets.Week(weekday=1),
        "no categories": pd.CategoricalDtype(), "str dtype": frame().columns.dtype,
    }  # fmt: skip
    out["attrs"].attrs["unit"] = "m"
    if NEWEST:
        out |= {"str": pd.array(["a", None], "str"), "series of str": pd.Series(["a", None], dtype="str")}
        out["str dtype"] = out["str"].dtype
    else:
        out["str dtype"] = np.dtype("U3")
    return out


WORLD = world()


def test_no_two_different_values_share_a_digest():
    assert [] == alike_in(WORLD)


def test_copies_have_the_digest():
    assert [] == [name for name, value in WORLD.items() if {det_hash(value)} != digests(*copies(value))]


# -- equal must be equal ----------------------------------------------------------------------------------------------

USES: dict[str, Any] = {
    "a column": lambda df: df["i"], "an accessor": lambda df: (df["t"].str.upper(), df["d"].dt.year, df["c"].cat.codes), "looking up": lambda df: df.loc[1, "i"],
    "unique labels": lambda df: (df.index.is_unique, df.columns.get_loc("f")), "sums": lambda df: df[["i", "f"]].sum(), "text": repr, "groups": lambda df: df.groupby("i").size(),
    "values": lambda df: df.to_numpy(), "memory": lambda df: df.memory_usage(deep=True), "rows": lambda df: list(df.itertuples()), "indexes": lambda df: df.index.hasnans,
    "accessors of a series": lambda df: df["t"].str,
}  # fmt: skip


def test_using_a_frame_does_not_count():
    changed = [name for name, use in USES.items() if len(set(before_and_after(frame(), use))) > 1]
    assert [] == changed


def test_using_a_series_or_index_does_not_count():
    series = pd.Series(["a", "b"], dtype="string")
    before, after = before_and_after(series, lambda s: s.str.upper(), lambda s: s.index.get_loc(1), repr)
    assert before == after
    index = pd.MultiIndex.from_product([[1, 2], [3, 4]])
    before, after = before_and_after(index, lambda i: i.get_loc((1, 3)), lambda i: i.is_monotonic_increasing, repr)
    assert before == after


def test_blocks_do_not_count():
    whole = pd.DataFrame(np.arange(12.0).reshape(3, 4), columns=range(4))
    piecewise = pd.DataFrame(index=whole.index)
    for name in whole:
        piecewise[name] = whole[name].to_numpy().copy()
    piecewise.columns = pd.RangeIndex(4)
    transposed = pd.DataFrame(np.asfortranarray(whole.to_numpy()), columns=range(4))
    sliced = pd.concat([whole, whole], ignore_index=True)[:3]
    assert {det_hash(whole)} == digests(
        piecewise, piecewise.copy(), transposed, sliced, whole[::-1][::-1], whole.copy(deep=False)
    )


def test_views_and_copies_of_rows_and_columns_do_not_count():
    df = frame()
    part = pd.concat([df, df])[3:]
    assert det_hash(df[1:]) == det_hash(df[1:].copy())
    assert det_hash(df) == det_hash(part.set_axis(df.index))
    assert det_hash(df[["i", "f"]]) == det_hash(df.drop(columns=list("botdcm")))


def test_what_lies_under_a_mask_does_not_count():
    mask = np.array([False, True])
    for make, data, other in ((pd.arrays.IntegerArray, [1, 2], [1, 9]), (pd.arrays.FloatingArray, [1.0, 2], [1.0, 9])):
        assert det_hash(make(np.array(data), mask)) == det_hash(make(np.array(other), mask))
        assert det_hash(make(np.array(data), mask)) != det_hash(make(np.array(data), ~mask))
    true, false = np.array([True, True]), np.array([True, False])
    assert det_hash(pd.arrays.BooleanArray(true, mask)) == det_hash(pd.arrays.BooleanArray(false, mask))


@pytest.mark.parametrize("dtype", ["string", "str"])
def test_text_counts_by_value_whoever_keeps_it(dtype):
    """A piece holds 131072 rows; the digest does not depend on whether Arrow is there, as ``str`` itself does not."""
    if dtype == "str" and not NEWEST:
        pytest.skip("pandas 3 has it")
    missing = NA if dtype == "string" else np.nan
    values = [None if row % 7 == 0 else f"wört{row}" for row in range(140_000)]
    kept = {"python": pd.array(values, pd.StringDtype("python", **({"na_value": missing} if NEWEST else {})))}
    pytest.importorskip("pyarrow", reason="only Python keeps text without it")
    kept["arrow"] = pd.array(values, pd.StringDtype("pyarrow", **({"na_value": missing} if NEWEST else {})))
    assert 1 == len(digests(*kept.values()))
    assert 1 == len(
        digests(*(array[5:90_000] for array in kept.values()), *(array[5:90_000].copy() for array in kept.values()))
    )
    changed = kept["arrow"].copy()
    changed[135_000] = "wört"
    assert det_hash(kept["python"]) != det_hash(changed)


def test_text_has_the_same_digest_where_arrow_is_missing(monkeypatch):
    values = [None if row % 7 == 0 else f"wört{row}" for row in range(140_000)]
    array = pd.array(values, pd.StringDtype("python"))
    expected = det_hash(array)
    monkeypatch.setattr("memo.dethash.encoders.pandas_arrays._arrow_text", lambda *_: None)
    assert expected == det_hash(array)


def test_text_is_framed():
    world = {
        str(value): pd.array(value, "string")
        for value in (
            ["ab", "c"],
            ["a", "bc"],
            ["", "abc"],
            ["abc", ""],
            ["abc", None],
            ["abc"],
            ["a", "b", "c"],
            ["é", "e"],
            ["e", "é"],
        )
    }
    assert [] == alike_in(world)


def test_text_with_lone_surrogates_has_a_digest():
    one, other = (pd.Series(["a", value], dtype=pd.StringDtype("python")) for value in ("\ud800", "\udc00"))
    assert det_hash(one) != det_hash(other)
    assert det_hash(one) == det_hash(one.copy())


def test_a_time_zone_counts_by_its_name_whichever_library_it_is_from():
    named = [zoneinfo.ZoneInfo("Europe/Berlin")]
    for library, get in (
        ("pytz", lambda module: module.timezone("Europe/Berlin")),
        ("dateutil.tz", lambda module: module.gettz("Europe/Berlin")),
    ):
        try:
            zone = get(__import__(library, fromlist=["x"]))
            pd.Timestamp("2026-07-01", tz=zone)
        except (ImportError, AttributeError):  # pandas 2 does not know dateutil 4
            continue
        named.append(zone)
    assert 1 == len(digests(*(pd.Timestamp("2026-07-01", tz=zone).as_unit("ns") for zone in named)))
    assert 1 == len(digests(*(pd.Series(np.array(["2026-07-01"], "M8[ns]")).dt.tz_localize(zone) for zone in named)))
    assert 1 == len(
        digests(*(pd.Timestamp("2026", tz=zone).as_unit("s") for zone in (dt.UTC, zoneinfo.ZoneInfo("UTC"), "UTC")))
    )
    fixed = [pd.Timestamp("2026", tz=dt.timezone(dt.timedelta(hours=hours))) for hours in (1, 2)]
    assert 2 == len(digests(*fixed))


def test_how_places_are_kept_does_not_count():
    values = [0, 0, 1, 1, 0, 2]
    assert 1 == len(digests(*(pd.arrays.SparseArray(values, kind=kind) for kind in ("integer", "block"))))
    wide = pd.Categorical.from_codes(np.array([0, 1]), range(300))
    assert det_hash(pd.Categorical([0, 1], range(300))) == det_hash(wide)
    assert det_hash(wide.remove_unused_categories()) == det_hash(pd.Categorical([0, 1]))


def test_one_cell_of_a_million_rows_counts():
    """Frames are never sampled, whatever the column's kind."""
    rows = 1_000_000
    texts = np.array([f"w{number}" for number in range(1000)], object)[np.arange(rows) % 1000]
    df = pd.DataFrame(
        {
            "f": np.arange(rows, dtype="f8"),
            "o": texts,
            "c": pd.Categorical.from_codes(np.arange(rows) % 3, [7, 8, 9]),
            "m": pd.array(np.arange(rows), "Int64"),
        }
    )
    seen = {det_hash(df)}
    for column, value in (("f", 0.5), ("o", "other"), ("c", 8), ("m", None)):
        changed = df.copy()
        changed.loc[501_000, column] = value
        seen.add(det_hash(changed))
    assert 5 == len(seen)
