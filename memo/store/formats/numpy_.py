"""NumPy's words: arrays and scalars from a description of their type and their bytes.

The only file of this layer that imports NumPy. NumPy's own pickles name its internal modules, which move with its
major versions; these do not.
"""

from __future__ import annotations

from pickle import PickleBuffer
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from memo.store.formats.words import Reduced, Reducer

WORDS = frozenset({"array", "scalar", "text"})


def array(
    description: Any, shape: tuple[int, ...], order: Literal["C", "F"], data: bytes | bytearray | memoryview
) -> npt.NDArray[Any]:
    """Rebuild an array on *data*, which it keeps and does not copy."""
    dtype = npy.descr_to_dtype(description)
    if not len(data):
        return np.empty(shape, dtype, order)
    return np.frombuffer(data, np.uint8).view(dtype).reshape(shape, order=order)


def scalar(description: Any, data: bytes) -> Any:
    """Rebuild a scalar, which unlike a Python number knows its width."""
    return np.frombuffer(bytearray(data), npy.descr_to_dtype(description))[0]


def text(value: str | bytes) -> np.str_ | np.bytes_:
    """Rebuild a string scalar, with the trailing NULs that an array would drop."""
    return np.str_(value) if isinstance(value, str) else np.bytes_(value)


def _reduce_array(value: npt.NDArray[Any]) -> Any:
    description = _describe(value.dtype)
    if description is None:
        return NotImplemented
    order: Literal["C", "F"] = "F" if value.flags.f_contiguous and not value.flags.c_contiguous else "C"
    if value.nbytes == 0:
        return array, (description, value.shape, order, b"")
    if not value.flags.forc:
        value = value.copy(order)
    # Flat and as bytes: datetime64 and structured arrays have no buffer of their own.
    flat = value.reshape(-1, order=order).view(np.uint8)
    return array, (description, value.shape, order, PickleBuffer(flat.data))


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
    if dtype.names is not None or dtype.subdtype is not None:
        descriptions: tuple[Any, ...] = (npy.dtype_to_descr(dtype),)
    else:
        descriptions = (dtype.str, dtype.char)  # the latter for long long, which is a type of its own
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
