"""What can be seen of a value that has no deterministic form: where code reaches it, only that may be left out.

A connection that is kept under a name is one thing, an instance that says it cannot be pickled another: its attributes
are what its methods compute with.
"""

from __future__ import annotations

from functools import partial
from types import FunctionType, MethodType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.instances import attribute_reader
from memo.dethash.registry import defines
from memo.dethash.resources import reason_to_refuse

_CODE = (FunctionType, MethodType, staticmethod, classmethod, property, partial)
#: They set up what there is, and so change nothing later.
_MAKERS = frozenset({"__init__", "__new__", "__post_init__", "__attrs_post_init__"})


def visible_of(value: Any) -> dict[Any, Any]:
    """Return what counts of *value*, which has no deterministic form, by name.

    Of the user's own classes it is what an instance holds, but not what its methods change: state, as a counter or a
    connection made late. Of others it is code alone, such as a function that was decorated, for they hold what belongs
    to this process. Nothing of what stands for something outside of itself: a file, a lock, a thread.
    """
    cls = type(value)
    if issubclass(cls, type):
        return _code_in(dict(vars(value)))
    if reason_to_refuse(cls) is not None:
        return {}
    from memo.dethash.code.party import party_of_module  # for who reaches code

    try:
        held = attribute_reader(cls)(value)
    except Exception:  # noqa: BLE001  then nothing can be seen
        return {}
    if party_of_module(cls.__module__).kind not in ("first", "unknown"):
        return _code_in(held)
    state = _state_of(cls)
    return {name: part for name, part in held.items() if name not in state}


def own_code_in(value: Any) -> dict[Any, Any]:
    """Return the user's own functions that *value* has as attributes, also if C code keeps them, by name."""
    from memo.dethash.code.party import is_first_party  # for who reaches code

    try:
        held = attribute_reader(type(value))(value)
    except Exception:  # noqa: BLE001  then nothing can be seen
        held = {}
    held = held | {name: attribute(value, name) for name in ("func", "__wrapped__")}
    return {name: part for name, part in held.items() if _is_code(type(part)) and is_first_party(_innermost(part))}


def _innermost(value: Any) -> Any:
    while isinstance(value, partial | MethodType | staticmethod | classmethod):
        value = value.func if isinstance(value, partial) else value.__func__
    return value


def _code_in(held: dict[Any, Any]) -> dict[Any, Any]:
    return {name: part for name, part in held.items() if _is_code(type(part))}


def _is_code(cls: type) -> bool:
    return issubclass(cls, _CODE) or defines(cls, "__det_code__")


def _state_of(cls: type) -> frozenset[str]:
    from memo.dethash.code.state.attributes import changed_by  # as above

    methods = {name for base in cls.__mro__ for name in vars(base)} - _MAKERS
    return changed_by(cls, methods)
