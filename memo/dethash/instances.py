"""Instances: a class's name and its state, by attributes, ``__slots__``, ``__getstate__`` or the pickle protocol."""

from __future__ import annotations

import copyreg
import sys
from collections.abc import Callable, Iterator
from functools import WRAPPER_ASSIGNMENTS, cache, cached_property
from types import GetSetDescriptorType, MemberDescriptorType, WrapperDescriptorType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.node import CodeNode, Node
from memo.dethash.registry import Encoder, defines
from memo.errors import UnhashableError

Attributes = Callable[[Any], dict[Any, Any]]

#: Bits of a class's flags: made at run time; its instances' ``__weakref__`` and ``__dict__`` lie outside of their size.
_HEAP, _MANAGED_WEAKREF, _MANAGED_DICT = 1 << 9, 1 << 3, 1 << 4
_POINTER = (sys.maxsize.bit_length() + 1) // 8
#: Where generated ``__getstate__`` methods come from that return the attributes and nothing else.
_GENERATED = frozenset({"dataclasses", "attr._make"})
#: What ``attrs`` keeps in an instance once ``hash()`` was asked for; it depends on the hash seed.
_ATTRS_HASH = "_attrs_cached_hash"
#: What ``functools.update_wrapper`` copies onto a callable instance from the function that it wraps.
_COPIED = (*WRAPPER_ASSIGNMENTS, "__annotations__", "__annotate__", "__type_params__")
#: What reads attributes without running code of the class's own.
PLAIN_ACCESS: Any = object.__getattribute__


class NoDigestError(Exception):
    """An encoder says that a value has no deterministic form, and why."""


class EncoderFailedError(NoDigestError):
    """An encoder itself has failed, so a digest may well be missing that the value has: it is never left out."""


def overrides_protocol(cls: type, base: type) -> bool:
    """Say whether a class between *cls* and *base* decides itself how it is pickled."""
    for between in cls.__mro__[: cls.__mro__.index(base)]:
        if any(name in vars(between) for name in ("__reduce_ex__", "__reduce__")):
            return True
    return reducer_of(cls) is not None


def reducer_of(cls: type) -> Callable[[Any], Any] | None:
    """Return what ``copyreg`` has to pickle *cls*'s values with.

    What another library registers for exceptions does not count: tblib, which dask imports, adds where they were
    raised.
    """
    reducer: Any = copyreg.dispatch_table.get(cls)
    if reducer is not None and issubclass(cls, BaseException) and _library(reducer) != _library(cls):
        return None
    return reducer  # type: ignore[no-any-return]


def _library(value: Any) -> str:
    return str(attribute(value, "__module__", "")).partition(".")[0]


# -- attributes -------------------------------------------------------------------------------------------------------


def attributes_alone(cls: type) -> Attributes | None:
    """Return what reads the attributes of *cls*'s instances, if there is nothing else to them."""
    alone = (
        not overrides_protocol(cls, object)
        and own_getstate(cls) is None
        and not defines(cls, "__getnewargs__")
        and not defines(cls, "__getnewargs_ex__")
        and not hides_state(cls)
        and not is_foreign_iterator(cls)
        and _shows_dict(cls)
        and cls is not object
    )
    return attribute_reader(cls) if alone else None


def _shows_dict(cls: type) -> bool:
    """Say whether ``__dict__`` of *cls*'s instances is what they hold, and not what the class makes of it."""
    plain = all(type(base.__dict__.get("__dict__", _NO_DICT)) is GetSetDescriptorType for base in cls.__mro__)
    return plain and cls.__getattribute__ is PLAIN_ACCESS


_NO_DICT = type.__dict__["__dict__"]


def attribute_reader(cls: type, base: type = object) -> Attributes:
    """Return what reads the attributes of *cls*'s instances: ``__dict__`` and slots, without what can be made again.

    That is cached properties, and of an instance that wraps a function what it has copied from there.

    Args:
        cls: the class.
        base: a base whose own slots are not wanted.
    """
    slots = list(_slots(cls, base))
    cached = cached_names(cls)
    may_wrap = defines(cls, "__call__")
    read_dict = _dict_reader(cls) if cls.__dictoffset__ else None
    if not slots and not cached and not may_wrap and read_dict is not None:
        return read_dict

    def read(value: Any) -> dict[Any, Any]:
        state: dict[Any, Any] = dict(read_dict(value)) if read_dict is not None else {}
        for name, slot in slots:
            try:
                held = slot.__get__(value)
            except AttributeError:  # never assigned
                continue
            while name in state:
                name += " too"  # noqa: PLW2901  a slot that another one, or an attribute, has the name of
            state[name] = held
        for name in cached:
            state.pop(name, None)
        if may_wrap and "__wrapped__" in state:
            for name in _COPIED:
                state.pop(name, None)
        return state

    return read


def _dict_reader(cls: type) -> Attributes:
    """Return what reads the dict of *cls*'s instances, whatever the class says that it is."""
    if _shows_dict(cls):
        return vars
    shown: Any = next((vars(base)["__dict__"] for base in cls.__mro__ if "__dict__" in vars(base)), None)
    return shown.__get__ if type(shown) is GetSetDescriptorType else _held_dict


def _held_dict(value: Any) -> dict[Any, Any]:
    state: Any = object.__getstate__(value)
    return (state[0] if type(state) is tuple else state) or {}


