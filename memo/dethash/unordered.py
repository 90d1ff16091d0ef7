"""What encoders of dicts and sets of every kind return: their keys are never asked for their hash.

A key's ``__hash__`` and ``__eq__`` are code of the user's, which may raise, or no longer say what they said when the
key was put in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from memo.dethash.columns import sort_atoms
from memo.dethash.node import Node
from memo.dethash.plans import ATOMS


def entries(items: Iterable[tuple[Any, Any]]) -> dict[Any, Any] | Node:
    """Return the entries of some kind of dict as those of a plain one."""
    items = list(items)
    if {type(key) for key, _ in items} <= ATOMS:
        return dict(items)
    return Node(("mapping",), items, unordered=True)


def members_node(kind: str, members: Iterable[Any]) -> Node:
    """Return the node of a set of some kind."""
    members = tuple(members)
    if set(map(type, members)) <= ATOMS:
        return Node((kind,), sort_atoms(members))
    return Node((f"{kind} of containers",), members, unordered=True)
