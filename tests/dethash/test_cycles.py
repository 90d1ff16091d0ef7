"""Values that contain themselves: equal ones have one digest however they were built, different ones differ."""

from __future__ import annotations

import copy
import pickle
import random
from collections import OrderedDict, UserList, deque
from collections.abc import Callable
from itertools import permutations, product
from types import SimpleNamespace
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.worlds import alike


class Part:
    """A node of a graph."""

    def __init__(self, name: object = None) -> None:
        self.name = name
        self.out: Any = []


class Slotted:
    __slots__ = ("me", "name")


class Reduced:
    def __init__(self, name: object = None) -> None:
        self.name = name
        self.out: Any = None

    def __reduce__(self) -> Any:
        return Reduced, (self.name,), {"out": self.out}


def in_itself(fill: Callable[[Any], Any], value: Any) -> Any:
    fill(value)
    return value


SELVES: dict[str, Callable[[], Any]] = {
    "list": lambda: in_itself(lambda a: a.append(a), []),
    "list of two": lambda: in_itself(lambda a: a.extend([a, a]), []),
    "list and scalar": lambda: in_itself(lambda a: a.extend([a, 1]), []),
    "scalar and list": lambda: in_itself(lambda a: a.extend([1, a]), []),
    "list and true": lambda: in_itself(lambda a: a.extend([a, True]), []),
    "tuple": lambda: in_itself(lambda a: a[0].append(a), ([],)),
    "dict": lambda: in_itself(lambda a: a.update(a=a), {}),
    "dict b": lambda: in_itself(lambda a: a.update(b=a), {}),
    "dict of two": lambda: in_itself(lambda a: a.update(a=a, b=a), {}),
    "dict keyed by a tuple": lambda: in_itself(lambda a: a.update({(1,): a}), {}),
    "ordered dict": lambda: in_itself(lambda a: a.update(a=a), OrderedDict()),
    "deque": lambda: in_itself(lambda a: a.append(a), deque()),
    "user list": lambda: in_itself(lambda a: a.append(a), UserList()),
    "instance": lambda: in_itself(lambda a: setattr(a, "out", a), Part()),
    "instance with name": lambda: in_itself(lambda a: setattr(a, "out", a), Part("x")),
    "instance in its list": lambda: in_itself(lambda a: a.out.append(a), Part()),
    "instance in its set": lambda: in_itself(lambda a: setattr(a, "out", {a}), Part()),
    "instance in its frozen set": lambda: in_itself(lambda a: setattr(a, "out", frozenset({a})), Part()),
    "instance as its key": lambda: in_itself(lambda a: setattr(a, "out", {a: 1}), Part()),
    "slots": lambda: in_itself(lambda a: setattr(a, "me", a), Slotted()),
    "reduced": lambda: in_itself(lambda a: setattr(a, "out", a), Reduced()),
    "namespace": lambda: in_itself(lambda a: setattr(a, "me", a), SimpleNamespace()),
    "exception": lambda: in_itself(lambda a: setattr(a, "me", a), ValueError()),
    "beside a large list": lambda: in_itself(lambda a: a.extend([a, list(range(600))]), []),
    "beside a long text": lambda: in_itself(lambda a: a.extend([a, "x" * 5000]), []),
    "beside a set": lambda: in_itself(lambda a: a.extend([a, {1, (2,)}]), []),
}


def test_each_value_that_contains_itself_differs_from_the_others() -> None:
    """No two share a digest, nor with a finite value that looks alike."""
    values = [make() for make in SELVES.values()]
    assert [] == alike([*values, [], [[]], [[[]]], {}, {"a": {}}, Part(), ([],), deque()], det_hash)


@pytest.mark.parametrize("make", SELVES.values(), ids=SELVES)
def test_a_value_that_contains_itself_equals_its_copies(make: Callable[[], Any]) -> None:
    """Made again, deep-copied or pickled it has the same digest, inside of another value as well."""
    value = make()
    digest = det_hash(value)
    assert det_hash(make()) == digest
    assert det_hash(copy.deepcopy(value)) == digest
    assert det_hash(pickle.loads(pickle.dumps(value))) == digest
    assert det_hash([value, value]) == det_hash([make(), copy.deepcopy(value)])
    assert det_hash([value, 1]) != det_hash([value, 2])


def ring(names: list[Any], unrolled: int = 1) -> list[Part]:
    parts = [Part(name) for name in names * unrolled]
    for place, part in enumerate(parts):
        part.out.append(parts[(place + 1) % len(parts)])
    return parts


