"""Encoder of what adapts loggers: where code reads one it is left out as the logger is."""

from __future__ import annotations

import logging
from typing import Any

from memo.dethash.instances import encode_instance, overrides_protocol
from memo.dethash.node import Node
from memo.dethash.registry import encoder

LoggerAdapter: Any = logging.LoggerAdapter


@encoder(LoggerAdapter, whole=True)
def encode_adapter(value: Any) -> Node:
    """Encode a logger adapter by its attributes."""
    if overrides_protocol(type(value), LoggerAdapter):
        return encode_instance(value)
    return Node(("logger adapter", type(value)), (vars(value),), labels=(".",))
