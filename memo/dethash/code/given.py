"""What is in a class and not from its body: derived from the rest, or written by a library from the class's fields."""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.code.party import is_first_party
from memo.dethash.code.source.texts import filename_of

#: What Python puts into every class.
_ALWAYS = frozenset({
    "__module__", "__qualname__", "__dict__", "__weakref__", "__doc__", "__firstlineno__", "__static_attributes__",
    "__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__", "__type_params__",
    "__parameters__", "__slotnames__", "__orig_bases__", "__abstractmethods__", "_abc_impl", "__slots__",
    "__classcell__", "__classdictcell__", "__final__",
})  # fmt: skip
#: What each kind of class has besides, by the attribute that tells the kind.
_OF_KIND = {
    "__dataclass_fields__": {"__dataclass_fields__", "__dataclass_params__", "__replace__"},
    "__attrs_attrs__": {"__attrs_attrs__", "__attrs_own_setattr__", "__attrs_props__", "__replace__"},
    "_field_defaults": {"__replace__", "__getnewargs__"},
    "_member_map_": {
        "_member_names_", "_member_map_", "_value2member_map_", "_unhashable_values_", "_unhashable_values_map_",
        "_hashable_values_", "_new_member_", "_value_repr_", "_use_args_", "_member_type_", "__new_member__",
        "_generate_next_value_", "_sort_order_", "_flag_mask_", "_singles_mask_", "_all_bits_", "_boundary_",
        "_inverted_",
    },
    "__total__": {
        "__required_keys__", "__optional_keys__", "__readonly_keys__", "__mutable_keys__", "__total__", "__closed__",
        "__extra_items__",
    },
    "_is_protocol": {
        "_is_protocol", "_is_runtime_protocol", "__protocol_attrs__", "__non_callable_proto_members__",
        "__callable_proto_members_only__", "__subclasshook__",
    },
    "__pydantic_complete__": {
        "__pydantic_core_schema__", "__pydantic_validator__", "__pydantic_serializer__", "__pydantic_complete__",
        "__pydantic_setattr_handlers__", "__pydantic_parent_namespace__", "__signature__",
    },
}  # fmt: skip
#: In which function dataclasses write methods, how attrs calls the files of its own, namedtuples their module.
_IN_DATACLASSES, _FILE_OF_ATTRS, _MODULE_OF_NAMEDTUPLES = "__create_fn__.<locals>.", "<attrs generated", "namedtuple_"
#: Where that guard may come from.
_GUARDS = ("dataclasses", "reprlib")


def given_names(own: dict[str, Any]) -> set[str]:
    """Return the names in a class's namespace *own* that are not from its body.

    A function of the user's own under a name that a library gives was written by the user all the same.
    """
    names = frozenset().union(*(more for mark, more in _OF_KIND.items() if mark in own))
    return {*_ALWAYS, *(name for name in names if not _is_the_users(own.get(name)))}


def _is_the_users(value: object) -> bool:
    value = unwrapped(value)
    return isinstance(value, FunctionType) and is_first_party(value)


def unwrapped(value: Any) -> Any:
    """Return the function in a static method or class method; anything else as it is, also what passes for one."""
    while issubclass(type(value), staticmethod | classmethod):
        value = value.__func__
    return value


def is_written(cls: type, name: str, value: object) -> bool:
    """Say whether a library wrote this method from the class's fields, which are looked at instead."""
    value = unwrapped(value)
    if name == "__hash__" and value is None:
        return True
    # A dataclass's __repr__ has a guard against recursion. Around what else was written the user's own code may be.
    function = attribute(value, "__wrapped__", value) if _module(value) in _GUARDS else value
    if not isinstance(function, FunctionType):
        return False
    own, code = vars(cls), function.__code__
    if "__attrs_attrs__" in own:
        return _module(value).startswith("attr.") or filename_of(code).startswith(_FILE_OF_ATTRS)
    if "__dataclass_fields__" in own:
        return code.co_qualname.startswith(_IN_DATACLASSES)
    return "_fields" in own and _module(function).startswith(_MODULE_OF_NAMEDTUPLES)


def _module(value: object) -> str:
    """Return the module that a function was made in; its ``__module__`` says the class's."""
    return str(value.__globals__.get("__name__")) if isinstance(value, FunctionType) else ""


def methods_of_attrs(cls: type) -> list[str]:
    """Return which methods attrs has given to *cls*: what its decorator was told."""
    names = [name for name, value in vars(cls).items() if is_written(cls, name, value) and name != "__replace__"]
    return sorted(names)  # __replace__ is there from Python 3.13 on


def cached_properties(cls: type) -> Iterator[tuple[str, object]]:
    """Return the functions that attrs takes out of a class with slots: those of its cached properties."""
    function = vars(cls).get("__getattr__")
    if isinstance(function, FunctionType) and is_written(cls, "__getattr__", function):
        found = function.__globals__.get("cached_properties")
        if isinstance(found, dict):
            yield from sorted(found.items())
            yield "__getattr__", function.__globals__.get("original_getattr")
