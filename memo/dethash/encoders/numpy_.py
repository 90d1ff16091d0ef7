"""Encoders of NumPy: arrays by dtype, shape and elements, whatever their layout in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from memo.dethash.hashing import buffer_part
from memo.dethash.node import Node
from memo.dethash.registry import encoder

Array = npt.NDArray[Any]

#: What is not contiguous is copied in pieces of so many bytes.
CHUNK = 1 << 24


@encoder(np.ndarray, subclasses=True, whole=True)
def encode_array(array: Array) -> Node:
    """Encode an array; a memory-mapped one is an array like any other."""
    cls = type(array)
    if cls is np.ndarray or cls is np.memmap:
        return _encode_plain(array)
    plain = array.view(np.ndarray)
    return Node(("numpy.ndarray of", cls), (plain, dict(getattr(array, "__dict__", ()))), labels=("", "."))


def _encode_plain(array: Array) -> Node:
    dtype = array.dtype
    head = (spelled(dtype), array.shape)
    if dtype.names is not None:
        # Field by field, so that padding does not count.
        return Node(("numpy.ndarray of fields",), (*head, *(array[name] for name in dtype.names)))
    if dtype.hasobject or dtype.kind == "T":
        return Node(("numpy.ndarray of objects",), (*head, array.ravel().tolist()))
    return Node(("numpy.ndarray",), (*head, *buffer_part(chunks(array))))


@encoder(np.ma.MaskedArray, subclasses=True, whole=True)
def encode_masked(array: Any) -> Node:
    """Encode a masked array; what lies under the mask does not count."""
    mask = np.ma.getmaskarray(array)
    data = np.array(array.data, subok=False)
    if mask.dtype.names is None:
        data[mask] = np.zeros((), data.dtype)
    else:
        for name in mask.dtype.names:
            data[name][mask[name]] = np.zeros((), data.dtype[name])
    return Node(("numpy.ma", type(array)), (data, mask, np.asarray(array.fill_value), bool(array.hardmask)))


@encoder(np.generic, subclasses=True, whole=True)
def encode_scalar(value: np.generic) -> Node:
    """Encode a NumPy scalar, which differs from Python's and from an array without dimensions."""
    return Node(("numpy scalar",), (np.asarray(value),))


@encoder(np.dtype, subclasses=True, whole=True)
def encode_dtype(dtype: np.dtype[Any]) -> Node:
    """Encode a dtype itself."""
    return Node(("numpy.dtype",), (spelled(dtype),))


@encoder(np.ufunc)
def encode_ufunc(function: np.ufunc) -> Node:
    """Encode a ufunc by its name."""
    return Node(("numpy.ufunc",), (function.__name__, function.nin, function.nout))


@encoder(np.random.Generator)
def encode_generator(generator: np.random.Generator) -> Node:
    """Encode a generator by the state that its next numbers come from."""
    return Node(("numpy.random.Generator",), (generator.bit_generator,))


@encoder(np.random.RandomState)
def encode_random_state(state: np.random.RandomState) -> Node:
    """Encode a generator of the older kind by its state."""
    return Node(("numpy.random.RandomState",), (state.get_state(legacy=False),))


@encoder(np.random.BitGenerator, subclasses=True, whole=True)
def encode_bit_generator(generator: Any) -> Node:
    """Encode a bit generator by its state and by what it can still spawn."""
    return Node(("numpy.random.BitGenerator", type(generator).__name__), (generator.state, generator.seed_seq))


@encoder(np.random.SeedSequence)
def encode_seed_sequence(sequence: Any) -> Node:
    """Encode a seed sequence."""
    entropy = sequence.entropy
    if entropy is not None and not isinstance(entropy, int):
        entropy = list(map(int, entropy))
    children = (entropy, tuple(map(int, sequence.spawn_key)), sequence.pool_size, sequence.n_children_spawned)
    return Node(("numpy.random.SeedSequence",), children)


def spelled(dtype: np.dtype[Any]) -> object:
    """Return a dtype as plain data: byte order, kind and size; fields by name, without offsets and padding."""
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return ("array", spelled(base), shape)
    if dtype.names is not None:
        fields = [(name, spelled(dtype[name])) for name in dtype.names]
        return ("fields", dtype.type is np.record, fields)
    if dtype.kind == "T":
        return ("StringDType", getattr(dtype, "na_object", ...), bool(getattr(dtype, "coerce", True)))
    return dtype.str


def chunks(array: Array) -> Iterator[memoryview]:
    """Yield the elements' bytes in C order, as few and as large pieces as can be had without much memory."""
    if array.dtype.kind in "fc" and array.dtype.itemsize in (16, 32) and array.dtype.char in "gG":
        array = _without_padding(array)
    if array.size == 0:
        return
    if array.flags.c_contiguous:
        yield array.reshape(-1).view(np.uint8).data
    elif array.nbytes <= CHUNK:
        yield np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
    else:
        rows = max(1, CHUNK * len(array) // array.nbytes)
        for start in range(0, len(array), rows):
            yield from chunks(array[start : start + rows] if len(array) > 1 else array[0])


def _without_padding(array: Array) -> Array:
    """Return the ten bytes that count of each 80-bit float."""
    flat = np.ascontiguousarray(array).reshape(-1).view(np.longdouble)
    return np.ascontiguousarray(flat.view(np.uint8).reshape(-1, flat.itemsize)[:, :10])
