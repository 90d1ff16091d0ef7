"""Encoder of pydantic's models: fields, extras, private attributes, and which fields were set."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from memo.dethash.instances import cached_names, call_user, encode_instance, overrides_protocol
from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(BaseModel, whole=True)
def encode_model(model: Any) -> Node:
    """Encode a model; that a default was spelled out can be seen and counts, what is cached does not."""
    cls = type(model)
    if overrides_protocol(cls, BaseModel):
        return encode_instance(model)
    state = call_user("__getstate__", lambda it: it.__getstate__(), model)
    attributes = state.get("__dict__") if isinstance(state, dict) else None
    if isinstance(state, dict) and isinstance(attributes, dict):
        cached = cached_names(cls)
        state = state | {"__dict__": {name: value for name, value in attributes.items() if name not in cached}}
    return Node(("pydantic", cls), (state,), labels=(".",))
