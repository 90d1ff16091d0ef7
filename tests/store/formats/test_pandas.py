"""Frames, series, indexes and their parts come back as they were, old and new pandas, with and without pyarrow."""

# ruff: noqa: E501 - a census of frames is a long list
from __future__ import annotations

import sys
from zoneinfo import ZoneInfo

import pytest

from memo.dethash import det_hash
from memo.store.formats import FormatMissingError, check_readable, decode, encode
from tests.store.formats.trips import there_and_back

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")

BERLIN = ZoneInfo("Europe/Berlin")


def mixed() -> pd.DataFrame:
    """Return a frame with a column of each kind."""
    return pd.DataFrame({
        "int": [1, 2, 3],
        "float": [1.5, np.nan, -0.0],
        "small": np.array([1, 2, 3], "i1"),
        "text": ["x", None, "z"],
        "objects": pd.Series([1, "a", (None,)], dtype=object),
        "day": pd.date_range("2020", periods=3),
        "local": pd.date_range("2020", periods=3, tz=BERLIN),
        "span": pd.to_timedelta([1, 2, 3], unit="s"),
        "kind": pd.Categorical(["p", "q", "p"], ["q", "p", "unused"], ordered=True),
        "maybe": pd.array([1, None, 3], "Int64"),
        "maybe float": pd.array([1, None, 3], "Float32"),
        "flag": pd.array([True, None, False], "boolean"),
        "string": pd.array(["a", None, "b"], "string[python]"),
    })  # fmt: skip


def flagged() -> pd.DataFrame:
    frame = mixed().set_flags(allows_duplicate_labels=False)
    frame.attrs = {"unit": ["m"]}
    return frame


PLAIN = {
    "mixed": mixed(), "empty": pd.DataFrame(), "no rows": mixed().iloc[:0], "no columns": pd.DataFrame(index=[1, 2]),
    "every second": mixed().iloc[::2], "reordered": mixed()[["text", "int", "float"]], "flags": flagged(),
    "duplicates": pd.DataFrame([[1, 2], [3, 4]], index=["r", "r"], columns=["a", "a"]),
    "levels": mixed().set_index(["text", "int"]), "2d": pd.DataFrame(np.arange(12.0).reshape(3, 4)),
    "columns of levels": pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", None])),
    "tuples as labels": pd.DataFrame([[1]], columns=pd.Index([("a", "b")], tupleize_cols=False)),
    "label kinds": pd.DataFrame([[1, 2, 3]], columns=pd.Index(["a", 1, None], dtype=object)),
    "hours": pd.DataFrame({"x": range(5)}, index=pd.date_range("2020", periods=5, freq="h", name="when", tz="UTC")),
    "business days": pd.Series(1, index=pd.date_range("2020", periods=5, freq="B")),
    "text as objects": pd.Series(["a", "b"], dtype=object), "frame of text": pd.DataFrame({"a": ["x"]}, dtype=object),
    "series": pd.Series([1, 2], name=("a", 1)), "text": pd.Series(["a", None]), "objects": pd.Series(["a", 1], dtype=object),
    "missing": pd.Series([pd.NA, pd.NaT, None, np.nan], dtype=object), "large": pd.DataFrame({"x": range(5000), "y": 1.5}),
    "range": pd.RangeIndex(1, 10, 2, name="r"), "index": pd.Index([1.5, 2], name="n"), "bools": pd.Index([True, False]),
    "categories": pd.CategoricalIndex(["a", "b", "a"], name="c"), "spans": pd.timedelta_range("1s", periods=3),
    "names": pd.MultiIndex.from_product([[1, 2], ["a", "b"]], names=["p", "q"]), "array": pd.array([1, None], "Int8"),
    "instant": pd.Timestamp("2020-01-01 00:00:00.123456789"), "local": pd.Timestamp("2026-10-25 00:30", tz="UTC").tz_convert(BERLIN),
    "later": pd.Timestamp("2026-10-25 01:30", tz="UTC").tz_convert(BERLIN), "seconds": pd.Timestamp("2020").as_unit("s"),
    "span": pd.Timedelta("1s"), "NA": [pd.NA, pd.NaT], "nested": {"a": [mixed(), (pd.Series([1]),)]},
}  # fmt: skip
PICKLED = {
    "offset": pd.Series(1, index=pd.date_range("2020", periods=3, freq=pd.DateOffset(months=2))),
    "period": pd.Series(pd.period_range("2020", periods=3)), "interval": pd.Series(pd.interval_range(0, 3)),
    "sparse": pd.Series(pd.arrays.SparseArray([0, 0, 1])),
}  # fmt: skip


