"""Two classic algorithms on graphs of numbered nodes: which nodes look alike, and which lie on a cycle together.

Neither recurses, and both are quick where graphs are large: a ring of a hundred thousand nodes takes a second.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence

#: The places at which a node has a given class among its kids.
_Places = tuple[int, ...]
#: What those note that have none.
_NOWHERE: _Places = ()


def refine(labels: Sequence[bytes], kids: Sequence[Sequence[int]], unordered: Sequence[bool]) -> list[int]:
    """Return a class for each node, so that two nodes have one class exactly if they unfold alike.

    The classes' numbers depend on the graph alone, and not on how its nodes are numbered: this is the colour refinement
    of Hopcroft (1971) and of Paige and Tarjan (1987) with every choice made by the graph.

    Args:
        labels: what tells nodes apart to begin with.
        kids: the nodes that each node leads to, by number.
        unordered: whether the order of a node's kids does not count.
    """
    first = {label: number for number, label in enumerate(sorted(set(labels)))}
    classes = [first[label] for label in labels]
    members: list[set[int]] = [set() for _ in first]
    above: list[list[tuple[int, int]]] = [[] for _ in labels]
    for node, inner in enumerate(kids):
        members[classes[node]].add(node)
        for place, kid in enumerate(inner):
            above[kid].append((node, 0 if unordered[node] else place))
    queue = deque(range(len(members)))
    while queue and len(members) < len(labels):
        places: dict[int, list[int]] = defaultdict(list)
        for kid in members[queue.popleft()]:
            for node, place in above[kid]:
                places[node].append(place)
        parts: dict[int, dict[_Places, set[int]]] = defaultdict(lambda: defaultdict(set))
        for node, noted in places.items():
            if len(members[classes[node]]) > 1:
                parts[classes[node]][tuple(sorted(noted))].add(node)
        for number in sorted(parts):
            for leaving in _leaving(members[number], parts[number]):
                members[number] -= leaving
                for node in leaving:
                    classes[node] = len(members)
                queue.append(len(members))
                members.append(leaving)
    return classes


def _leaving(members: set[int], parts: dict[_Places, set[int]]) -> list[set[int]]:
    """Return the parts that leave a class, in order of their sizes and places; the last one stays."""
    sizes = {places: len(part) for places, part in parts.items()}
    rest = len(members) - sum(sizes.values())
    if rest:
        sizes[_NOWHERE] = rest
    ranked = sorted(sizes, key=lambda places: (sizes[places], places))
    if rest and ranked[-1] != _NOWHERE:
        parts[_NOWHERE] = members.difference(*parts.values())
    return [parts[places] for places in ranked[:-1]]


def components(kids: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Return the strongly connected components, each after those that it leads to (Tarjan 1972)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    open_: list[int] = []
    is_open: set[int] = set()
    out: list[list[int]] = []
    for start in kids:
        work = [] if start in order else [(start, 0)]
        while work:
            node, step = work.pop()
            if step == 0:
                order[node] = low[node] = len(order)
                open_.append(node)
                is_open.add(node)
            inner = kids[node]
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
                    component = [open_.pop()]
                    while component[-1] != node:
                        component.append(open_.pop())
                    is_open.difference_update(component)
                    out.append(component)
    return out
