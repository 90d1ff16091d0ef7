"""Digests of values that contain themselves.

Such a value unfolds to an endless tree, and its digest says which tree. Parts that unfold alike are merged first, so
that neither sharing nor the order of building counts. Each strongly connected component of what remains is numbered
in a way that depends on nothing but the component, and a member's digest is the component's digest with its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from memo.dethash.columns import PREFIX, Columns, keys_are_atoms, pack, sort_atoms
from memo.dethash.graphs import components, refine
from memo.dethash.hashing import digest_bytes
from memo.dethash.node import Node
from memo.dethash.plans import ATOMS, LONG, Plans
from memo.dethash.registry import Kind


class View(NamedTuple):
    """A container as its tag and ordered children, whatever its kind."""

    tag: tuple[str, ...]
    children: Sequence[Any]
    unordered: bool


class Member(NamedTuple):
    """A value that reaches a cycle: what is finite in it, and the values of its kind that it leads to, by number."""

    local: bytes
    kids: list[int]
    unordered: bool


def digest_cycles(columns: Columns, endless: list[Any]) -> None:
    """Add the digests of *endless*, the containers on cycles and above them, to the columns' known digests."""
    place = {id(value): index for index, value in enumerate(endless)}
    members = [_member(columns, value, place) for value in endless]
    classes = refine(*zip(*members, strict=True))
    graph = {
        number: Member(one.local, [classes[kid] for kid in one.kids], one.unordered)
        for number, one in dict(zip(classes, members, strict=True)).items()
    }
    known: dict[int, bytes] = {}
    for component in components({number: member.kids for number, member in graph.items()}):
        known |= _digest_component(component, graph, known)
    for value, number in zip(endless, classes, strict=True):
        columns.digests[id(value)] = known[number]


def _member(columns: Columns, value: Any, place: dict[int, int]) -> Member:
    """Take *value* apart into what is finite and what is not."""
    tag, children, unordered = view(columns.plans, value)
    inner = [place.get(id(child)) for child in children]
    parts = [_part(columns, child) if kid is None else ... for child, kid in zip(children, inner, strict=True)]
    if unordered:
        parts = sorted(parts, key=pack)
    local = digest_bytes(PREFIX, b"endless", pack([tag, unordered, parts]))
    return Member(local, [kid for kid in inner if kid is not None], unordered)


def _part(columns: Columns, value: Any) -> object:
    """Return a finite child: a short scalar as it is, anything else as a list of its digest."""
    if type(value) in ATOMS and not (type(value) in (str, bytes) and len(value) > LONG):
        return value
    return [columns.known_or_digest(value)]


def view(plans: Plans, value: Any) -> View:
    """Return *value*, a container, as its tag and ordered children."""
    kind, tag = plans.kind(type(value))
    if kind is Kind.SEQUENCE:
        return View(tag, value, False)
    mapping = plans.mapping(value)
    if mapping is not None and keys_are_atoms(mapping):
        keys = sort_atoms(mapping)
        return View(tag, [pack(keys), *(mapping[key] for key in keys)], False)
    node = plans.node(value)
    return View(plans.spell(node.tag), node.children, isinstance(node, Node) and node.unordered)


def _digest_component(component: list[int], graph: dict[int, Member], known: dict[int, bytes]) -> dict[int, bytes]:
    """Return the digests of the values that contain each other, those of the values below them being known."""
    place = {number: index for index, number in enumerate(component)}
    members = [graph[number] for number in component]
    outside = [[known.get(kid, ...) for kid in member.kids] for member in members]
    labels = [
        digest_bytes(member.local, pack(sorted(below, key=pack) if member.unordered else below))
        for member, below in zip(members, outside, strict=True)
    ]
    inside = [[place[kid] for kid in member.kids if kid in place] for member in members]
    numbers = refine(labels, inside, [member.unordered for member in members])
    written: list[bytes] = [b""] * len(members)
    for number, label, member, kids in zip(numbers, labels, members, inside, strict=True):
        seen = [numbers[kid] for kid in kids]
        written[number] = label + pack(sorted(seen) if member.unordered else seen)
    whole = digest_bytes(*written)
    return {node: digest_bytes(b"cycle", whole, pack(number)) for node, number in zip(component, numbers, strict=True)}
