"""Encoders of what has code: functions, classes, methods, modules, and what the standard library wraps around them."""

from __future__ import annotations

import functools
import gc
import types
from typing import Any

from memo.dethash.node import Binding, CodeNode, Node, Variable
from memo.dethash.registry import encoder


@encoder(types.FunctionType)
def encode_function(value: types.FunctionType) -> Node | CodeNode:
    """Encode what a function does."""
    if value.__globals__ is vars(functools) and hasattr(value, "registry"):
        return Node(("singledispatch",), (dict(value.registry),))
    from memo.dethash.code.functions import encode_function as encode

    return encode(value)


@encoder(type, subclasses=True)
def encode_class(value: type) -> Node | CodeNode:
    """Encode what a class's instances do."""
    from memo.dethash.code.classes import encode_class as encode

    return encode(value)


@encoder(types.ModuleType, subclasses=True)
def encode_module(value: types.ModuleType) -> Node | CodeNode:
    """Encode a module that is used as a value: everything in it."""
    from memo.dethash.code.bindings import module_bindings
    from memo.dethash.code.named import named_module
    from memo.dethash.code.party import is_first_party

    if not is_first_party(value):
        return named_module(value.__name__)
    return CodeNode(("module",), module_bindings(value))


@encoder(types.MethodType)
def encode_method(value: types.MethodType) -> Node:
    """Encode a bound method: its function and what it is bound to."""
    from memo.dethash.code.named import named_object

    return named_object(value) or Node(("method",), (value.__func__, value.__self__), labels=(".__func__", ".__self__"))


@encoder(types.BuiltinFunctionType, types.MethodWrapperType)
def encode_builtin(value: Any) -> Node:
    """Encode a function that C code made, by its name and what it is bound to."""
    from memo.dethash.code.named import named, named_object, party_name

    by_name = named_object(value)
    if by_name is not None:
        return by_name
    owner = value.__self__
    if owner is None or isinstance(owner, types.ModuleType):
        return named(*party_name(value))
    return Node(("builtin method",), (owner, value.__name__), labels=(".__self__", ""))


@encoder(
    types.WrapperDescriptorType, types.MethodDescriptorType, types.ClassMethodDescriptorType,
    types.GetSetDescriptorType, types.MemberDescriptorType,
)  # fmt: skip
def encode_descriptor(value: Any) -> Node:
    """Encode a method or attribute of a class that C code made."""
    return Node(("descriptor",), (value.__objclass__, value.__name__), labels=(".__objclass__", ""))


@encoder(property, subclasses=True)
def encode_property(value: property) -> Node:
    """Encode a property's functions."""
    return Node(("property",), (value.fget, value.fset, value.fdel), labels=(".fget", ".fset", ".fdel"))


@encoder(staticmethod, classmethod, subclasses=True)
def encode_wrapped_method(value: Any) -> Node:
    """Encode the function inside."""
    return Node(("method of a class", type(value).__name__), (value.__func__,), labels=(".__func__",))


@encoder(functools.partial, functools.partialmethod, subclasses=True)
def encode_partial(value: Any) -> Node:
    """Encode a partial's function and arguments, and attributes if it was given any."""
    cls = type(value)
    children = (value.func, tuple(value.args), dict(value.keywords))
    own = (vars(value),) if cls is functools.partial and vars(value) else ()
    return Node(("partial", cls.__name__), (*children, *own), labels=(".func", ".args", ".keywords", "."))


@encoder(type(functools.lru_cache(len)))
def encode_lru_cache(value: Any) -> Node:
    """Encode the function that is cached; what the cache holds is state."""
    return Node(("lru_cache",), (value.__wrapped__,), labels=(".__wrapped__",))


@encoder(type(functools.cmp_to_key(len)))  # type: ignore[arg-type]
def encode_key_of_comparison(value: Any) -> Node:
    """Encode the comparison; of a key that it made also the value."""
    return Node(("cmp_to_key",), [part for part in gc.get_referents(value) if part is not type(value)])


@encoder(functools.cached_property, whole=True)
def encode_cached_property(value: Any) -> Node:
    """Encode the function that computes it; of a subclass the attributes that it adds, too."""
    cls = type(value)
    if cls is functools.cached_property:
        return Node(("cached_property",), (value.func,), labels=(".func",))
    own = {name: part for name, part in vars(value).items() if name not in _OF_CACHED_PROPERTY}
    return Node(("cached_property", cls), (value.func, own), labels=(".func", "."))


#: What every cached property keeps: where it is, and a lock before Python 3.12.
_OF_CACHED_PROPERTY = frozenset({"func", "attrname", "__doc__", "__module__", "lock"})


@encoder(functools.singledispatchmethod)
def encode_singledispatchmethod(value: Any) -> Node:
    """Encode the functions by type."""
    return Node(("singledispatch",), (dict(value.dispatcher.registry),))


@encoder(types.CellType)
def encode_cell(value: types.CellType) -> Node:
    """Encode what a closure's cell holds."""
    from memo.dethash.code.bindings import cell_value

    return Node(("cell",), (Binding("cell", cell_value(value), Variable(value, "cell")),))


@encoder(types.MappingProxyType)
def encode_proxy(value: types.MappingProxyType[Any, Any]) -> Node:
    """Encode the mapping behind a read-only view, whose class and order its ``copy()`` shows."""
    return Node(("mappingproxy",), gc.get_referents(value), labels=("",))
