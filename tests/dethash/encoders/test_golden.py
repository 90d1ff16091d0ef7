"""The digests of NumPy's and pandas' values are frozen: the same on every version that is supported, old and new.

A change of one of them is a change of the format, so ``FORMAT_VERSION`` goes up with it and every key is a new one.
``python -m tests.dethash.encoders.test_golden`` prints the file anew.
"""

# ruff: noqa: E501 - a census is a long list
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from memo.dethash import FORMAT_VERSION, det_hash
from tests.dethash.encoders.laws import in_new_process

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")

GOLDEN = Path(__file__).with_name("golden.json")


def numpy_values() -> dict[str, Any]:
    """Return values of every kind of NumPy's."""
    masked = np.ma.array([1, 2, 3], mask=[0, 1, 0])
    out = {dtype: np.array([0, 1, 2], dtype) for dtype in ("?", "i1", ">i4", "i8", "u2", "f2", "f4", "f8", "c16")}
    out |= {f"{dtype} scalar": np.dtype(dtype).type(1) for dtype in ("?", "i1", "i8", "f4", "f8", "c16")}
    out |= {f"{dtype} itself": np.dtype(dtype) for dtype in ("f8", ">i4", "U3", "M8[ns]", "O", "i4,(2,)f8")}
    return out | {
        "2d": np.arange(6).reshape(2, 3), "transposed": np.arange(6).reshape(2, 3).T, "large": np.arange(1_000_000.0), "large transposed": np.arange(1_200_000.0).reshape(1000, 1200).T,
        "text": np.array(["a", "é"]), "bytes": np.array([b"a", b"bc"]), "dates": np.array(["2026-01-01", "NaT"], "M8[s]"), "spans": np.array([1], "m8[ms]"), "void": np.zeros(2, "V3"),
        "objects": np.array([None, 1, "a", 2.5, (1, [2])], object), "texts": np.array([f"w{number}" for number in range(20_000)], object), "text scalar": np.str_("a"),
        "records": np.array([(1, 2.5, "a")], [("x", "i4"), ("y", "f8"), ("z", "U2")]), "record": np.array([(1, 2.5)], "i4,f8")[0], "aligned": np.zeros(2, np.dtype("i1,f8", align=True)),
        "recarray": np.rec.array([(1, 2.0)], dtype="i4,f8"), "matrix": np.arange(4).reshape(2, 2).view(np.matrix), "masked": masked, "masked records": np.ma.array([(1, 2.0)], "i4,f8", mask=[(0, 1)]),
        "masked constant": np.ma.masked, "date": np.datetime64("2026-01-01", "D"), "generator": np.random.default_rng(1), "mt": np.random.RandomState(1), "philox": np.random.Philox(1),
        "seeds": np.random.SeedSequence(1, spawn_key=(2,)), "calendar": np.busdaycalendar(holidays=["2026-01-01"]), "nested": {"a": [np.arange(3), (np.float32(1), 1.0)]},
    }  # fmt: skip


def pandas_values() -> dict[str, Any]:
    """Return values of every kind of pandas' that look the same in each of its versions: their dtypes are spelled out."""
    missing = {
        "Int64": [1, None],
        "Float32": [1.5, None],
        "boolean": [True, None],
        "string": ["é", None],
        "datetime64[ns]": ["2026-01-01", None],
    }
    missing |= {
        "datetime64[s, Europe/Berlin]": ["2026-01-01", None],
        "period[M]": ["2026-01", None],
        "Sparse[int64]": [0, 1],
        "object": ["a", None],
    }
    arrays = {name: pd.array(values, name) for name, values in missing.items()}
    arrays["category"] = pd.Categorical.from_codes([1, 0, -1], np.array([5, 6, 7]), ordered=True)
    arrays["interval"] = pd.arrays.IntervalArray.from_tuples([(0, 1), (1, 2)])
    arrays["timedelta"] = pd.array(np.array([1, "NaT"], "m8[ms]"))
    labels = pd.Index(np.array(["x", "y"], object), dtype=object)
    cells = [np.array([1, 2]), np.array([1.5, np.nan]), arrays["Int64"], arrays["string"], arrays["datetime64[ns]"]]
    frame = pd.DataFrame(dict(enumerate(cells)), index=labels).set_axis(pd.Index([4, 5, 6, 7, 9]), axis=1)
    out = {f"array {name}": array for name, array in arrays.items()}
    out |= {f"dtype {name}": array.dtype for name, array in arrays.items()}
    out |= {
        f"series {name}": pd.Series(array, dtype=array.dtype if name != "object" else object, name="x")
        for name, array in arrays.items()
    }
    out |= {
        f"index {name}": pd.Index(array, dtype=object if name == "object" else None)
        for name, array in arrays.items()
        if "Sparse" not in name
    }
    return out | {
        "frame": frame, "columns": frame.rename_axis(columns=0), "object columns": frame.set_axis(pd.Index(list("abcde"), dtype=object), axis=1), "range": pd.RangeIndex(1, 9, 2),
        "multi": pd.MultiIndex.from_product([[1, 2], np.array([0.5, 1.5])], names=["a", None]), "daily": pd.date_range("2026-01-01", periods=3, freq="D", unit="ns"),
        "instant": pd.Timestamp("2026-01-01", tz="Europe/Berlin").as_unit("us"), "fixed": pd.Timestamp("2026-01-01T00:00+02:00").as_unit("ns"), "span": pd.Timedelta(1, "D").as_unit("ns"),
        "month": pd.Period("2026-01", "M"), "interval scalar": pd.Interval(0, 1), "NaT": pd.NaT, "NA": pd.NA, "days": pd.offsets.Day(2), "business": pd.offsets.CustomBusinessDay(holidays=["2026-01-01"]),
        "quarter": pd.offsets.QuarterEnd(startingMonth=2), "months": pd.DateOffset(months=1), "long text": pd.Series([f"w{number}" for number in range(150_000)], dtype="string"),
    }  # fmt: skip


VALUES = {f"numpy: {name}": value for name, value in numpy_values().items()}
VALUES |= {f"pandas: {name}": value for name, value in pandas_values().items()}


def current() -> dict[str, object]:
    """Return what the file should hold."""
    return {"version": FORMAT_VERSION, "digests": {name: det_hash(value) for name, value in VALUES.items()}}


def test_the_digests_are_those_that_every_version_gives():
    assert json.loads(GOLDEN.read_text()) == current()


def test_another_process_with_another_hash_seed_gives_the_same():
    program = "import json; from tests.dethash.encoders.test_golden import current; print(json.dumps(current()))"
    assert json.loads(GOLDEN.read_text()) == json.loads(in_new_process(program, "1"))


if __name__ == "__main__":
    print(json.dumps(current(), indent=1, ensure_ascii=False))
