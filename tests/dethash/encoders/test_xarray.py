"""xarray's values: dimensions, coordinates, indexes, values and attributes count; encoding and caches do not."""

from __future__ import annotations

from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
xr = pytest.importorskip("xarray")


def array(**changed: Any) -> Any:
    """Return a data array with coordinates of several kinds."""
    given = {
        "data": np.arange(6.0).reshape(2, 3),
        "dims": ("x", "t"),
        "coords": {
            "x": [10, 20],
            "t": np.array(["2026-01-01", "2026-01-02", "2026-01-03"], "M8[ns]"),
            "place": ("x", ["a", "b"]),
            "height": 2.0,
        },
        "name": "temperature",
        "attrs": {"unit": "K"},
    }
    return xr.DataArray(**(given | changed))


def dataset() -> Any:
    return xr.Dataset({"a": array(), "b": ("x", [1, 2])}, attrs={"title": "small"})


def world() -> dict[str, Any]:
    """Return values of which no two are the same."""
    levels = pd.MultiIndex.from_product([[1, 2], ["a", "b"]], names=["p", "q"])
    stacked = array().drop_vars("place").stack(z=("x", "t"))
    out = {
        "array": array(),
        "a value": array(data=np.arange(1.0, 7.0).reshape(2, 3)),
        "single": array().astype("f4"),
        "another name": array(name="pressure"),
        "no name": array(name=None),
        "another unit": array(attrs={"unit": "C"}),
        "another dimension": array().rename(x="y"),
        "transposed": array().transpose("t", "x"),
        "another label": array().assign_coords(x=[10, 30]),
        "no coordinate": array().drop_vars("place"),
        "another coordinate": array().assign_coords(place=("x", ["a", "c"])),
        "no index": array().drop_indexes("x"),
        "reset": array().reset_coords("height"),
        "variable": array().variable,
        "index variable": array().x.variable,
        "as variable": array().x.variable.to_base_variable(),
        "values": array().values,
        "dataset": dataset(),
        "variable gone": dataset().drop_vars("b"),
        "variable changed": dataset().assign(b=("x", [1, 3])),
        "coordinate now": dataset().set_coords("b"),
        "another title": dataset().assign_attrs(title="other"),
        "empty": xr.Dataset(),
        "stacked": stacked,
        "series": xr.DataArray(pd.Series(range(4), levels)),
    }
    if hasattr(xr, "DataTree"):
        out["tree"] = xr.DataTree(dataset(), name="root", children={"child": xr.DataTree(dataset())})
        out["another child"] = xr.DataTree(dataset(), name="root", children={"other": xr.DataTree(dataset())})
        out["no child"] = xr.DataTree(dataset(), name="root")
    return out


def test_no_two_different_values_share_a_digest():
    assert [] == alike_in(world())


def test_equal_values_and_copies_have_the_digest():
    again = world()
    for name, value in world().items():
        assert {det_hash(value)} == digests(again[name], *copies(value)), name


def test_using_a_value_does_not_count():
    before, after = before_and_after(
        dataset(),
        lambda ds: ds["a"].sel(x=10),
        lambda ds: (ds.indexes, ds.xindexes, ds.sizes, ds.nbytes),
        lambda ds: ds.a.t.dt.year,
        repr,
        lambda ds: ds.mean(),
    )
    assert before == after
    before, after = before_and_after(array(), lambda da: da.sel(x=10), lambda da: da.t.dt.year, repr)
    assert before == after
    before, after = before_and_after(
        array().groupby("x", squeeze=False), lambda groups: groups.mean("t"), lambda groups: groups.groups
    )
    assert before == after != det_hash(array(data=np.ones((2, 3))).groupby("x", squeeze=False))


def test_layout_order_of_variables_and_encoding_do_not_count():
    fortran = array(data=np.asfortranarray(np.arange(6.0).reshape(2, 3)))
    assert det_hash(array()) == det_hash(fortran)
    assert det_hash(dataset()) == det_hash(dataset()[["b", "a"]])
    read = array()
    read.encoding["source"] = "somewhere.nc"
    assert det_hash(array()) == det_hash(read)


def test_how_a_multi_index_orders_its_levels_counts():
    """Unstacking shows it."""
    one = pd.MultiIndex([[1, 2], ["a", "b"]], [[0, 1], [0, 1]], names=["p", "q"])
    other = pd.MultiIndex([[2, 1], ["a", "b"]], [[1, 0], [0, 1]], names=["p", "q"])
    assert one.equals(other)
    assert 2 == len(digests(*(xr.DataArray(pd.Series([1, 2], index)) for index in (one, other))))


def test_a_subclass_counts_and_so_does_what_it_keeps():
    class Sky(xr.Dataset):
        __slots__ = ("region",)

    def sky(region: str) -> Any:
        made = Sky({"a": ("x", [1])})
        made.region = region
        return made

    assert 3 == len(digests(xr.Dataset({"a": ("x", [1])}), sky("north"), sky("south")))
