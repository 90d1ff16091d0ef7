"""A second implementation of the digest's format, for plain data: written from its page, naive, slow and recursive.

It shares no code with ``memo``. What differs between the two is a bug in one of them or in the page.
"""

from __future__ import annotations

import struct
from itertools import count
from typing import Any

from blake3 import blake3

SCALARS = (type(None), bool, int, float, complex, str, bytes)
RUN = 2048


def hash_bytes(data: bytes) -> bytes:
    return blake3(data).digest()


class Plain:
    """Stands for a class whose instances are all attributes."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


# -- scalars ----------------------------------------------------------------------------------------------------------


def pack(value: Any) -> bytes:
    """Write scalars, tuples and lists as marshal's version 2 does."""
    match value:
        case None | True | False:
            out = {None: b"N", True: b"T", False: b"F"}[value]
        case int():
            out = pack_int(value)
        case float():
            out = b"g" + struct.pack("<d", value)
        case complex():
            out = b"y" + struct.pack("<dd", value.real, value.imag)
        case str():
            data = value.encode("utf-8", "surrogatepass")
            out = b"u" + struct.pack("<i", len(data)) + data
        case bytes():
            out = b"s" + struct.pack("<i", len(value)) + value
        case list() | tuple():
            start = b"[" if isinstance(value, list) else b"("
            out = start + struct.pack("<i", len(value)) + b"".join(map(pack, value))
        case _:
            assert value is ...
            out = b"."
    return out


def pack_int(value: int) -> bytes:
    if -(2**31) <= value < 2**31:
        return b"i" + struct.pack("<i", value)
    digits = []
    left = abs(value)
    while left:
        digits.append(left % 2**15)
        left //= 2**15
    size = len(digits) if value > 0 else -len(digits)
    return b"l" + struct.pack("<i", size) + struct.pack(f"<{len(digits)}H", *digits)


# -- containers -------------------------------------------------------------------------------------------------------


class Container:
    """A value that is no scalar, as its tag and children; a dict with scalar keys has keys as well."""

    def __init__(self, value: Any) -> None:
        self.keys: list[Any] | None = None
        self.unordered = False
        self.source = value
        kind = type(value)
        if kind in (list, tuple):
            self.tag, self.children = (kind.__name__,), list(value)
        elif kind in (dict, Plain):
            entries = value if kind is dict else vars(value)
            self.tag = ("dict",) if kind is dict else ("attributes", Plain.__module__, "Plain")
            if all(type(key) in SCALARS for key in entries) and sum(key != key for key in entries) < 2:  # noqa: PLR0124
                self.keys = sort_keys(entries)
                self.children = [entries[key] for key in self.keys]
            else:
                self.tag, self.children, self.unordered = ("mapping",), list(entries.items()), True
        elif kind in (set, frozenset):
            if all(type(member) in SCALARS for member in value):
                self.tag, self.children = (kind.__name__,), sort_keys(value)
            else:
                self.tag, self.children, self.unordered = (f"{kind.__name__} of containers",), list(value), True
        elif kind in (str, bytes):
            data = value.encode("utf-8", "surrogatepass") if kind is str else value
            self.tag, self.children = ("long", kind.__name__), [len(data), hash_bytes(data)]
        else:
            raise TypeError(kind)


def sort_keys(keys: Any) -> list[Any]:
    keys = list(keys)
    return sorted(keys) if all(type(key) is str for key in keys) else sorted(keys, key=pack)


def is_scalar(value: Any) -> bool:
    return type(value) in SCALARS and not (type(value) in (str, bytes) and len(value) > 4096)


class Writer:
    """Compute digests, those of endless containers being known."""

    def __init__(self) -> None:
        self.endless: dict[int, bytes] = {}

    def digest(self, value: Any) -> bytes:
        if id(value) in self.endless:
            return self.endless[id(value)]
        return hash_bytes(b"memo det_hash 1\n" + self.column([value], root=True))

    def weight(self, value: Any) -> float:
        if id(value) in self.endless:
            return float("inf")
        if type(value) in (str, bytes) and not is_scalar(value):
            return 0
        weight: float = 8
        for child in Container(value).children:
            weight += 1
            if not is_scalar(child):
                weight += self.weight(child)
            elif type(child) in (str, bytes):
                weight += len(child) // 32
        return weight

    def column(self, values: list[Any], *, root: bool = False) -> bytes:
        marked = [value if is_scalar(value) else ... for value in values]
        out = b"".join(pack(marked[start : start + RUN]) for start in range(0, len(marked), RUN)) or pack([])
        groups: dict[tuple[str, ...], list[Container | bytes]] = {}
        order = []
        for value in values:
            if is_scalar(value):
                continue
            container: Container | bytes = Container(value)
            tag = Container(value).tag
            if not root and self.weight(value) > 512:
                container, tag = self.digest(value), ("digest",)
            groups.setdefault(tag, []).append(container)
            order.append(tag)
        if not groups:
            return out
        out += pack(list(groups))
        if len(groups) > 1:
            out += pack([list(groups).index(tag) for tag in order])
        for members in groups.values():
            for start in range(0, len(members), RUN):
                out += self.run(members[start : start + RUN])
        return out

    def run(self, members: list[Any]) -> bytes:
        if isinstance(members[0], bytes):
            return b"".join(members)
        if members[0].keys is None:
            return self.sequences([self.ordered(member) for member in members])
        shapes: list[list[Any]] = []
        packed: list[bytes] = []
        places = []
        for member in members:
            if pack(member.keys) not in packed:
                packed.append(pack(member.keys))
                shapes.append(member.keys)
            places.append(packed.index(pack(member.keys)))
        out = pack(shapes) + (pack(places) if len(shapes) > 1 else b"")
        for number, shape in enumerate(shapes):
            alike = [member for member, place in zip(members, places, strict=True) if place == number]
            if len(alike) >= 16:
                columns = [[member.children[place] for member in alike] for place in range(len(shape))]
            else:
                columns = [[child for member in alike for child in member.children]]
            out += b"".join(map(self.column, columns))
        return out

    def ordered(self, member: Container) -> list[Any]:
        return sorted(map(self.digest, member.children)) if member.unordered else member.children

    def sequences(self, members: list[list[Any]]) -> bytes:
        return pack(list(map(len, members))) + self.column([child for member in members for child in member])


