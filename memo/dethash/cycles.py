"""Digests of values that contain themselves.

Such a value unfolds to an endless tree, and its digest says which tree. Parts that unfold alike are merged first
(partition refinement, as in Hopcroft's minimisation of automata), so that neither sharing nor the order of
building counts. Each strongly connected component of what remains is then numbered from a canonical member, and a
member's digest is the component's digest with its number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from memo.dethash.columns import PREFIX, Columns, keys_are_atoms, pack, sort_atoms
from memo.dethash.hashing import digest_bytes
from memo.dethash.node import Node
from memo.dethash.plans import ATOMS, LONG, Plans
from memo.dethash.registry import Kind

#: Rounds of refinement that usually tell a component's members apart.
ROUNDS = 3


class View(NamedTuple):
    """A container as its tag and ordered children, whatever its kind."""

    tag: tuple[str, ...]
    children: Sequence[Any]
    unordered: bool


def digest_cycles(columns: Columns, endless: list[Any]) -> None:
    """Add the digests of *endless*, the containers on cycles and above them, to the columns' known digests."""
    place = {id(value): index for index, value in enumerate(endless)}
    local: list[bytes] = []
    kids: list[list[int]] = []
    unordered: list[bool] = []
    for value in endless:
        seen = view(columns.plans, value)
        inner = [place.get(id(child)) for child in seen.children]
        parts = [_part(columns, child) if ref is None else ... for child, ref in zip(seen.children, inner, strict=True)]
        if seen.unordered:
            parts = sorted(parts, key=pack)
        local.append(digest_bytes(PREFIX, b"endless", pack([seen.tag, parts])))
        kids.append([ref for ref in inner if ref is not None])
        unordered.append(seen.unordered)

    colors = _merge_alike(local, kids, unordered)
    alike: dict[int, list[int]] = defaultdict(list)
    for index, color in enumerate(colors):
        alike[color].append(index)
    graph = {
        color: Member(local[nodes[0]], [colors[kid] for kid in kids[nodes[0]]], unordered[nodes[0]])
        for color, nodes in alike.items()
    }
    known: dict[int, bytes] = {}
    for component in _components(graph):
        for color, digest in _digest_component(component, graph, known).items():
            known[color] = digest
            for index in alike[color]:
                columns.digests[id(endless[index])] = digest


class Member(NamedTuple):
    """One of the values that are told apart: what is finite in it, and the values that it leads to."""

    local: bytes
    kids: list[int]
    unordered: bool


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


def _merge_alike(local: list[bytes], kids: list[list[int]], unordered: list[bool]) -> list[int]:
    """Return a color for each node, so that two nodes have one color exactly if they unfold alike."""
    parents: list[list[int]] = [[] for _ in local]
    for index, inner in enumerate(kids):
        for kid in inner:
            parents[kid].append(index)
    first: dict[bytes, int] = {}
    colors = [first.setdefault(digest, len(first)) for digest in local]
    members: list[set[int]] = [set() for _ in first]
    for index, color in enumerate(colors):
        members[color].add(index)

    def signature(index: int) -> tuple[int, ...]:
        seen = [colors[kid] for kid in kids[index]]
        return tuple(sorted(seen) if unordered[index] else seen)

    dirty = set(range(len(local)))
    while dirty:
        touched: dict[int, list[int]] = defaultdict(list)
        for index in dirty:
            touched[colors[index]].append(index)
        leaving = [part for color, changed in touched.items() for part in _split(members[color], changed, signature)]
        dirty = set()
        for part in leaving:
            members[colors[part[0]]].difference_update(part)
            members.append(set(part))
            for index in part:
                colors[index] = len(members) - 1
                dirty.update(parents[index])
    return colors


def _split(members: set[int], changed: list[int], signature: Callable[[int], tuple[int, ...]]) -> list[list[int]]:
    """Return the parts that leave a class of nodes once some of its nodes see other colors; the largest part stays."""
    parts: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for index in changed:
        parts[signature(index)].append(index)
    rest = len(members) - len(changed)
    if not rest:
        return sorted(parts.values(), key=len)[:-1]
    # The others still see what they saw: one of them speaks for all.
    moved = set(changed)
    stay = parts.pop(signature(next(index for index in members if index not in moved)), [])
    largest = max(map(len, parts.values()), default=0)
    if rest + len(stay) >= largest:
        return list(parts.values())
    parts[-1,] = [*stay, *(members - moved)]
    return sorted(parts.values(), key=len)[:-1]


def _components(graph: dict[int, Member]) -> list[list[int]]:
    """Return the strongly connected components, each after those that it leads to (Tarjan 1972, without recursion)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    open_: list[int] = []
    is_open: set[int] = set()
    out: list[list[int]] = []
    for start in graph:
        if start in order:
            continue
        work = [(start, 0)]
        while work:
            node, step = work.pop()
            if step == 0:
                order[node] = low[node] = len(order)
                open_.append(node)
                is_open.add(node)
            inner = graph[node].kids
            if step:
                low[node] = min(low[node], low[inner[step - 1]])
            while step < len(inner):
                kid = inner[step]
                if kid not in order:
                    work += [(node, step + 1), (kid, 0)]
                    break
                if kid in is_open:
                    low[node] = min(low[node], order[kid])
                step += 1
            else:
                if low[node] == order[node]:
                    component = []
                    while True:
                        member = open_.pop()
                        is_open.discard(member)
                        component.append(member)
                        if member == node:
                            break
                    out.append(component)
    return out


def _digest_component(component: list[int], graph: dict[int, Member], known: dict[int, bytes]) -> dict[int, bytes]:
    blank = dict.fromkeys(component, b"")
    shade = {color: _shade(graph[color], blank, known) for color in component}
    if len(component) == 1 and component[0] not in graph[component[0]].kids:
        return shade
    some_unordered = any(graph[color].unordered for color in component)
    rarest = component
    for turn in range(len(component)):
        classes: dict[bytes, list[int]] = defaultdict(list)
        for color in component:
            classes[shade[color]].append(color)
        rarest = min(classes.items(), key=lambda item: (len(item[1]), item[0]))[1]
        if len(classes) == len(component) or (not some_unordered and (len(rarest) == 1 or turn >= ROUNDS)):
            break
        shade = {color: _shade(graph[color], shade, known) for color in component}
    best, numbers = min(_number(start, graph, shade, known) for start in rarest)
    return {color: digest_bytes(b"cycle", best, pack(number)) for color, number in numbers}


def _shade(member: Member, inside: dict[int, bytes], known: dict[int, bytes]) -> bytes:
    """Return a digest of a member and of what its parts looked like one round ago."""
    inner = [inside[kid] if kid in inside else known[kid] for kid in member.kids]
    return digest_bytes(member.local, pack(sorted(inner) if member.unordered else inner))


def _number(
    start: int, graph: dict[int, Member], shade: dict[int, bytes], known: dict[int, bytes]
) -> tuple[bytes, list[tuple[int, int]]]:
    """Number a component's members in the order in which they are reached from *start*; return its digest with them."""
    numbers = {start: 0}
    order = [start]
    parts: list[bytes] = []
    for color in order:
        member = graph[color]
        inner = sorted(member.kids, key=lambda kid: shade.get(kid) or known[kid]) if member.unordered else member.kids
        seen: list[object] = []
        for kid in inner:
            if kid in shade and kid not in numbers:
                numbers[kid] = len(order)
                order.append(kid)
            seen.append(numbers[kid] if kid in shade else known[kid])
        parts += (member.local, pack(seen))
    return digest_bytes(*parts), list(numbers.items())
