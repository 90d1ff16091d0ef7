"""Encoder of pydantic's models: fields, extras, private attributes, and which fields were set."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from memo.dethash.instances import cached_names, encode_instance, overrides_protocol, own_getstate
from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(BaseModel, whole=True)
def encode_model(model: Any) -> Node:
    """Encode a model; that a default was spelled out can be seen and counts, what is cached does not."""
    cls = type(model)
    if overrides_protocol(cls, BaseModel) or own_getstate(cls, BaseModel) is not None:
        return encode_instance(model)
    cached = cached_names(cls)
    fields = {name: value for name, value in vars(model).items() if name not in cached}
    children = (fields, model.__pydantic_extra__, model.__pydantic_private__, model.__pydantic_fields_set__)
    return Node(("pydantic", cls), children, labels=(".", ".", ".", ".model_fields_set"))
