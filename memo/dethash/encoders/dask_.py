"""Encoder of functions and values that dask delays: under a key that is drawn anew in each process."""

from __future__ import annotations

import sys
from typing import Any

from memo.dethash.code.parts import FAMILIES
from memo.dethash.node import Node
from memo.dethash.registry import encoder

_LEAF: Any = getattr(sys.modules.get("dask.delayed"), "DelayedLeaf", None)

if _LEAF is not None:

    def _parts(value: Any) -> list[Any]:
        return [value._obj, value._pure, value._nout]  # noqa: SLF001  no other way

    @encoder(_LEAF)
    def encode_leaf(value: Any) -> Node:
        """Encode what is delayed, and how."""
        return Node(("dask delayed",), _parts(value), labels=(".__wrapped__", ".pure", ".nout"))

    FAMILIES[_LEAF] = _parts