# -- cycles -----------------------------------------------------------------------------------------------------------


def reference_digest(value: Any) -> str:
    """Return what ``det_hash`` of *value* should be."""
    graph: dict[int, Container] = {}
    kids: dict[int, list[int]] = {}
    stack = [] if is_scalar(value) else [value]
    while stack:
        part = stack.pop()
        if id(part) in graph:
            continue
        graph[id(part)] = Container(part)
        inner = [child for child in graph[id(part)].children if not is_scalar(child)]
        kids[id(part)] = list(map(id, inner))
        stack += inner
    reached = {node: reachable(node, kids) for node in graph}
    endless = [node for node in graph if any(below in reached[below] for below in [node, *reached[node]])]
    writer = Writer()
    if endless:
        solve(writer, {node: graph[node] for node in endless}, reached)
    return writer.digest(value).hex()


def reachable(start: int, kids: dict[int, list[int]]) -> set[int]:
    met: set[int] = set()
    stack = list(kids[start])
    while stack:
        node = stack.pop()
        if node not in met:
            met.add(node)
            stack += kids[node]
    return met


def solve(writer: Writer, graph: dict[int, Container], reached: dict[int, set[int]]) -> None:
    """Add the digests of endless containers to the writer's."""
    labels, kids = {}, {}
    for node, container in graph.items():
        children = container.children if container.keys is None else [pack(container.keys), *container.children]
        kids[node] = [id(child) for child in children if id(child) in graph]
        parts = [... if id(c) in graph else c if is_scalar(c) else [writer.digest(c)] for c in children]
        if container.unordered:
            parts.sort(key=pack)
        labels[node] = hash_bytes(b"memo det_hash 1\nendless" + pack([container.tag, container.unordered, parts]))

    def in_order(container: Container, items: list[Any]) -> list[Any]:
        return sorted(items, key=pack) if container.unordered else items

    # Unfolded for as many levels as there are containers, all that differ do.
    looks = dict(labels)
    for _ in graph:
        looks = {
            node: hash_bytes(looks[node] + pack(in_order(graph[node], [looks[kid] for kid in kids[node]])))
            for node in graph
        }
    speaker = {look: node for node, look in looks.items()}
    merged = {node: speaker[look] for node, look in looks.items()}
    known: dict[int, bytes] = {}
    waiting = {node: {merged[below] for below in reached[node] & graph.keys()} for node in set(merged.values())}
    while waiting:
        node = next(node for node, below in waiting.items() if all(b in known or node in waiting[b] for b in below))
        component = [other for other in waiting if other == node or (other in waiting[node] and node in waiting[other])]
        inside = {member: [merged[kid] for kid in kids[member] if merged[kid] in component] for member in component}
        own = {}
        for member in component:
            seen = [known.get(merged[kid], ...) for kid in kids[member]]
            own[member] = hash_bytes(labels[member] + pack(in_order(graph[member], seen)))
        numbers = number(own, inside, {member: graph[member].unordered for member in component})
        written = {
            numbers[member]: own[member] + pack(in_order(graph[member], [numbers[kid] for kid in inside[member]]))
            for member in component
        }
        whole = hash_bytes(b"".join(written[place] for place in range(len(written))))
        for member in component:
            known[member] = hash_bytes(b"cycle" + whole + pack(numbers[member]))
            del waiting[member]
    for node in graph:
        writer.endless[node] = known[merged[node]]


def number(labels: dict[int, bytes], kids: dict[int, list[int]], unordered: dict[int, bool]) -> dict[int, int]:
    """Refine classes until each has one member."""
    ranked = sorted(set(labels.values()))
    classes = {place: {node for node in labels if labels[node] == label} for place, label in enumerate(ranked)}
    queue = list(classes)
    while queue and len(classes) < len(labels):
        chosen = set(classes[queue.pop(0)])
        noted = {
            node: tuple(0 if unordered[node] else place for place, kid in zip(count(), kids[node]) if kid in chosen)
            for node in labels
        }
        for name in sorted(classes):
            parts: dict[tuple[int, ...], set[int]] = {}
            for node in classes[name]:
                parts.setdefault(noted[node], set()).add(node)
            *leaving, staying = sorted(parts, key=lambda places: (len(parts[places]), places))
            classes[name] = parts[staying]
            for places in leaving:
                queue.append(len(classes))
                classes[len(classes)] = parts[places]
    return {node: name for name, members in classes.items() for node in members}
