"""Encoder of OmegaConf's configs, which Hydra passes: entries, what interpolations give, types and flags.

Each node knows the config around it and the results of resolvers that it has met: neither counts by itself.
"""

from __future__ import annotations

from typing import Any

from omegaconf import Container
from omegaconf.base import Node as ConfigNode

from memo.dethash.node import Node
from memo.dethash.registry import encoder

_FLAGS = ("readonly", "struct", "allow_objects")


@encoder(ConfigNode, whole=True)
def encode_config(node: Any) -> Node:
    """Encode a config or a node of one; an interpolation counts by its text and by what it gives now."""
    told = node._metadata  # noqa: SLF001  no other way, here and below
    parts = {
        ".content": node._content if isinstance(node, Container) else node._value(),  # noqa: SLF001
        ".types": [getattr(told, name, None) for name in ("ref_type", "object_type", "key_type", "element_type")],
        ".optional": told.optional,
        ".flags": [node._get_flag(name) for name in _FLAGS],  # noqa: SLF001
    }
    if node._is_interpolation():  # noqa: SLF001
        parts[".resolved"] = node._maybe_dereference_node()  # noqa: SLF001  None where it cannot be resolved
    return Node(("omegaconf", type(node)), tuple(parts.values()), labels=tuple(parts))
