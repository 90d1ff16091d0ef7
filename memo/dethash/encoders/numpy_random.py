"""Encoders of NumPy's random numbers: by the state that tells every number to come."""

from __future__ import annotations

from operator import index
from typing import Any

import numpy as np

from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(np.random.Generator, subclasses=True)
def encode_generator(generator: np.random.Generator) -> Node:
    """Encode a generator by what its bits come from."""
    return Node(("numpy.random.Generator",), (generator.bit_generator,), labels=(".bit_generator",))


@encoder(np.random.RandomState, subclasses=True)
def encode_random_state(state: np.random.RandomState) -> Node:
    """Encode a generator of the older kind by its state."""
    return Node(("numpy.random.RandomState",), (state.get_state(legacy=False),))


@encoder(np.random.BitGenerator, whole=True)
def encode_bit_generator(generator: Any) -> Node:
    """Encode a bit generator by its state and by what ``spawn`` makes of it.

    NumPy 1.26 leaves the latter out when it copies or pickles one: such a copy is another generator.
    """
    cls = type(generator)
    kind = cls.__name__ if cls.__module__.partition(".")[0] == "numpy" else cls
    return Node(("numpy.random", kind), (generator.state, generator.seed_seq), labels=(".state", ".seed_seq"))


@encoder(np.random.SeedSequence)
def encode_seed_sequence(sequence: Any) -> Node:
    """Encode a seed sequence by what its numbers come from and how many others it has spawned."""
    spawned = (tuple(map(int, sequence.spawn_key)), sequence.pool_size, sequence.n_children_spawned)
    return Node(("numpy.random.SeedSequence",), (_numbers(sequence.entropy), *spawned))


def _numbers(entropy: Any) -> object:
    """Return the entropy as Python's own integers."""
    try:
        return index(entropy)
    except TypeError:
        return [_numbers(part) for part in entropy]
