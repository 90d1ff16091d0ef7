"""What raises while a global is taken apart: the value's own code makes it opaque, a mistake of memo's does not."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterator
from decimal import Decimal

import pytest

from memo.dethash.encoders import stdlib_numbers
from memo.dethash.node import Node
from memo.dethash.registry import ENCODERS, LAZY, PLANS, Registered
from memo.dethash.watch import CodeWatch
from memo.errors import UnhashableError


class Raising:
    def parts(self) -> Node:
        raise KeyError("parts")


RAISING = Raising()
PRICES = {"a": Decimal(1)}


def reads_raising() -> Raising:
    return RAISING


def reads_prices() -> object:
    return PRICES


HOLDING = {"weak": weakref.proxy(Raising())}


def reads_holding() -> object:
    return HOLDING


@pytest.fixture(autouse=True)
def plans_of_this_test() -> Iterator[None]:
    """Forget what is known of classes before the test and after it."""
    PLANS.clear()
    yield
    PLANS.clear()


def test_what_the_values_own_code_raises_makes_it_opaque(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code around it is followed as ever."""
    monkeypatch.setitem(ENCODERS, Raising, Registered(Raising.parts, subclasses=False, whole=False))
    assert ["RAISING"] == [opaque.label for opaque in CodeWatch(reads_raising).manifest().opaque]


def test_what_a_weak_proxy_referred_to_may_be_gone() -> None:
    assert ["HOLDING"] == [opaque.label for opaque in CodeWatch(reads_holding).manifest().opaque]


def test_what_an_encoder_raises_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value less would be one whose edits nobody sees."""
    monkeypatch.delattr(stdlib_numbers, "Node")
    with pytest.raises(UnhashableError, match=r"PRICES.*\[\"a\"\].*NameError in memo itself: name 'Node'"):
        CodeWatch(reads_prices).manifest()


def test_an_encoder_file_that_cannot_be_loaded_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is after a release of a library that has renamed what memo needs of it."""
    monkeypatch.delitem(sys.modules, stdlib_numbers.__name__)
    monkeypatch.setitem(LAZY, "decimal", [stdlib_numbers.__name__])
    monkeypatch.delattr("fractions.Fraction")
    with pytest.raises(UnhashableError, match="ImportError in memo itself: cannot import name 'Fraction'"):
        CodeWatch(reads_prices).manifest()
