"""Instances: a class's name and its state, by attributes, ``__slots__``, ``__getstate__`` or the pickle protocol."""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from functools import cached_property
from typing import Any

from memo.dethash.node import CodeNode, Node
from memo.dethash.registry import Encoder
from memo.errors import UnhashableError

class NoDigestError(Exception):
    """An encoder says that a value has no deterministic form, and why."""


def overrides_protocol(cls: type, base: type) -> bool:
    """Say whether a class between *cls* and *base* decides itself how it is pickled."""
    for between in cls.__mro__[: cls.__mro__.index(base)]:
        if any(name in vars(between) for name in ("__reduce_ex__", "__reduce__")):
            return True
    return cls in copyreg.dispatch_table


def is_plain(cls: type) -> bool:
    """Say whether an instance's ``__dict__`` is all there is to it."""
    return (
        cls.__flags__ & (1 << 9) != 0  # a class made by Python code
        and cls.__dictoffset__ != 0
        and not overrides_protocol(cls, object)
        and not any(hasattr(cls, name) for name in ("__getnewargs__", "__getnewargs_ex__"))
        and getattr(cls, "__getstate__", None) is getattr(object, "__getstate__", None)
        and not any(vars(base).get("__slots__") for base in cls.__mro__)
        and not cached_names(cls)
        and all(base.__flags__ & (1 << 9) for base in cls.__mro__ if base is not object)
    )


def cached_names(cls: type) -> frozenset[str]:
    """Return the attributes of *cls* that hold what can be computed again: ``functools.cached_property``."""
    return frozenset(
        value.attrname or name
        for base in cls.__mro__
        for name, value in vars(base).items()
        if isinstance(value, cached_property)
    )


def attributes(value: Any) -> dict[str, object]:
    """Return an instance's own attributes, from its ``__dict__`` and its slots, without cached properties."""
    cls = type(value)
    state: dict[str, object] = dict(getattr(value, "__dict__", ()))
    for name in copyreg._slotnames(cls):  # type: ignore[attr-defined]
        try:
            state[name] = getattr(value, name)
        except AttributeError:
            continue
    for name in cached_names(cls):
        state.pop(name, None)
    return state


def state_of(value: Any) -> object:
    """Return an instance's state: what its own ``__getstate__`` says, else its attributes."""
    own = getattr(type(value), "__getstate__", None)
    if own is not None and own is not getattr(object, "__getstate__", None):
        return own(value)
    return attributes(value)


def encode_subclass(encode: Encoder, base: type, value: Any) -> Node:
    """Encode a value of a subclass of *base*: the subclass's name, what *base*'s encoder sees, and its own state."""
    node = encode(value)
    if isinstance(node, CodeNode):
        return Node(("subclass", type(value)), (node,))
    return Node(("subclass", type(value)), (node, call_user(type(value), "__getstate__", state_of, value)), labels=("", ""))


def encode_instance(value: Any) -> Node:
    """Encode an instance by the pickle protocol, without pickling."""
    cls = type(value)
    if cls is object:
        raise NoDigestError("a bare object() is only equal to itself")
    if hasattr(cls, "__next__") and not cls.__flags__ & (1 << 9):
        raise NoDigestError("it is an iterator: pass what it iterates over, such as list(...)")
    if not overrides_protocol(cls, object) and made_by_python(cls):
        args: object = ()
        if hasattr(cls, "__getnewargs_ex__"):
            args = call_user(cls, "__getnewargs_ex__", cls.__getnewargs_ex__, value)
        elif hasattr(cls, "__getnewargs__"):
            args = call_user(cls, "__getnewargs__", cls.__getnewargs__, value)
        state = call_user(cls, "__getstate__", state_of, value)
        return Node(("instance", cls), (state, args) if args else (state,), labels=("", ".__getnewargs__()"))
    return _encode_reduced(value, call_user(cls, "__reduce_ex__", _reduce, value))


def made_by_python(cls: type) -> bool:
    return all(base.__flags__ & (1 << 9) for base in cls.__mro__ if base is not object)


def _reduce(value: Any) -> object:
    reducer: Callable[[Any], object] | None = copyreg.dispatch_table.get(type(value))
    return reducer(value) if reducer is not None else value.__reduce_ex__(4)


def _encode_reduced(value: Any, reduced: object) -> Node:
    cls = type(value)
    if isinstance(reduced, str):
        return Node(("global", cls), (reduced,))
    if not isinstance(reduced, tuple) or not 2 <= len(reduced) <= 6 or not isinstance(reduced[1], tuple):
        raise NoDigestError(f"__reduce_ex__ returned {type(reduced).__name__}, not the pickle protocol's tuple")
    function, args, state, items, pairs, *_ = (*reduced, None, None, None)
    if function is copyreg.__newobj__ and args:  # type: ignore[attr-defined]
        function, args = args[0], args[1:]
    if isinstance(state, dict):
        drop = cached_names(cls)
        state = {name: part for name, part in state.items() if name not in drop}
    made = () if function is cls else (_name(function),)
    children = (state, args, list(items or ()), [tuple(pair) for pair in pairs or ()], *made)
    return Node(("reduced", cls), children, labels=("", ".__reduce_ex__()[1]", "", "", ".__reduce_ex__()[0]"))


def _name(function: object) -> str:
    """Return how a reconstructing function is named; its code is the class's affair."""
    return f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', type(function).__qualname__)}"


def call_user(cls: type, method: str, call: Callable[[Any], object], value: Any) -> object:
    """Call a method of the user's; its failure becomes an error that names it."""
    try:
        return call(value)
    except (UnhashableError, NoDigestError):
        raise
    except RecursionError as error:
        raise NoDigestError(f"{method} calls itself without end") from error
    except Exception as error:
        raise NoDigestError(f"{method} raised {type(error).__name__}") from error
