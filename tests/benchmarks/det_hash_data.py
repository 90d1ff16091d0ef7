"""What is hashed in ``det_hash_speed.py``: kinds of data, each with different values of that kind."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass
class Point:
    """A small record, as people write them."""

    number: int
    weight: float
    name: str
    place: tuple[int, int]


class Node:
    """A member of a cyclic graph."""

    def __init__(self, name: int) -> None:
        self.name = name
        self.out: list[Node] = []


class UserId(int):
    """A subclass of int, which is another type than int."""


class Name(str):
    """A subclass of str."""

    __slots__ = ()


class Row(NamedTuple):
    """One kind of data: what is timed, pairs of different values of that kind, and the ratio that we want."""

    name: str
    make: Callable[[random.Random], Any]
    pairs: list[tuple[Any, Any]]
    goal: float
    repeat: int = 1
    #: Peers that recurse take part a second time, with a stack for that.
    deep: bool = False
    #: A peer is given up after so many times what memo takes; 0 to wait for it.
    patience: float = 0


def documents(rng: random.Random) -> Any:
    """Return nested records as they come from JSON, with a million leaves."""
    return [
        {
            "id": number,
            "name": f"user{number}",
            "active": bool(number % 2),
            "score": rng.random(),
            "tags": [f"t{rng.randrange(50)}", f"u{number % 7}"],
            "position": {"x": rng.random(), "y": rng.random()},
            "history": [number, number + 1, number + 2],
        }
        for number in range(91_000)
    ]


def graph(rng: random.Random) -> Any:
    """Return a ring of a thousand nodes with a chord from each."""
    nodes = [Node(name) for name in range(1000)]
    for place, node in enumerate(nodes):
        node.out = [nodes[(place + 1) % 1000], nodes[rng.randrange(1000)]]
    return nodes[0]


def plain_graph(rng: random.Random) -> Any:
    """Return the same of dicts and lists, as somebody may have it from a file."""
    nodes: list[dict[str, Any]] = [{"name": name} for name in range(1000)]
    for place, node in enumerate(nodes):
        node["out"] = [nodes[(place + 1) % 1000], nodes[rng.randrange(1000)]]
    return nodes[0]


def frame(rng: random.Random) -> Any:
    """Return a frame of a million rows: floats, ints, text, dates, booleans and categories."""
    import numpy as np
    import pandas as pd

    size = 1_000_000
    numbers = np.random.default_rng(rng.randrange(100))
    words = np.array([f"word{place}" for place in range(5000)], dtype=object)
    return pd.DataFrame(
        {
            "price": numbers.random(size),
            "count": numbers.integers(0, 1000, size),
            "word": words[numbers.integers(0, 5000, size)],
            "when": pd.date_range("2020-01-01", periods=size, freq="s"),
            "flag": numbers.random(size) < 0.5,
            "kind": pd.Categorical.from_codes(numbers.integers(0, 3, size), ["a", "b", "c"]),
        }
    )


def frame_pairs() -> list[tuple[Any, Any]]:
    """Return pairs of different frames."""
    import pandas as pd

    base = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": ["x-y", "z", "w"]})
    other = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": ["x", "y-z", "w"]})
    return [
        (base, other),
        (base.astype({"b": object}), other.astype({"b": object})),
        (base, base.rename(columns={"a": "c"})),
        (base, base.rename_axis("rows")),
        (base, base[["b", "a"]]),
        (base.astype({"b": object}), base.astype({"b": "category"})),
    ]


def tiny_graph(*, twisted: bool) -> Any:
    """Return a ring of three nodes, or one whose chord goes elsewhere."""
    nodes = [Node(name) for name in range(3)]
    for place, node in enumerate(nodes):
        node.out = [nodes[(place + (2 if twisted and place == 1 else 1)) % 3]]
    return nodes[0]


def ring(first: object) -> Any:
    """Return a ring of two lists, one of which holds *first*."""
    nodes: list[Any] = [[first], [0]]
    nodes[0].append(nodes[1])
    nodes[1].append(nodes[0])
    return nodes[0]


SHAPES = [([[1], 2], [[1, 2]]), (["ab", "c"], ["a", "bc"]), ([1], [True]), ({"a": 1}, {"a": "1"}), ([], ())]
ROWS = [
    Row("nested records, 1e6 leaves", documents, [*SHAPES, ([{"a": 1}], [{"a": UserId(1)}])], 6),
    Row(
        "1e5 dataclass instances",
        lambda rng: [Point(n, rng.random(), str(n), (n, n)) for n in range(100_000)],
        [
            (Point(1, 1.0, "1", (1, 1)), Point(True, 1.0, "1", (1, 1))),
            (Point(1, 1.0, "a", (1, 1)), Point(1, 1.0, "a", (11,))),
        ],
        6,
    ),
    Row(
        "list of 1e6 ints",
        lambda rng: [rng.randrange(10**9) for _ in range(10**6)],
        [([1], [UserId(1)]), ([1], [True])],
        6,
    ),
    Row("list of 1e6 floats", lambda rng: [rng.random() for _ in range(10**6)], [([1.0], [1]), ([0.0], [-0.0])], 6),
    Row(
        "dict of 1e5 strings to ints",
        lambda _: {f"k{n}": n for n in range(100_000)},
        [({"a": 1}, {"a": True}), *SHAPES],
        6,
    ),
    Row(
        "list of 1e6 strings", lambda rng: [f"s{rng.randrange(10**9)}" for _ in range(10**6)], [(["a"], [Name("a")])], 3
    ),
    Row("frame of 1e6 mixed rows", frame, [], 2),
    Row(
        "cyclic graph of 1000 nodes",
        graph,
        [(tiny_graph(twisted=False), tiny_graph(twisted=True)), (ring(1), ring(UserId(1)))],
        100,
        deep=True,
    ),
    Row("cyclic graph of dicts and lists", plain_graph, [(ring(1), ring(2))], 100, deep=True, patience=110),
    Row("three small arguments", lambda _: ("train", 3, {"lr": 0.1}), SHAPES, 2, repeat=2000),
]
