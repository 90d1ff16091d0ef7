"""A class as a value: what its instances do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import FunctionType
from typing import Any, get_args

from memo.dethash.code.annotations import annotated_fields, hints_are_read, is_made_for_library
from memo.dethash.code.functions import AT_DEFINITION, analyse
from memo.dethash.code.given import cached_properties, given_names, is_written, methods_of_attrs, unwrapped
from memo.dethash.code.mains import meet
from memo.dethash.code.named import look_up, named, object_name
from memo.dethash.code.party import HEAP, IMMUTABLE, MAIN, Party, is_first_party, party_of, party_of_module
from memo.dethash.code.reading import DOC, MEMBERS, SUBCLASSES, is_read
from memo.dethash.code.state.containers import CONTAINERS
from memo.dethash.code.state.empty import starts_empty
from memo.dethash.code.state.first_values import first_value
from memo.dethash.instances import cached_names
from memo.dethash.node import CONTENT, Binding, CodeNode, Node, Place, Variable

#: What is called so is no attribute, but the classes that belong to one though no code names them.
_SUBCLASSES, _REGISTERED = "__subclasses__()", "register()"
#: A static method since Python 3.12.
_NEXT_VALUE = "_generate_next_value_"


def encode_class(cls: type) -> Node | CodeNode:
    """Take a class apart: its bases, its fields, and one binding for each of its own attributes."""
    party = party_of_module(cls.__module__)
    if party.kind != "first" and not _is_made_at_run_time(cls, party):
        return named(party, object_name(cls.__module__, cls.__qualname__, party))
    meet(cls)
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
        _order(cls),
        *(
            Binding(f".{name}", value, variable, partial(first_value, variable))
            for name, value in _attributes(cls)
            for variable in [Variable(cls, name)]
        ),
        *derived_classes(cls),
    ]
    return CodeNode(("class",), tuple(children), by_method=frozenset(_filled(cls)))


def _is_made_at_run_time(cls: type, party: Party) -> bool:
    """Say whether Python code made *cls* where its name does not lead to it: ``types.new_class`` names ``types``."""
    is_of_python = cls.__flags__ & (HEAP | IMMUTABLE) == HEAP
    return (
        party.kind in ("standard", "unknown") and is_of_python and look_up(cls.__module__, cls.__qualname__) is not cls
    )


def module_label(module: str) -> str:
    """Return a module's name; for a script, which is called ``__main__`` in its own process only, its file's."""
    import sys
    from pathlib import Path

    if module in MAIN:
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
    if "__attrs_attrs__" in own:
        out["attrs"] = named(party_of_module("attr"), "attr")
        out["methods of attrs"] = methods_of_attrs(cls)
    for name in ("__total__", "__required_keys__", "__optional_keys__"):
        if name in own:
            out[name] = own[name]
    if own.get("_is_protocol"):
        out["runtime_checkable"] = bool(own.get("_is_runtime_protocol"))
    if "_boundary_" in own:
        out["boundary"] = str(getattr(own["_boundary_"], "name", None))
    if "__slots__" in own:
        out["__slots__"] = _slots(own["__slots__"])
    if hints_are_read(cls):
        out["bases"] = [base for base in own.get("__orig_bases__", ()) if get_args(base)]
    return out


def _slots(slots: object) -> list[object]:
    if isinstance(slots, str):
        return [slots]
    if isinstance(slots, set | frozenset):
        return sorted(slots)
    return list(slots) if isinstance(slots, Iterable) else []


def _attributes(cls: type) -> Iterator[tuple[str, object]]:
    own = vars(cls)
    members = own.get("_member_map_")
    if isinstance(members, dict):
        yield "members", [(name, *_member(cls, member)) for name, member in members.items()]
    names = sorted(_names(cls))
    if _NEXT_VALUE in names:
        yield "next value", unwrapped(own[_NEXT_VALUE])
        names.remove(_NEXT_VALUE)
    yield from ((name, own[name]) for name in names)
    yield from cached_properties(cls)


def _names(cls: type) -> list[str]:
    """Return the names that the body of *cls* defines, in its order; an enumeration's members are not among them."""
    own = vars(cls)
    skip = given_names(dict(own))
    if DOC in is_read():
        skip.discard("__doc__")
    skip |= own.get("_member_map_", {}).keys()
    return [
        name
        for name, value in own.items()
        if name not in skip and not is_written(cls, name, value) and not _is_slot(value)
    ]