def _slots(cls: type, base: type = object) -> Iterator[tuple[str, MemberDescriptorType]]:
    """Iterate over the slots of *cls* and of what lies between it and *base*, the nearest last."""
    for between in reversed(cls.__mro__[: cls.__mro__.index(base)]):
        yield from _slots_of(between)


def _slots_of(cls: type) -> Iterator[tuple[str, MemberDescriptorType]]:
    """Iterate over the slots that *cls* itself adds."""
    if "__slots__" in vars(cls):
        for name, member in vars(cls).items():
            if type(member) is MemberDescriptorType:
                yield name, member


@cache
def cached_names(cls: type) -> frozenset[str]:
    """Return the attributes of *cls* that hold what can be computed again: ``functools.cached_property``.

    A slotted class of ``attrs`` has slots instead, which are no fields of it.
    """
    names = {
        value.attrname or name
        for base in cls.__mro__
        for name, value in vars(base).items()
        if isinstance(value, cached_property)
    }
    if defines(cls, "__attrs_attrs__"):
        names.add(_ATTRS_HASH)
        fields = {field.name for field in cls.__attrs_attrs__}  # type: ignore[attr-defined]
        made = [base for base in cls.__mro__ if "__attrs_attrs__" in vars(base)]
        names.update(name for base in made for name, _ in _slots_of(base) if name not in fields)
    return frozenset(names)


def hides_state(cls: type) -> bool:
    """Say whether *cls*'s instances hold more than a ``__dict__`` and slots: what C code put there."""
    size = object.__basicsize__ + _POINTER * len(list(_slots(cls)))
    if cls.__dictoffset__ and not cls.__flags__ & _MANAGED_DICT:
        size += _POINTER
    if cls.__weakrefoffset__ and not cls.__flags__ & _MANAGED_WEAKREF:
        size += _POINTER
    return cls.__basicsize__ > size or cls.__itemsize__ != 0


def own_getstate(cls: type, base: type = object) -> Callable[[Any], object] | None:
    """Return the ``__getstate__`` that *cls*, or a class between it and *base*, wrote to say what counts."""
    own = attribute(cls, "__getstate__")
    if own is None or own is getattr(base, "__getstate__", None) or attribute(own, "__module__", "") in _GENERATED:
        return None
    return own  # type: ignore[no-any-return]


def state_reader(cls: type, base: type = object) -> Callable[[Any], object]:
    """Return what reads the state of *cls*'s instances: what their own ``__getstate__`` says, else their attributes."""
    own = own_getstate(cls, base)
    if own is None:
        return attribute_reader(cls, base)
    return lambda value: without_cached(cls, own(value))


def without_cached(cls: type, state: Any) -> object:
    """Return a state as pickle has it, a dict or a pair of dicts, without cached properties."""
    drop = cached_names(cls)
    if not drop:
        return state
    if type(state) is tuple and len(state) == 2:
        return tuple(without_cached(cls, part) if type(part) is dict else part for part in state)
    return {name: part for name, part in state.items() if name not in drop} if type(state) is dict else state


# -- encoders ---------------------------------------------------------------------------------------------------------


def subclass_encoder(encode: Encoder, cls: type, base: type) -> Encoder:
    """Return an encoder of *cls*: the class's name, what *base*'s encoder sees, and the class's own state if any."""
    read = state_reader(cls, base)

    def encode_subclass(value: Any) -> Node:
        node = encode(value)
        if isinstance(node, CodeNode):
            return Node(("subclass", cls), (node,))
        state = call_user("__getstate__", read, value)
        if state is None or (type(state) is dict and not state):
            return node._replace(tag=("subclass", cls, *node.tag))
        return Node(("subclass and state", cls), (node, state), labels=("", "."))

    return encode_subclass


def encode_instance(value: Any) -> Node:
    """Encode an instance by the pickle protocol, without pickling."""
    cls = type(value)
    if cls is object:
        raise NoDigestError("a bare object() is only equal to itself")
    if is_foreign_iterator(cls):
        raise NoDigestError("it is an iterator, and to read it would use it up: pass list(...) of it")
    if overrides_protocol(cls, object) or hides_state(cls):
        from memo.dethash.reduced import encode_reduced  # it uses this file

        return encode_reduced(value)
    state = call_user("__getstate__", state_reader(cls), value)
    for method in ("__getnewargs_ex__", "__getnewargs__"):
        if defines(cls, method):
            args = call_user(method, getattr(cls, method), value)
            return Node(("instance", cls), (state, args), labels=(".", f".{method}()"))
    return Node(("instance", cls), (state,), labels=(".",))


def is_foreign_iterator(cls: type) -> bool:
    """Say whether *cls*'s values are iterators made by C code: where they stand is out of sight."""
    return defines(cls, "__next__") and type(cls.__next__) is WrapperDescriptorType  # type: ignore[attr-defined]


def call_user(method: str, call: Callable[[Any], object], value: Any) -> object:
    """Call a method of the user's; its failure becomes an error that names it."""
    try:
        return call(value)
    except (UnhashableError, NoDigestError):
        raise
    except RecursionError as error:
        raise NoDigestError(f"{method} calls itself without end") from error
    except Exception as error:
        if isinstance(error, TypeError) and str(error).startswith("cannot pickle"):
            raise NoDigestError("it belongs to this process and cannot be pickled either") from error
        raise NoDigestError(f"{method} raised {type(error).__name__}") from error
