"""Classes of attrs: fields count; cached hashes and cached properties do not."""

from __future__ import annotations

from functools import cached_property

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests

attrs = pytest.importorskip("attrs")


@attrs.define
class Slotted:
    """A slotted class with a cached property, which is a slot too."""

    number: int
    tags: list[str] = attrs.field(factory=list, eq=False)

    @cached_property
    def double(self) -> int:
        return 2 * self.number


@attrs.define
class Derived(Slotted):
    """A subclass with a field and a cached property of its own."""

    name: str = ""

    @cached_property
    def triple(self) -> int:
        return 3 * self.number


@attrs.define(slots=False)
class Open:
    """A class with a ``__dict__``."""

    number: int

    @cached_property
    def double(self) -> int:
        return 2 * self.number


@attrs.frozen(cache_hash=True)
class Frozen:
    """A class that keeps its hash."""

    number: int


class Plain(Slotted):
    """A subclass that attrs did not make."""

    __slots__ = ("extra",)


def plain(extra: int) -> Plain:
    value = Plain(1)
    value.extra = extra
    return value


def test_no_two_different_values_share_a_digest():
    world = {
        f"{cls.__name__} {number}": cls(number) for cls in (Slotted, Derived, Open, Frozen) for number in (1, 2, True)
    }
    world |= {
        "tags": Slotted(1, ["a"]),
        "name": Derived(1, [], "a"),
        "extra": plain(1),
        "other extra": plain(2),
        "dict": {"number": 1, "tags": []},
    }
    assert [] == alike_in(world)


@pytest.mark.parametrize("value", [Slotted(1), Derived(1), Open(1), Frozen(1)], ids=lambda value: type(value).__name__)
def test_copies_and_used_ones_have_the_digest(value):
    uses = (
        lambda it: getattr(it, "double", 0),
        lambda it: getattr(it, "triple", 0),
        lambda it: isinstance(it, Frozen) and hash(it),
        repr,
    )
    before, after = before_and_after(value, *uses)
    assert before == after
    assert {before} == digests(*copies(value), type(value)(1))


def test_a_default_that_is_spelled_out_is_the_same():
    assert det_hash(Derived(1)) == det_hash(Derived(number=1, tags=[], name=""))
