"""Encoders of weak references and of context variables: by what they lead to now."""

from __future__ import annotations

import weakref
from contextvars import Context, ContextVar
from typing import Any

from memo.dethash.instances import NoDigestError
from memo.dethash.node import Node
from memo.dethash.registry import encoder
from memo.dethash.unordered import entries

_DEAD = "what it referred to is gone"


@encoder(weakref.ReferenceType, whole=True)
def encode_reference(value: weakref.ReferenceType[Any]) -> Node:
    """Encode a weak reference's referent."""
    referent = value()
    if referent is None:
        raise NoDigestError(_DEAD)
    return Node(("weakref", type(value)), (referent,), labels=("()",))


@encoder(weakref.ProxyType, weakref.CallableProxyType)
def encode_proxy(value: Any) -> Node:
    """Encode a weak proxy's referent."""
    try:
        method: Any = value.mro if isinstance(value, type) else value.__reduce_ex__  # both bound to the referent itself
        return Node(("weakref.proxy",), (method.__self__,), labels=("",))
    except ReferenceError as error:
        raise NoDigestError(_DEAD) from error


@encoder(weakref.WeakSet)
def encode_weak_set(value: weakref.WeakSet[Any]) -> Node:
    """Encode the members that are alive; they have no order."""
    return Node(("WeakSet",), tuple(value), unordered=True)


@encoder(weakref.WeakKeyDictionary, weakref.WeakValueDictionary)
def encode_weak_dict(value: Any) -> Node:
    """Encode the entries that are alive; their order does not count."""
    return Node((type(value).__name__,), (entries(value.items()),), labels=("",))


@encoder(ContextVar)
def encode_context_variable(value: ContextVar[Any]) -> Node:
    """Encode a context variable's name and its present value or default."""
    try:
        present: object = value.get()
    except LookupError:
        present = Node(("unset",))
    return Node(("ContextVar",), (value.name, present), labels=("", ".get()"))


@encoder(Context)
def encode_context(value: Context) -> Node:
    """Encode the variables' names and values."""
    return Node(("Context",), tuple((var.name, item) for var, item in value.items()), unordered=True)