def check_same(value: object, back: object) -> None:
    assert type(value) is type(back)
    assert det_hash(value) == det_hash(back)
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(value, back, check_freq=True, check_flags=True)
        assert value.attrs == back.attrs
        assert list(map(repr, value.dtypes)) == list(map(repr, back.dtypes))
        assert type(value.columns) is type(back.columns)
        check_same(value.index, back.index)
    if isinstance(value, pd.Series):
        pd.testing.assert_series_equal(value, back, check_freq=True)
        check_same(value.index, back.index)
    if isinstance(value, pd.Index):
        pd.testing.assert_index_equal(value, back, exact=True)
        assert getattr(value, "freq", None) == getattr(back, "freq", None)


@pytest.mark.parametrize("name", PLAIN)
def test_it_comes_back_exactly_and_without_pickle(name: str) -> None:
    value = PLAIN[name]
    name, back = there_and_back(value)
    assert name.startswith("plain+")
    check_same(value, back)


@pytest.mark.parametrize("name", PICKLED)
def test_what_has_no_words_is_pickled(name: str) -> None:
    value = PICKLED[name]
    name, back = there_and_back(value)
    assert name.startswith("pickle+")
    check_same(value, back)


def test_what_arrow_keeps_comes_back() -> None:
    pa = pytest.importorskip("pyarrow")
    for dtype in ("string[pyarrow]", pd.ArrowDtype(pa.int64()), pd.ArrowDtype(pa.list_(pa.int8()))):
        value = pd.Series(
            [None, None] if "list" in str(dtype) else ["1", None] if "str" in str(dtype) else [1, None], dtype=dtype
        )
        name, back = there_and_back(value)
        assert "plain+pandas+pyarrow" == name
        check_same(value, back)


def test_a_subclass_is_pickled_with_its_class() -> None:
    name, back = there_and_back(Frame({"a": [1]}))
    assert ("pickle", Frame) == (name.partition("+")[0], type(back))


class Frame(pd.DataFrame):
    """A user's own."""


def test_a_hit_is_a_new_frame_and_can_be_written_to() -> None:
    encoded = encode(PLAIN["large"])
    stored = [bytes(buffer) for buffer in encoded.buffers]
    for _ in range(2):
        back = decode(encoded.format, 1, encoded.body, [memoryview(bytearray(buffer)) for buffer in stored])
        back.loc[0, "x"] = 7
        back["z"] = 1
        assert (7, 1) == (back["x"][0], PLAIN["large"]["x"][1])
    assert [0, 1] == PLAIN["large"]["x"][:2].tolist()


def test_large_columns_are_handed_out_and_not_copied() -> None:
    frame = pd.DataFrame({"x": np.arange(5000), "y": np.arange(5000)})
    (buffer,) = encode(frame).buffers
    assert np.shares_memory(np.frombuffer(buffer, "i8"), frame["x"].to_numpy())


def test_an_entry_is_left_alone_where_pandas_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = encode(pd.Series([1]))
    monkeypatch.setitem(sys.modules, "pandas", None)
    for file in ("pandas_", "pandas_arrays"):
        monkeypatch.delitem(sys.modules, f"memo.store.formats.{file}")
    with pytest.raises(FormatMissingError, match="needs pandas"):
        check_readable(encoded.format, encoded.version)
    with pytest.raises(FormatMissingError, match="needs pandas"):
        decode(encoded.format, encoded.version, encoded.body, ())


# As version 1 wrote it: every later memo reads it with every later pandas.
FROZEN = (
    "800595c8010000000000008c1a6d656d6f2e73746f72652e666f726d6174732e70616e6461735f948c056672616d65949394"
    "288c206d656d6f2e73746f72652e666f726d6174732e70616e6461735f617272617973948c05696e6465789493948c196d65"
    "6d6f2e73746f72652e666f726d6174732e6e756d70795f948c076f626a656374739493944b0285948c014394869452946806"
    "8c0466696c6c949394680c5d94288c0161948c017494658652304e86945294680568068c056172726179949394288c033c69"
    "38944b028594680a9610000000000000000300000000000000040000000000000094749452948c016e94869452945d942868"
    "15288c033c6938944b014b028694680a9610000000000000000100000000000000020000000000000094749452946815288c"
    "033c6938944b018594680a96080000000000000000000000000000009474945294869468038c0574696d65739493948c0d44"
    "61746574696d654172726179946815288c073c4d385b6e735d944b014b028694680a96100000000000000000008ab9359ae5"
    "15000000000000008094749452944e879452946815288c033c6938944b018594680a96080000000000000001000000000000"
    "0094749452948694657d9488749452942e"
)


def test_old_bodies_stay_readable() -> None:
    back = decode("plain+numpy+pandas", 1, bytes.fromhex(FROZEN), ())
    expected = pd.DataFrame(
        {"a": np.array([1, 2], "i8"), "t": pd.to_datetime(["2020-01-01", None]).as_unit("ns")},
        index=pd.Index([3, 4], name="n"),
        columns=pd.Index(["a", "t"], dtype=object),
    )
    pd.testing.assert_frame_equal(expected, back)
