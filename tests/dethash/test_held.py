"""What an instance holds counts, whatever its class shows of it."""

from __future__ import annotations

from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.worlds import alike


class OtherDict:
    def __init__(self, x: Any) -> None:
        self.x = x

    @property
    def __dict__(self) -> Any:
        return {"x": "hidden"}


class OtherAnswers:
    def __init__(self, x: Any) -> None:
        self.x = x

    def __getattribute__(self, name: str) -> Any:
        return {} if name == "__dict__" else object.__getattribute__(self, name)


class Slotted:
    __slots__ = ("x",)


class OtherSlots(Slotted):
    """Has an attribute of the name of a slot, and a slot of the name of a base's."""

    __slots__ = ("__dict__", "x")

    def __init__(self, base: Any, own: Any, attribute: Any) -> None:
        Slotted.x.__set__(self, base)  # type: ignore[attr-defined]
        self.x = own
        self.__dict__["x"] = attribute


@pytest.mark.parametrize("cls", [OtherDict, OtherAnswers])
def test_what_an_instance_holds_counts_whatever_it_shows(cls: Any) -> None:
    """A ``__dict__`` of the class's own making is not what its methods work with."""
    assert det_hash(cls(1)) == det_hash(cls(1))
    assert [] == alike([cls(1), cls(2), cls("hidden")], det_hash)


def test_slots_and_attributes_that_share_a_name_all_count() -> None:
    places = [(1, 1, 1), (2, 1, 1), (1, 2, 1), (1, 1, 2), (2, 2, 1)]
    assert [] == alike([OtherSlots(*held) for held in places], det_hash)
    assert det_hash(OtherSlots(1, 2, 3)) == det_hash(OtherSlots(1, 2, 3))
