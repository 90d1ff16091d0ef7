"""The encoder of random number generators."""

from __future__ import annotations

from random import Random

from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(Random, subclasses=True)
def encode_random(value: Random) -> Node:
    """Encode the state, which tells every number to come."""
    return Node(("Random",), value.getstate())
