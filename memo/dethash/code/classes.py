"""A class as a value: what its instances do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from types import FunctionType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.code.before import first_value_in_class
from memo.dethash.code.bindings import CONTAINERS
from memo.dethash.code.fields import annotated_fields
from memo.dethash.code.functions import analyse, is_read
from memo.dethash.code.named import look_up, named, object_name
from memo.dethash.code.party import Party, party_of_module
from memo.dethash.code.source import filename_of
from memo.dethash.code.syntax import DOC
from memo.dethash.node import Binding, CodeNode, Node, Variable

#: What Python puts into a class: derived from the rest, or where it was defined.
_MACHINERY = frozenset({
    "__module__", "__qualname__", "__dict__", "__weakref__", "__doc__", "__firstlineno__", "__static_attributes__",
    "__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__", "__type_params__",
    "__parameters__", "__slotnames__",
    "__orig_bases__", "__abstractmethods__", "_abc_impl", "__slots__", "__match_args__", "__classcell__",
    "__classdictcell__",
    "__dataclass_fields__", "__dataclass_params__", "__attrs_attrs__", "__attrs_own_setattr__", "__attrs_props__",
    "_field_defaults", "_fields", "__replace__", "__getnewargs__", "_member_names_", "_member_map_",
    "_value2member_map_",
    "_unhashable_values_", "_unhashable_values_map_", "_hashable_values_", "_new_member_", "_value_repr_",
    "_use_args_", "_member_type_", "__new_member__", "_generate_next_value_", "_sort_order_", "_flag_mask_",
    "_singles_mask_", "_all_bits_", "_boundary_", "_inverted_", "__subclasshook__", "__required_keys__",
    "__optional_keys__", "__readonly_keys__", "__mutable_keys__", "__total__", "__protocol_attrs__",
    "_is_protocol", "_is_runtime_protocol", "__non_callable_proto_members__", "__callable_proto_members_only__",
    "__closed__", "__extra_items__",
    "__pydantic_core_schema__", "__pydantic_validator__", "__pydantic_serializer__", "__pydantic_complete__",
    "__pydantic_setattr_handlers__", "__pydantic_parent_namespace__", "__signature__",
})  # fmt: skip

#: Bits of a class's flags: made at run time; made by C code for good.
_HEAP, _IMMUTABLE = 1 << 9, 1 << 8


def encode_class(cls: type) -> Node | CodeNode:
    """Take a class apart: its bases, its fields, and one binding for each of its own attributes."""
    party = party_of_module(cls.__module__)
    if party.kind != "first" and not _is_made_at_run_time(cls, party):
        return named(party, object_name(cls.__module__, cls.__qualname__, party))
    own = vars(cls)
    if own.get("VERSION") is not None:
        return CodeNode(
            ("class", "version"), (module_label(cls.__module__), cls.__qualname__, Binding("VERSION", own["VERSION"]))
        )
    children = [
        cls.__name__,
        Node(("metaclass",), (None if type(cls) is type else type(cls),)),
        *(Binding(f"base {place}", base) for place, base in enumerate(cls.__bases__)),
        *(Binding(f"keyword {name}", value) for name, value in sorted(_options(cls).items())),
        annotated_fields(cls),
        *(
            Binding(f".{name}", value, Variable(cls, name), partial(first_value_in_class, cls, name))
            for name, value in _attributes(cls)
        ),
    ]
    return CodeNode(("class",), tuple(children), frozenset((id(cls), name) for name in _filled(cls)))


def _is_made_at_run_time(cls: type, party: Party) -> bool:
    """Say whether Python code made *cls* where its name does not lead to it: ``types.new_class`` names ``types``."""
    is_of_python = cls.__flags__ & (_HEAP | _IMMUTABLE) == _HEAP
    return (
        party.kind in ("standard", "unknown") and is_of_python and look_up(cls.__module__, cls.__qualname__) is not cls
    )


def module_label(module: str) -> str:
    """Return a module's name; for a script, which is called ``__main__`` in its own process only, its file's."""
    import sys
    from pathlib import Path

    if module in ("__main__", "__mp_main__"):
        file = getattr(sys.modules.get(module), "__file__", None)
        return Path(file).stem if isinstance(file, str) else "__main__"
    return module


def _options(cls: type) -> dict[str, object]:
    """Return what decorators and metaclasses were told about *cls*, as far as they keep it."""
    own = vars(cls)
    out: dict[str, object] = {}
    params = own.get("__dataclass_params__")
    if params is not None:
        names = ("init", "repr", "eq", "order", "unsafe_hash", "frozen")  # those that every Python has
        out |= {name: getattr(params, name) for name in names}
    for name in ("__total__", "__required_keys__", "__optional_keys__"):
        if name in own:
            out[name] = own[name]
    if "__slots__" in own:
        slots = own["__slots__"]
        out["__slots__"] = sorted(slots if not isinstance(slots, str) else [slots])
    return out


def _attributes(cls: type) -> Iterator[tuple[str, object]]:
    own = vars(cls)
    skip = set(_MACHINERY)
    if DOC in is_read():
        skip.discard("__doc__")
    members = own.get("_member_map_")
    if isinstance(members, dict):
        yield "members", _members(members)
        skip |= members.keys()
    for name in sorted(own.keys() - skip):
        value = own[name]
        if not _is_generated(cls, name, value) and not _is_slot(value):
            yield name, value


def _members(members: dict[str, Any]) -> list[tuple[str, object]]:
    """Return an enumeration's values by name, in their order; the members themselves are instances of it."""
    return [(name, getattr(member, "_value_", member)) for name, member in members.items()]


def _filled(cls: type) -> Iterator[str]:
    """Return the attributes of *cls* that its own methods fill or assign."""
    own = vars(cls)
    for value in own.values():
        function = value.__func__ if isinstance(value, classmethod) else value
        if isinstance(function, FunctionType):
            uses = analyse(function).uses
            yield from (name for name in uses.filled_attributes if type(own.get(name)) in CONTAINERS)
            if isinstance(value, classmethod):
                yield from uses.assigned_attributes & own.keys()


def _is_slot(value: object) -> bool:
    return type(value).__name__ in ("member_descriptor", "getset_descriptor", "_tuplegetter", "property_descriptor")


#: How dataclasses, namedtuples and attrs call the files of the methods that they write.
_WRITTEN = ("<string>", "<attrs generated", "<namedtuple_", "<frozen ")


def _is_generated(cls: type, name: str, value: object) -> bool:
    """Say whether a library wrote this method from the class's fields, which are looked at instead."""
    while isinstance(value, staticmethod | classmethod):
        value = value.__func__
    if name == "__hash__" and value is None:
        return True
    function = attribute(value, "__wrapped__", value)  # a dataclass's __repr__ has a guard against recursion
    if not isinstance(function, FunctionType):
        return False
    written_for_fields = any(mark in vars(cls) for mark in ("__dataclass_fields__", "__attrs_attrs__", "_fields"))
    return written_for_fields and filename_of(function.__code__).startswith(_WRITTEN)
