"""An object inside of what it gave to be hashed in its place: there it is hashed as usual."""

from __future__ import annotations

from typing import Any

from memo.dethash.cycles import View, view
from memo.dethash.node import AsUsual, Node
from memo.dethash.plans import ATOMS, Plans
from memo.dethash.registry import Kind
from memo.dethash.replacing import CUSTOM

#: What an object gave that contains the object itself.
_WITH_SELF = "custom with itself"


def settle_selves(plans: Plans, endless: list[Any]) -> bool:
    """Let each object that is inside of what it gave in its own place be hashed as usual there.

    Args:
        plans: how values are taken apart; changed.
        endless: the values on cycles and above them, among which such objects are.

    Returns:
        Whether there was one.
    """
    inside = set(map(id, endless))
    found = False
    for value in endless:
        if not _is_custom(plans, value):
            continue
        node = plans.node(value)
        parts = _parts(plans, node.children[0], value, inside)
        if parts is not None:
            (given,) = _rebuilt(parts, [node.children[0]], value)
            plans.replace(value, Node((_WITH_SELF, *plans.spell(node.tag[1:])), (given,)))
            found = True
    return found


def _is_custom(plans: Plans, value: Any) -> bool:
    return plans.kind(type(value))[0] is Kind.ENCODE and plans.node(value).tag[:1] == (CUSTOM,)


def _parts(plans: Plans, given: Any, value: Any, inside: set[int]) -> dict[int, View] | None:
    """Return the endless parts of *given* that nobody else gave in its own place, if *value* is a child of one."""
    parts: dict[int, View] = {}
    reached = given is value
    stack = [given]
    while stack:
        part = stack.pop()
        if id(part) in parts or id(part) not in inside or type(part) is AsUsual or _is_custom(plans, part):
            continue
        parts[id(part)] = view(plans, part)
        reached = reached or any(child is value for child in parts[id(part)].children)
        stack += [child for child in parts[id(part)].children if type(child) not in ATOMS]
    return parts if reached else None


def _rebuilt(parts: dict[int, View], children: list[Any], value: Any) -> list[Any]:
    """Return *children* with *value* in them, at any depth of *parts*, to be hashed as usual."""
    usual = AsUsual(value)
    inner: dict[int, list[Any]] = {number: [] for number in parts}
    nodes: dict[int, Any] = {
        number: Node(("within", *part.tag), inner[number], part.unordered) for number, part in parts.items()
    }
    nodes[id(value)] = usual
    for number, part in parts.items():
        inner[number] += [nodes.get(id(child), child) for child in part.children]
    return [nodes.get(id(child), child) for child in children]
