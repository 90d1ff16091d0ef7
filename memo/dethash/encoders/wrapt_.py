"""Encoder of wrapt's proxies and of the functions that its decorators make: what is wrapped, and by what.

A proxy passes for what it wraps, so everything here asks for its own attributes. What is decorated by
``wrapt.decorator`` is code, and so the version of wrapt counts.
"""

from __future__ import annotations

import gc
from typing import Any

import wrapt

from memo.dethash.code.named import named
from memo.dethash.code.parts import FAMILIES, entries
from memo.dethash.code.party import party_of_module
from memo.dethash.node import Node
from memo.dethash.registry import encoder

BaseObjectProxy: Any = wrapt.BaseObjectProxy
#: What wrapt's own classes say that they are from; those written in C name a module that there is not.
_MODULES = frozenset({"_wrappers", "wrapt"})
#: What C code keeps outside of the proxy's own ``__dict__``. How a function is bound follows from the function.
_KEPT = ("_self_wrapper", "_self_instance", "_self_enabled", "_self_parent", "_self_args", "_self_kwargs")
_NOT_OWN = frozenset({*_KEPT, "_self_binding", "_self_owner"})
_ABSENT = object()


@encoder(BaseObjectProxy, whole=True)
def encode_proxy(value: Any) -> Node:
    """Encode what is wrapped, what wraps it, and the attributes of the proxy's own."""
    cls = type(value)
    tag = ("wrapt",) if _is_of_wrapt(cls) else ("wrapt", cls)
    kept = _kept(value)
    children = (named(party_of_module("wrapt"), _kind_of(cls)), value.__wrapped__, *kept.values(), _own(value))
    return Node(tag, children, labels=("", ".__wrapped__", *(f".{name}" for name in kept), "."))


def _parts(value: Any) -> list[Any]:
    return [type(value), value.__wrapped__, *_kept(value).values(), *entries(_own(value))]


FAMILIES[BaseObjectProxy] = _parts


def _kept(value: Any) -> dict[str, Any]:
    kept = {name: _ask(value, name) for name in _KEPT}
    return {name: held for name, held in kept.items() if held is not _ABSENT}


def _own(value: Any) -> dict[str, Any]:
    """Return the attributes that were given to the proxy and not to what it wraps."""
    own = _ask(value, "__self_dict__")
    if own is _ABSENT:  # an older wrapt: a proxy holds its class, its attributes, what it wraps, in this order
        own = next((held for held in gc.get_referents(value) if type(held) is dict), {})
    return {name: held for name, held in own.items() if name.startswith("_self_") and name not in _NOT_OWN}


def _ask(value: Any, name: str) -> Any:
    try:
        return object.__getattribute__(value, name)
    except AttributeError:
        return _ABSENT


def _is_of_wrapt(cls: type) -> bool:
    return str(vars(cls).get("_cls_real_module", cls.__module__)).partition(".")[0] in _MODULES


def _kind_of(cls: type) -> str:
    """Return the name of the nearest class of wrapt's own."""
    return next(base.__name__ for base in cls.__mro__ if _is_of_wrapt(base))
