"""Encoders of NumPy's arrays, scalars and functions: dtype, shape and elements, whatever their layout in memory."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from memo.dethash.columns import pack
from memo.dethash.encoders.numpy_layout import chunks
from memo.dethash.hashing import buffer_part
from memo.dethash.instances import NoDigestError, call_user, state_reader
from memo.dethash.node import CodeNode, Node
from memo.dethash.paths import spell_key
from memo.dethash.plans import ATOMS, LONG
from memo.dethash.registry import encoder

Array = npt.NDArray[Any]

#: Arrays of scalars of Python's are written in pieces of so many; the format depends on it.
ITEMS = 1 << 14
_TEXT = frozenset({str, bytes})
#: Arrays that are like any other.
_PLAIN = (np.ndarray, np.memmap)
#: What a masked array keeps beside its values, or can find out again.
_OF_MASKED = frozenset(
    {"_fill_value", "_hardmask", "_sharedmask", "_isfield", "_baseclass", "_optinfo", "_basedict", "_mask", "_getitem"}
)
#: Where NumPy's own ufuncs and those built on it have their names.
_UFUNC_HOMES = ("numpy", "scipy.special")


@encoder(np.ndarray, whole=True)
def encode_array(array: Array) -> Node:
    """Encode an array; a memory-mapped one is an array like any other."""
    cls = type(array)
    if cls in _PLAIN:
        return _encode_plain(array)
    if is_own(cls):
        return Node(("numpy.ndarray of", cls.__name__), (np.asarray(array),), labels=("",))
    state = call_user("__getstate__", state_reader(cls, np.ndarray), array)
    return Node(("numpy.ndarray of", cls), (np.asarray(array), state), labels=("", "."))


def _encode_plain(array: Array) -> Node:
    dtype = array.dtype
    if dtype.names is not None:
        # Field by field, so that what lies between the fields does not count.
        fields = [array[name] for name in dtype.names]
        labels = (".dtype", ".shape", *(f"[{spell_key(name)}]" for name in dtype.names))
        return Node(("numpy.ndarray of fields",), (dtype, array.shape, *fields), labels=labels)
    if dtype.hasobject or dtype.kind == "T":
        return _encode_objects(array)
    if dtype.isbuiltin == 2 or dtype.metadata:
        return Node(("numpy.ndarray of a dtype",), (dtype, array.shape, *buffer_part(chunks(array))))
    return Node(("numpy.ndarray", dtype.str, *map(str, array.shape)), buffer_part(chunks(array)))


def _encode_objects(array: Array) -> Node:
    flat = array.reshape(-1)
    try:
        return Node(("numpy.ndarray of atoms",), (array.dtype, array.shape, *buffer_part(_atoms(flat))))
    except _NotAtomsError:
        labels = (".dtype", ".shape", ".flat")
        return Node(("numpy.ndarray of objects",), (array.dtype, array.shape, flat.tolist()), labels=labels)


class _NotAtomsError(Exception):
    """An array's elements are not all short scalars of Python's."""


def _atoms(flat: Array) -> Iterator[bytes]:
    """Yield short scalars as bytes: of a million, no list and no bytes of all of them are ever in memory."""
    for start in range(0, len(flat), ITEMS):
        values = flat[start : start + ITEMS].tolist()
        types = set(map(type, values))
        if not types <= ATOMS:
            raise _NotAtomsError
        texts = values if types <= _TEXT else [value for value in values if type(value) in _TEXT]
        if texts and max(map(len, texts)) > LONG:
            raise _NotAtomsError
        yield pack(values)


@encoder(np.ma.MaskedArray, whole=True)
def encode_masked(array: Any) -> Node:
    """Encode a masked array; what lies under the mask does not count. No mask is one that masks nothing."""
    cls = type(array)
    data, mask = np.asarray(array.data), np.ma.getmaskarray(array)
    values: tuple[object, ...]
    if data.dtype.names is not None:
        values = tuple(np.ma.MaskedArray(data[name], mask[name]) for name in data.dtype.names)
    elif data.dtype.hasobject or data.dtype.kind == "T":
        flat = zip(data.ravel().tolist(), mask.ravel().tolist(), strict=True)
        values = (mask, [None if masked else value for value, masked in flat])
    else:
        values = (mask, *buffer_part(chunks(data, mask)))
    own: dict[str, object] = {name: value for name, value in vars(array).items() if name not in _OF_MASKED}
    own |= {name: value for name, value in array._optinfo.items() if name not in _OF_MASKED}  # noqa: SLF001  no other way
    base = array.baseclass
    tag = ("numpy.ma", cls.__name__ if is_own(cls) else cls, base.__name__ if is_own(base) else base)
    labels = (".dtype", ".shape", ".fill_value", ".hardmask", ".", ".mask", ".data.flat")
    return Node(tag, (data.dtype, data.shape, _fill_value(array), bool(array.hardmask), own, *values), labels=labels)


def _fill_value(array: Any) -> object:
    """Return what ``array.fill_value`` is without setting it, which only its first use does."""
    given = array._fill_value  # noqa: SLF001  no other way
    return np.ma.MaskedArray(np.empty(0, array.dtype)).fill_value if given is None else given[()]


@encoder(np.generic, whole=True)
def encode_scalar(value: Any) -> Node:
    """Encode a NumPy scalar, which differs from Python's and from an array without dimensions."""
    cls = type(value)
    if not is_own(cls):
        state = call_user("__getstate__", state_reader(cls, np.generic), value)
        return Node(("numpy scalar of", cls), (np.asarray(value), state), labels=("", "."))
    dtype = value.dtype
    if dtype.names is not None or dtype.metadata or dtype.char in "gG":
        return Node(("numpy scalar of", cls.__name__), (np.asarray(value),))
    return Node(("numpy scalar", dtype.str), (value.tobytes(),))


