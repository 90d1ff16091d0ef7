"""NumPy's words: arrays and scalars from a description of their type and their bytes.

The only file of this layer that imports NumPy. NumPy's own pickles name its internal modules, which move with its
major versions; these do not.
"""

from __future__ import annotations

from functools import partial
from pickle import PickleBuffer
from typing import IO, Any, Literal

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from memo.store.formats.spool import IN_MEMORY_BELOW, PIECE, spooled
from memo.store.formats.words import Reduced, Reducer

WORDS = frozenset({"array", "fill", "objects", "scalar", "text"})


def array(
    description: Any, shape: tuple[int, ...], order: Literal["C", "F"], data: bytes | bytearray | memoryview
) -> npt.NDArray[Any]:
    """Rebuild an array on *data*, which it keeps and does not copy."""
    dtype = npy.descr_to_dtype(description)
    if not len(data):
        return np.empty(shape, dtype, order)
    return np.frombuffer(data, np.uint8).view(dtype).reshape(shape, order=order)


def objects(shape: tuple[int, ...], order: Literal["C", "F"]) -> npt.NDArray[Any]:
    """Make an array of objects, for :func:`fill` to fill: it may hold itself."""
    return np.empty(shape, object, order)


def fill(made: npt.NDArray[Any], items: list[object]) -> None:
    """Put *items* into an array of objects, in C order."""
    # Through an array of them: an item that is itself a sequence would be spread out.
    made[...] = np.fromiter(items, object, len(items)).reshape(made.shape)


def scalar(description: Any, data: bytes) -> Any:
    """Rebuild a scalar, which unlike a Python number knows its width."""
    return np.frombuffer(bytearray(data), npy.descr_to_dtype(description))[0]


def text(value: str | bytes) -> np.str_ | np.bytes_:
    """Rebuild a string scalar, with the trailing NULs that an array would drop."""
    return np.str_(value) if isinstance(value, str) else np.bytes_(value)


def _reduce_array(value: npt.NDArray[Any]) -> Any:
    if value.dtype == object and not _has_metadata(value.dtype):
        order: Literal["C", "F"] = "F" if value.flags.f_contiguous and not value.flags.c_contiguous else "C"
        return objects, (value.shape, order), value.reshape(-1).tolist(), None, None, fill
    description = _describe(value.dtype)
    if description is None:
        return NotImplemented
    order = "F" if value.flags.f_contiguous and not value.flags.c_contiguous else "C"
    if value.nbytes == 0:
        return array, (description, value.shape, order, b"")
    if not value.flags.forc and value.nbytes >= IN_MEMORY_BELOW:
        return array, (description, value.shape, order, PickleBuffer(spooled(partial(_write_strided, value))))
    if not value.flags.forc:
        value = value.copy(order)
    # Flat and as bytes: datetime64 and structured arrays have no buffer of their own.
    flat = value.reshape(-1, order=order).view(np.uint8)
    return array, (description, value.shape, order, PickleBuffer(flat.data))


def _write_strided(value: npt.NDArray[Any], file: IO[bytes]) -> None:
    """Write the elements in C order, in pieces of which each is copied on its own."""
    rows = value.reshape(1) if value.ndim == 0 else value
    step = max(1, PIECE * len(rows) // rows.nbytes)
    for start in range(0, len(rows), step):
        piece = rows[start : start + step]
        if piece.nbytes > 2 * PIECE and piece.ndim > 1:
            _write_strided(piece[0], file)  # a step of 1: one row is larger than a piece
        else:
            file.write(np.ascontiguousarray(piece).reshape(-1).view(np.uint8).data)


def _reduce_scalar(value: np.generic[Any]) -> Any:
    description = _describe(value.dtype)
    if description is None or not value.nbytes:
        return NotImplemented
    return scalar, (description, value.tobytes())


def _reduce_text(value: np.str_ | np.bytes_) -> Reduced:
    # Sliced, for str() of such a scalar drops trailing NULs too.
    return text, (str.__getitem__(value, slice(None)) if isinstance(value, np.str_) else bytes(value),)


def _describe(dtype: np.dtype[Any]) -> Any:
    """Return a plain description that leads back to exactly *dtype*, or None where there is none."""
    if dtype.hasobject or _has_metadata(dtype):
        return None
    is_compound = dtype.names is not None or dtype.subdtype is not None
    try:
        # The second one for long long, which is a type of its own.
        descriptions: Any = (npy.dtype_to_descr(dtype),) if is_compound else (dtype.str, dtype.str[0] + dtype.char)
    except ValueError:  # fields that overlap
        return None
    for description in descriptions:
        try:
            found = npy.descr_to_dtype(description)
        except (TypeError, ValueError):  # a type that a library added
            continue
        if found == dtype and found.type is dtype.type and found.isalignedstruct == dtype.isalignedstruct:
            return description
    return None


def _has_metadata(dtype: np.dtype[Any]) -> bool:
    if dtype.metadata:
        return True
    if dtype.subdtype is not None:
        return _has_metadata(dtype.subdtype[0])
    return any(_has_metadata(field[0]) for field in (dtype.fields or {}).values())


REDUCERS: dict[type, Reducer] = {
    np.ndarray: _reduce_array,
    np.str_: _reduce_text,
    np.bytes_: _reduce_text,
    **dict.fromkeys(set(np.sctypeDict.values()) - {np.str_, np.bytes_, np.object_}, _reduce_scalar),
}
