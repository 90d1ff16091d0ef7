"""Results that cannot be stored, or not be read back, are told of once, with what to do."""

# ruff: noqa: PT031 - one warning for several calls is what these tests are about
from __future__ import annotations

from collections.abc import Callable

import pytest

from memo.errors import StoreWarning
from memo.store import Store
from memo.typing import MISSING
from tests.store.conftest import ORIGIN


def test_what_cannot_be_pickled_is_said_once_and_names_step_and_type(store: Store, save: Callable[..., bool]) -> None:
    with pytest.warns(StoreWarning) as warned:
        assert not save("a", (i for i in ()))
        assert not save("b", (i for i in ()))
    (warning,) = warned
    assert f"the result of {ORIGIN}, a generator, cannot be stored" in str(warning.message)
    assert __file__ == warning.filename.replace("conftest.py", "test_unstorable.py")
    assert not store.contains("a")


def test_of_what_is_nested_too_deeply_the_warning_says_so(save: Callable[..., bool]) -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    with pytest.warns(StoreWarning, match=r"RecursionError.* return it less deeply nested, or raise sys\.setrec"):
        assert not save("k", value)


def test_a_result_that_pickles_and_does_not_unpickle_is_a_miss(store: Store, save: Callable[..., bool]) -> None:
    save("k", Spoiled())
    with pytest.warns(StoreWarning, match="cannot be read .*it is spoiled.*left in place"):
        assert store.load("k") is MISSING
    assert 1 == len(list(store.entries()))
    assert save("k", 2)
    assert 2 == store.load("k").value


class Spoiled:
    def __reduce__(self):
        return spoil, ()


def spoil() -> None:
    raise LookupError("it is spoiled")
