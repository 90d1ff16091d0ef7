"""Encoders of SciPy's sparse matrices and arrays, by format, shape and entries, and of its distributions.

Using a matrix may sort its entries in place, so their order does not count. Entries that share a place count one by
one, as ``nnz`` and ``data`` show them, and so do zeros that are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from memo.dethash.hashing import Buffer, buffer_part
from memo.dethash.instances import call_user, state_reader
from memo.dethash.node import Node
from memo.dethash.registry import encoder, in_place_of

#: Indices are read in pieces of so many: SciPy chooses their size, which does not count.
PIECE = 1 << 20
#: What a matrix keeps beside what a subclass or a user added.
_KEPT = frozenset({
    "_shape", "maxprint", "data", "indices", "indptr", "offsets", "coords", "row", "col", "rows", "_dict", "dtype",
    "has_canonical_format", "_has_sorted_indices", "_has_canonical_format",
})  # fmt: skip

#: What a distribution's class says, and what is made of its methods.
_DERIVED = frozenset({"__doc__", "vecentropy", "_ppfvec", "_cdfvec", "generic_moment"})
#: What a distribution without a random state of its own shares with the whole process.
_GLOBAL = np.random.mtrand._rand  # noqa: SLF001  no other way


@encoder(sparse.spmatrix, sparse.sparray, whole=True)
def encode_matrix(matrix: Any) -> Node:
    """Encode a matrix or array of any format."""
    cls = type(matrix)
    own = call_user("__getstate__", state_reader(cls, object), matrix)
    state = {name: part for name, part in own.items() if name not in _KEPT} if isinstance(own, dict) else own
    if matrix.format in ("csr", "csc", "bsr"):
        parts = _compressed(matrix)
    elif matrix.format == "dia":
        parts = _diagonals(matrix)
    else:
        parts = _coordinates(matrix if matrix.format == "coo" else matrix.tocoo())
    kind = cls.__name__ if cls.__module__.startswith("scipy.") else cls
    return Node(("scipy.sparse", matrix.format, kind), (tuple(map(int, matrix.shape)), matrix.dtype, state, *parts))


def _compressed(matrix: Any) -> tuple[object, ...]:
    ends, count = matrix.indptr, int(matrix.indptr[-1])
    indices, data = matrix.indices[:count], matrix.data[:count]
    if not matrix.has_canonical_format:
        rows = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
        order = _order([rows, indices], data)
        indices, data = indices[order], data[order]
    return (_integers(ends), _integers(indices), data)


def _coordinates(matrix: Any) -> tuple[object, ...]:
    places = matrix.coords if hasattr(matrix, "coords") else (matrix.row, matrix.col)
    order = _order(places, matrix.data)
    return (*(_integers(axis[order]) for axis in places), matrix.data[order])


def _diagonals(matrix: Any) -> tuple[object, ...]:
    """Return the diagonals; what lies outside of the matrix does not count."""
    rows = np.arange(matrix.data.shape[1]) - np.asarray(matrix.offsets, np.int64)[:, None]
    inside = (rows >= 0) & (rows < matrix.shape[0])
    inside[:, matrix.shape[1] :] = False
    return (_integers(matrix.offsets), np.where(inside, matrix.data, matrix.dtype.type(0)))


def _order(places: Sequence[Any], data: Any) -> Any:
    """Return the order of entries by their places; where places are the same, by their bytes."""
    keys = tuple(reversed(places))
    order = np.lexsort(keys)
    alike = np.ones(max(0, len(order) - 1), bool)
    for axis in places:
        alike &= np.diff(axis[order]) == 0
    if not alike.any():
        return order
    flat = np.ascontiguousarray(data).reshape(len(data), -1)
    _, rank = np.unique(flat.view(np.dtype((np.void, flat.dtype.itemsize * flat.shape[1]))), return_inverse=True)
    return np.lexsort((rank.reshape(-1), *keys))


def _integers(values: Any) -> list[object]:
    return list(buffer_part(_wide(values)))


def _wide(values: Any) -> Iterator[Buffer]:
    for start in range(0, len(values), PIECE):
        yield np.ascontiguousarray(values[start : start + PIECE], "<i8").view(np.uint8).data


# By name, for their modules take long to import and few need it.
@in_place_of("scipy.stats._distn_infrastructure.rv_generic")
@in_place_of("scipy.stats._multivariate.multi_rv_generic")
def distribution(value: Any) -> object:
    """Return a distribution's parameters and its random state, if that is its own."""
    state: dict[str, object] = value.__getstate__()
    return {name: part for name, part in state.items() if name not in _DERIVED and part is not _GLOBAL}


@in_place_of("scipy.spatial._ckdtree.cKDTree")
def search_tree(tree: Any) -> object:
    """Return what a search tree is made of, and how; its state is full of addresses, and it grows as it is used."""
    added = {name: part for name, part in getattr(tree, "__dict__", {}).items() if name != "_tree"}
    return (tree.data, tree.boxsize, tree.leafsize, tree.size, tree.indices, added)


@in_place_of("scipy.interpolate._fitpack2.UnivariateSpline")
def spline(value: Any) -> object:
    """Return a spline's attributes without the work space that SciPy 1.17 keeps, which is not written in full."""
    *fitted, space, places, flag = value._data  # noqa: SLF001  there is no other way to tell them from the rest
    return None if space is None and places is None else {**vars(value), "_data": (*fitted, None, None, flag)}