def _order(cls: type) -> Node:
    """Return the order of the attributes of *cls*, which counts only where something may look at it."""
    own = vars(cls)
    names = [name for name in _names(cls) if not _is_special(name)]
    if not (MEMBERS in is_read() or party_of(type(cls)).kind == "first"):
        # A library makes columns and fields of the attributes of its classes, but not of their methods.
        names = [name for name in names if not isinstance(own[name], _METHODS)] if is_made_for_library(cls) else []
    return Node(("order",), names)


_METHODS = (FunctionType, staticmethod, classmethod, property)


def _is_special(name: str) -> bool:
    return name[:1] == name[-1:] == "_"


#: What the types that enumerations are often made of turn a member into, whatever the enumeration's own methods say.
_PLAIN: dict[object, Callable[[Any], object]] = {int: int.__int__, str: str.__str__, float: float.__float__}


def _member(cls: type, member: Any) -> list[object]:
    """Return what an enumeration's member is: its value, and what its ``__new__`` or ``__init__`` made of it besides.

    The member itself is an instance of *cls*.
    """
    value = getattr(member, "_value_", member)
    cached = cached_names(cls)
    attributes = {name: held for name, held in vars(member).items() if name not in cached and not _is_special(name)}
    plain = _PLAIN.get(vars(cls).get("_member_type_"))
    made = plain(member) if plain is not None else value
    if not attributes and type(made) is type(value) and made == value:
        return [value]
    return [value, attributes, made]


def _filled(cls: type) -> Iterator[tuple[str, Place]]:
    """Return the attributes of *cls* that its methods, its bases' among them, fill or assign, by the method's name."""
    own = vars(cls)
    for method, value in [each for base in cls.__mro__ for each in vars(base).items()]:
        of_class = isinstance(value, classmethod) or method == "__new__"
        function = unwrapped(value) if of_class else value
        if not isinstance(function, FunctionType) or method in AT_DEFINITION or not is_first_party(function):
            continue
        uses = analyse(function).uses
        others = {
            name for name in uses.filled_by_another_name if name in own and starts_empty(Variable(cls, name), function)
        }
        filled = uses.filled_attributes | uses.filled_in_class | others
        assigned = uses.assigned_in_class | (uses.assigned_attributes if of_class else frozenset())
        for name in filled & own.keys():
            if type(own[name]) in CONTAINERS:
                yield method, (id(cls), name)
                yield method, (id(own[name]), CONTENT)
        yield from ((method, (id(cls), name)) for name in assigned & own.keys())


def _is_slot(value: object) -> bool:
    return type(value).__name__ in ("member_descriptor", "getset_descriptor", "_tuplegetter", "property_descriptor")


def derived_classes(cls: type) -> Iterator[Binding]:
    """Return the user's own subclasses of *cls*, if code asks for those of any class, and what ``register`` added."""
    if SUBCLASSES in is_read():
        yield Binding(f".{_SUBCLASSES}", subclasses_of(cls), Variable(cls, _SUBCLASSES))
    if registered := registered_with(cls):
        yield Binding(
            f".{_REGISTERED}", frozenset(each.__qualname__ for each in registered), Variable(cls, _REGISTERED)
        )


def found_anew(variable: Variable) -> list[type]:
    """Return the classes that one of these bindings stands for, as they are now."""
    return (subclasses_of if variable.name == _SUBCLASSES else registered_with)(variable.holder)


def subclasses_of(cls: type) -> list[type]:
    """Return the user's own subclasses of *cls*; of those with one name, as of a cell run again, the last."""
    found: list[type] = type.__subclasses__(cls)
    own = [each for each in found if is_first_party(each)]
    return list({(each.__module__, each.__qualname__): each for each in own}.values())


def registered_with(cls: type) -> list[type]:
    """Return the classes that were registered with an abstract base class: ``isinstance`` knows them."""
    if "_abc_impl" not in vars(cls):
        return []
    import abc

    _get_dump: Any = getattr(abc, "_get_dump")  # noqa: B009  the only way to look; unknown to type checkers
    return [each for reference in _get_dump(cls)[0] if (each := reference()) is not None]