def test_what_unfolds_alike_is_alike() -> None:
    """A ring that goes round twice, or is entered one turn later, is the ring that goes round once."""
    names = ["a", "b", "c"]
    assert det_hash(ring(names)[0]) == det_hash(ring(names, 2)[0]) == det_hash(ring(names, 2)[3])
    one: list[Any] = []
    one.append(one)
    other: list[Any] = [[[]]]
    other[0][0].append(other)
    assert det_hash(one) == det_hash(other) == det_hash([one]) == det_hash(other[0])


def test_where_a_ring_is_entered_and_what_is_on_it_counts() -> None:
    """Its members differ from each other, and from those of other rings."""
    rings = [ring(["a", "b", "c"]), ring(["a", "c", "b"]), ring(["a", "b", "c", "d"]), ring(["a", "b", "b"])]
    values = [part for parts in rings for part in parts]
    assert len(values) == len({det_hash(value) for value in values})


def unfold(value: Any, levels: int = 6) -> str:
    """Return what can be seen of a graph of lists from one of its members, some levels deep."""
    if type(value) is not list:
        return repr(value)
    return f"[{','.join(unfold(part, levels - 1) for part in value)}]" if levels else "..."


def test_digests_are_equal_exactly_if_values_unfold_alike() -> None:
    """Over all graphs of two lists with two places, an equal digest means that nobody can tell the values apart."""
    digests: dict[str, set[str]] = {}
    for ends in product(range(4), repeat=4):
        one, other = [], []
        choices: list[Any] = [one, other, 1, []]
        one += [choices[ends[0]], choices[ends[1]]]
        other += [choices[ends[2]], choices[ends[3]]]
        digests.setdefault(unfold(one), set()).add(det_hash(one))
    assert {1} == set(map(len, digests.values()))
    assert 50 < len(digests) == len(set.union(*digests.values()))


def graph(edges: set[tuple[int, int]], order: tuple[int, ...], kind: str) -> list[Part]:
    """Build a graph in a given order, with neighbours in a list, a set or a dict's keys."""
    parts = {name: Part(name % 2) for name in order}
    for name in order:
        ends = [parts[other] for other in order if (name, other) in edges]
        if kind == "list":
            ends.sort(key=lambda end: next(n for n, part in parts.items() if part is end))
        parts[name].out = ends if kind == "list" else set(ends) if kind == "set" else dict.fromkeys(ends, 1)
    return [parts[name] for name in sorted(order)]


@pytest.mark.parametrize("kind", ["set", "keys", "list"])
def test_the_order_of_building_does_not_count(kind: str) -> None:
    """Graphs built from each of their members first have the same digests member by member."""
    edges = {(0, 1), (1, 2), (2, 0), (2, 3), (3, 1), (0, 3), (3, 3)}
    digests = {
        tuple(map(det_hash, graph(edges, order, kind))) for order in [(0, 1, 2, 3), *permutations(range(4))][::5]
    }
    assert 1 == len(digests)
    assert det_hash(graph(edges, (0, 1, 2, 3), kind)[0]) != det_hash(graph(edges - {(3, 3)}, (0, 1, 2, 3), kind)[0])
    wholes = {det_hash(frozenset(graph(edges, order, kind))) for order in permutations(range(4))}
    assert 1 == len(wholes)


@pytest.mark.parametrize("seed", range(20))
def test_large_random_graphs_equal_their_copies(seed: int) -> None:
    """A copy of a random graph with unordered members, which lies elsewhere in memory, has the same digest."""
    rng = random.Random(seed)
    parts = [Part(rng.randrange(2)) for _ in range(60)]
    for part in parts:
        part.out = set(rng.sample(parts, rng.randrange(4)))
    digests = list(map(det_hash, parts))
    assert digests == list(map(det_hash, copy.deepcopy(parts)))
    assert digests == list(map(det_hash, pickle.loads(pickle.dumps(parts))))
    changed = copy.deepcopy(parts)
    victim = next(part for part in changed if part.out)
    victim.out.pop()
    assert det_hash(victim) != det_hash(parts[changed.index(victim)])


def test_a_cycle_through_keys_and_members() -> None:
    """A dict keyed by what holds it, and a set of what holds it, are cycles like others."""

    def keyed(name: str) -> Part:
        part = Part(name)
        part.out = {part: {part}, (part, 1): frozenset({(part,)})}
        return part

    assert det_hash(keyed("a")) == det_hash(keyed("a"))
    assert det_hash(keyed("a")) != det_hash(keyed("b"))


def test_alike_members_of_a_set_are_counted() -> None:
    """Two equal members of a set of instances are two, on a cycle too."""

    def around(count: int) -> Part:
        hub = Part("hub")
        hub.out = set()
        for _ in range(count):
            spoke = Part("spoke")
            spoke.out = [hub]
            hub.out.add(spoke)
        return hub

    assert 4 == len({det_hash(around(count)) for count in (1, 2, 3, 4)})
    assert det_hash(around(3)) == det_hash(around(3))
