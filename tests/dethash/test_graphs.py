"""The two graph algorithms under the digests of cycles, beside slow and obvious ones."""

from __future__ import annotations

import random
from itertools import permutations, product

import pytest

from memo.dethash.graphs import components, refine

Graph = tuple[list[bytes], list[list[int]], list[bool]]


def all_graphs(size: int, kids: int) -> list[Graph]:
    """Return every graph of *size* nodes with two labels and at most *kids* kids each, ordered and unordered."""
    choices = [list(ends) for count in range(kids + 1) for ends in product(range(size), repeat=count)]
    return [
        ([bytes([bit]) for bit in bits], [list(ends) for ends in inner], [unordered] * size)
        for bits in product((0, 1), repeat=size)
        for inner in product(choices, repeat=size)
        for unordered in (False, True)
    ]


def random_graph(seed: int) -> Graph:
    rng = random.Random(seed)
    size = rng.randrange(1, 30)
    labels = [bytes([rng.randrange(1 + seed % 3)]) for _ in range(size)]
    kids = [rng.choices(range(size), k=rng.randrange(4)) for _ in range(size)]
    return labels, kids, [rng.random() < 0.3 for _ in range(size)]


GRAPHS = [*all_graphs(1, 2), *all_graphs(2, 2), *all_graphs(3, 1), *map(random_graph, range(200))]


def unfolded(labels: list[bytes], kids: list[list[int]], unordered: list[bool]) -> list[object]:
    """Return what tells apart the nodes that unfold differently: each looks at its kids as often as there are nodes."""
    looks: list[object] = [(label, flag) for label, flag in zip(labels, unordered, strict=True)]
    for _ in labels:
        seen = [[looks[kid] for kid in inner] for inner in kids]
        whole = [
            (look, tuple(sorted(inner, key=repr) if flag else inner))
            for look, inner, flag in zip(looks, seen, unordered, strict=True)
        ]
        looks = [whole.index(look) for look in whole]
    return looks


def test_nodes_have_one_class_exactly_if_they_unfold_alike() -> None:
    """The classes are those that a slow and obvious way finds."""
    for labels, kids, unordered in GRAPHS:
        marked = [label + bytes([flag]) for label, flag in zip(labels, unordered, strict=True)]
        classes, looks = refine(marked, kids, unordered), unfolded(labels, kids, unordered)
        pairs = set(zip(classes, looks, strict=True))
        assert len(set(classes)) == len(set(looks)) == len(pairs), (labels, kids, unordered)


def renamed(graph: Graph, names: list[int]) -> Graph:
    """Return the graph with its nodes in another order: node n becomes names[n]."""
    old = sorted(range(len(names)), key=names.__getitem__)
    labels, kids, unordered = graph
    return [labels[n] for n in old], [[names[kid] for kid in kids[n]] for n in old], [unordered[n] for n in old]


def test_numbers_do_not_depend_on_how_nodes_are_numbered() -> None:
    """A node keeps its class's number when the nodes are put into another order."""
    rng = random.Random(0)
    for graph in GRAPHS:
        size = len(graph[0])
        classes = refine(*graph)
        orders = list(permutations(range(size))) if size < 4 else [rng.sample(range(size), size) for _ in range(3)]
        for names in orders:
            again = refine(*renamed(graph, list(names)))
            assert classes == [again[names[node]] for node in range(size)]


def reaches(kids: list[list[int]]) -> list[set[int]]:
    out: list[set[int]] = [set(inner) for inner in kids]
    for _ in kids:
        out = [below.union(*(out[kid] for kid in below)) for below in out]
    return out


def test_components_hold_what_reaches_each_other_after_what_they_lead_to() -> None:
    """Strongly connected components come in an order in which those below are known."""
    for _, kids, _ in GRAPHS:
        below = reaches(kids)
        found = components(dict(enumerate(kids)))
        assert sorted(node for component in found for node in component) == list(range(len(kids)))
        known: set[int] = set()
        for component in found:
            known |= set(component)
            for node in component:
                assert {node} | {n for n in below[node] if node in below[n]} == set(component)
                assert below[node] <= known


@pytest.mark.parametrize("size", [100_000])
def test_a_long_chain_and_a_large_ring_are_no_trouble(size: int) -> None:
    """Neither recurses, and both take time in proportion to the graph."""
    chain = [[n + 1] if n + 1 < size else [] for n in range(size)]
    ring = [[(n + 1) % size] for n in range(size)]
    assert size == len(components(dict(enumerate(chain))))
    assert 1 == len(components(dict(enumerate(ring))))
    assert size == len(set(refine([b""] * size, chain, [False] * size)))
    assert 1 == len(set(refine([b""] * size, ring, [True] * size)))
