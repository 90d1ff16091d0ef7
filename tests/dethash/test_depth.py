"""Deep and shared values: time and memory in proportion to what is there, without recursion."""

from __future__ import annotations

import tracemalloc
from collections import OrderedDict, deque
from collections.abc import Callable
from itertools import cycle
from types import SimpleNamespace
from typing import Any

import pytest

from memo.dethash import det_hash
from memo.dethash.growth import LEVELS
from tests.dethash.worlds import alike


class Link:
    def __init__(self, next_: Any) -> None:
        self.next = next_


class SlotLink:
    __slots__ = ("next",)

    def __init__(self, next_: Any) -> None:
        self.next = next_


class StateLink(Link):
    def __getstate__(self) -> Any:
        return (self.next,)


class ReducedLink(Link):
    def __reduce__(self) -> Any:
        return ReducedLink, (self.next,)


class GivenLink(Link):
    def __det_hash__(self) -> Any:
        return self.next


WRAPS: dict[str, Callable[[Any], Any]] = {
    "list": lambda inner: [inner], "tuple": lambda inner: (inner, 1), "dict": lambda inner: {"a": inner},
    "keyed": lambda inner: {(1,): inner}, "frozenset": lambda inner: frozenset([inner]),
    "deque": lambda inner: deque([inner]),
    "ordered": lambda inner: OrderedDict(a=inner), "instance": Link, "slots": SlotLink, "state": StateLink,
    "reduced": ReducedLink, "given": GivenLink, "namespace": lambda inner: SimpleNamespace(a=inner),
    "exception": ValueError,
    "twice": lambda inner: [inner, inner], "in turns": lambda inner: {"a": [Link(inner)]},
}  # fmt: skip


def nested(wrap: Callable[[Any], Any], levels: int, inner: Any = None) -> Any:
    for _ in range(levels):
        inner = wrap(inner)
    return inner


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
def test_any_depth_has_a_digest(wrap: Callable[[Any], Any]) -> None:
    """More levels than Python can recurse are no recursion, and the innermost value counts."""
    deep = [nested(wrap, 1200, 1), nested(wrap, 1200, 2), nested(wrap, 1199, 1)]
    assert [] == alike(deep, det_hash)


@pytest.mark.stress
@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
def test_a_chain_that_is_looked_at_more_closely_has_a_digest(wrap: Callable[[Any], Any]) -> None:
    """A walk does so every so many levels: it might have no end."""
    assert 64 == len(det_hash(nested(wrap, 2 * LEVELS + 1000)))


@pytest.mark.stress
def test_a_hundred_thousand_levels_of_all_kinds_have_a_digest() -> None:
    """Each kind is in each other."""
    deep: Any = None
    for _, wrap in zip(range(50_000), cycle(WRAPS.values())):
        deep = wrap(Link(deep))
    assert 64 == len(det_hash(deep))


def test_a_hundred_thousand_lists_in_each_other() -> None:
    """The plainest case is run always."""
    assert 64 == len(det_hash(nested(lambda inner: [inner], 100_000)))


def test_what_is_shared_sixty_times_over_is_no_trouble() -> None:
    """``x = [x] * 10``, sixty times, has more items than there are atoms, and sixty-one objects."""
    wraps: list[Callable[[Any], Any]] = [
        lambda inner: [inner] * 10,
        lambda inner: (inner,) * 10,
        lambda inner: dict.fromkeys("abcdefghij", inner),
        lambda inner: Link([inner] * 10),
        lambda inner: GivenLink([inner] * 10),
        lambda inner: ReducedLink((inner,) * 10),
        lambda inner: frozenset([inner, (inner, 1), (inner, 2)]),
        lambda inner: deque([inner] * 10),
    ]
    for wrap in wraps:
        assert [] == alike([nested(wrap, 60, 1), nested(wrap, 60, 2), nested(wrap, 61, 1)], det_hash)
        cycle: list[Any] = [nested(wrap, 60, 1)]
        cycle.append(cycle)
        assert det_hash(cycle) == det_hash(cycle[1])


def test_shared_text_and_lists_take_little_memory() -> None:
    """What is shared is hashed again and again, but never in memory all at once."""
    text, row = "x" * 4000, [0] * 400
    for value in ([text] * 20_000, [row] * 20_000, [[text] * 400] * 20_000, [{"a": text, "b": row}] * 20_000):
        tracemalloc.start()
        det_hash(value)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 40 * 2**20


def test_a_deep_chain_that_was_there_before_is_not_endless() -> None:
    """Only what is made anew each time is; deeper than the walk looks closer, a chain of objects is none."""
    assert 64 == len(det_hash(nested(GivenLink, LEVELS + 100)))
    assert 64 == len(det_hash(nested(StateLink, LEVELS + 100)))
