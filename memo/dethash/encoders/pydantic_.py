"""Encoders of pydantic's models (fields, extras, private attributes, which fields were set) and checked functions."""

from __future__ import annotations

import sys
from typing import Any

import pydantic

from memo.dethash.code.parts import FAMILIES
from memo.dethash.instances import cached_names, call_user, encode_instance, overrides_protocol
from memo.dethash.node import Node
from memo.dethash.registry import encoder

BaseModel: Any = pydantic.BaseModel


@encoder(BaseModel, whole=True)
def encode_model(model: Any) -> Node:
    """Encode a model; that a default was spelled out can be seen and counts, what is cached does not."""
    cls = type(model)
    if overrides_protocol(cls, BaseModel):
        return encode_instance(model)
    if cls.__getstate__ is not BaseModel.__getstate__:
        state = call_user("__getstate__", lambda it: it.__getstate__(), model)
        return Node(("pydantic state", cls), (_without_cached(cls, state),), labels=(".",))
    fields = _without_cached(cls, vars(model))
    tag = ("pydantic", cls, *sorted(model.__pydantic_fields_set__))
    return Node(tag, (fields, model.__pydantic_extra__, model.__pydantic_private__), labels=(".", ".", "."))


def _without_cached(cls: type, state: Any) -> object:
    """Return a model's attributes, or a state that holds them, without cached properties."""
    cached = cached_names(cls)
    if not cached or not isinstance(state, dict):
        return state
    inner = {"__dict__": _without_cached(cls, state["__dict__"])} if "__dict__" in state else {}
    return {name: value for name, value in state.items() if name not in cached} | inner


#: What a model keeps of a validator or serializer; pydantic has no public name for it.
_DECORATOR: Any = getattr(sys.modules.get("pydantic._internal._decorators"), "Decorator", None)

if _DECORATOR is not None:

    @encoder(_DECORATOR)
    def encode_decorator(value: Any) -> Node:
        """Encode a validator or serializer without the model's address."""
        children = (value.cls_var_name, value.func, value.shim, value.info)
        return Node(("pydantic decorator",), children, labels=(".cls_var_name", ".func", ".shim", ".info"))


#: What calls a function of ``validate_call``.
_CALLER: Any = getattr(sys.modules.get("pydantic._internal._validate_call"), "ValidateCallWrapper", None)

if _CALLER is not None and "function" in getattr(_CALLER, "__slots__", ()):

    def _parts(value: Any) -> list[Any]:
        return [value.function, value.validate_return, value.config_wrapper.config_dict]

    @encoder(_CALLER)
    def encode_caller(value: Any) -> Node:
        """Encode what is asked for; the validator follows from the annotations, which count with the function."""
        return Node(("pydantic call",), _parts(value), labels=(".function", ".validate_return", ".config"))

    FAMILIES[_CALLER] = _parts