@encoder(np.dtype, whole=True)
def encode_dtype(dtype: Any) -> Node:
    """Encode a dtype: byte order, kind and size; fields by name, type and place; metadata."""
    metadata = dict(dtype.metadata or {})
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return Node(("numpy.dtype of arrays",), (base, shape, metadata))
    if dtype.names is not None:
        fields = [(name, *dtype.fields[name]) for name in dtype.names]
        head = (dotted(dtype.type), dtype.itemsize)
        return Node(("numpy.dtype of fields",), (*head, fields, metadata))
    if dtype.kind == "T":
        return Node(("numpy.dtypes.StringDType",), (getattr(dtype, "na_object", ...), bool(dtype.coerce)))
    if dtype.isbuiltin != 2 and not is_own(type(dtype)):
        raise NoDigestError("it may have parameters that only its library knows")
    own = dotted(dtype.type) if dtype.isbuiltin == 2 or not is_own(dtype.type) else ""
    return Node(("numpy.dtype", dtype.str), (own, metadata))


@encoder(np.ufunc)
def encode_ufunc(function: Any) -> Node | CodeNode:
    """Encode a ufunc by its name, as other functions that are not the user's own, or by the function in it."""
    from memo.dethash.code.named import named
    from memo.dethash.code.party import party_of_module

    name = function.__name__
    for module in _UFUNC_HOMES:
        if getattr(sys.modules.get(module), name, None) is function:
            return named(party_of_module(module), f"{module}.{name}")
    made_from = [each for each in gc.get_referents(function) if callable(each)]
    if len(made_from) != 1:
        raise NoDigestError("what it computes is out of sight: pass the function that it was made from")
    return Node(("numpy.frompyfunc",), (made_from[0], function.nin, function.nout, function.identity))


@encoder(np.busdaycalendar)
def encode_calendar(calendar: np.busdaycalendar) -> Node:
    """Encode the days of the week and the holidays."""
    return Node(("numpy.busdaycalendar",), (calendar.weekmask, calendar.holidays))


@encoder(np.finfo)
def encode_float_info(info: Any) -> Node:
    """Encode what is known of a kind of floats by the kind; the object is shared, and it fills as it is used."""
    return Node(("numpy.finfo",), (info.dtype,))


def is_own(cls: type) -> bool:
    """Say whether a class is NumPy's own: it counts by its name, for its module is another in each major version."""
    return cls.__module__.partition(".")[0] == "numpy"


def dotted(cls: type) -> str:
    """Return how a scalar's class counts: its name, and for others than NumPy's the module too."""
    return cls.__name__ if is_own(cls) else f"{cls.__module__}.{cls.__qualname__}"
