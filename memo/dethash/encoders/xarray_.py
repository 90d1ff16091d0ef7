"""Encoders of xarray: dimensions, coordinates, indexes, values and attributes; not how a file encodes them.

Values that a file holds are read; those of another array library enter as that library has them.
"""

from __future__ import annotations

from typing import Any

import xarray as xr
from xarray.indexes import PandasIndex

from memo.dethash.instances import attribute_reader
from memo.dethash.node import Node
from memo.dethash.registry import encoder, in_place_of

#: What groups find out about themselves as they are used.
_OF_GROUPS = frozenset({"_dims", "_groups", "_sizes"})


@encoder(xr.Variable, xr.IndexVariable, subclasses=True)
def encode_variable(variable: Any) -> Node:
    """Encode the dimensions' names, the values and the attributes."""
    children = (tuple(variable.dims), variable.data, dict(variable.attrs))
    kind = "index" if isinstance(variable, xr.IndexVariable) else ""
    return Node(("xarray.Variable", kind), children, labels=(".dims", ".data", ".attrs"))


@encoder(xr.DataArray, subclasses=True)
def encode_array(array: Any) -> Node:
    """Encode the name, the values and the coordinates."""
    children = (array.name, array.variable, _variables(array.coords), _indexes(array))
    return Node(("xarray.DataArray",), children, labels=(".name", "", ".coords", ".xindexes"))


@encoder(xr.Dataset, subclasses=True)
def encode_dataset(dataset: Any) -> Node:
    """Encode the variables, which of them are coordinates, and the attributes."""
    children = (dict(dataset.variables), set(dataset.coords), dict(dataset.attrs), _indexes(dataset))
    return Node(("xarray.Dataset",), children, labels=("", ".coords", ".attrs", ".xindexes"))


def _variables(coordinates: Any) -> dict[Any, Any]:
    return {name: coordinate.variable for name, coordinate in coordinates.items()}


def _indexes(value: Any) -> dict[Any, Any]:
    """Return the indexes by coordinate: their labels' order, levels and frequency can be seen through them."""
    return {name: _index(index) for name, index in value.xindexes.items()}


def _index(index: Any) -> object:
    return index.to_pandas_index() if isinstance(index, PandasIndex) else index


if hasattr(xr, "DataTree"):  # xarray 2024.10

    @encoder(xr.DataTree, subclasses=True)
    def encode_tree(tree: Any) -> Node:
        """Encode a node of a tree: its data set and its children by name."""
        children = (tree.name, tree.to_dataset(inherit=False), dict(tree.children))
        return Node(("xarray.DataTree",), children, labels=(".name", ".dataset", ""))


@in_place_of("xarray.core.groupby.GroupBy")
def groups(value: Any) -> object:
    """Return what an array's or data set's groups are made of."""
    return {name: part for name, part in attribute_reader(type(value))(value).items() if name not in _OF_GROUPS}
