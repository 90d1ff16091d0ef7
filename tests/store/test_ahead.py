"""Rows that are read ahead: few questions for a loop over many entries, and nothing that anybody has changed since."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing

import pytest

from memo import StoreWarning
from memo.store import Store
from memo.store.ahead import FIRST, MOST
from memo.store.database.schema import DATABASE
from memo.store.storage import IN_ROW_BELOW
from memo.typing import MISSING
from tests.store.test_hot import load, statements

COUNT = 3 * MOST


@pytest.fixture
def stored(store: Store, save: Callable[..., bool]) -> Store:
    """A store with many entries, none of which this process has in memory."""
    for number in range(COUNT):
        save(str(number), [number])
    load(store, "none")
    return store


def asked(store: Store, numbers: Iterable[int]) -> int:
    """Load the entries of these *numbers*, which must be what was stored, and return how many statements that took."""
    with statements(store) as ran:
        assert all([number] == load(store, str(number)) for number in numbers)
    return len(ran)


def test_entries_in_the_order_in_which_they_were_stored_take_few_statements(stored: Store) -> None:
    assert asked(stored, range(COUNT)) < COUNT / 5


def test_entries_between_which_there_are_other_rows_take_few_statements(
    store: Store, save: Callable[..., bool]
) -> None:
    for number in range(COUNT):
        save(str(number), [number])
        save(f"other {number}", b"x" * (IN_ROW_BELOW if number % 2 else 1))
    load(store, "none")
    assert asked(store, range(COUNT)) < COUNT / 5


def test_entries_in_any_order_take_one_statement_each(stored: Store) -> None:
    numbers = random.Random(1).sample(range(0, COUNT, 17), COUNT // 17)
    assert len(numbers) == asked(stored, numbers)


def test_a_loop_back_to_front_reads_nothing_ahead(stored: Store) -> None:
    assert COUNT == asked(stored, reversed(range(COUNT)))


#: The first entry that was read ahead, and not asked for, when those before it were loaded.
NEXT = FIRST + 2


def begin(store: Store) -> None:
    """Load some, so that those which follow are read ahead."""
    asked(store, range(NEXT))
    assert str(NEXT + 2) in store._storage._hot._entries


@pytest.mark.parametrize("same", [True, False])
def test_what_is_changed_after_it_was_read_ahead_is_seen(stored: Store, save: Callable[..., bool], same: bool) -> None:
    begin(stored)
    with closing(stored if same else Store(stored.directory)) as changing:
        save(str(NEXT), ["new"], into=changing)
        changing.delete(str(NEXT + 2))
    assert [["new"], MISSING] == [load(stored, str(NEXT)), load(stored, str(NEXT + 2))]


def test_what_is_damaged_beside_an_entry_is_told_of_when_it_is_asked_for(stored: Store) -> None:
    with closing(sqlite3.connect(stored.directory / DATABASE)) as connection, connection:
        connection.execute("UPDATE Cache SET value = substr(value, 1, 200) WHERE key = ?", (str(NEXT),))
        connection.execute("UPDATE Cache SET value = 7 WHERE key = ?", (str(NEXT + 1),))
    begin(stored)
    for number in (NEXT, NEXT + 1):
        with pytest.warns(StoreWarning, match="(truncated|bytes)"):
            assert MISSING is load(stored, str(number))
    assert [NEXT + 2] == load(stored, str(NEXT + 2))


def test_an_entry_is_found_though_what_follows_cannot_be_read(stored: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(number: int, count: int) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr(stored._storage.index, "following", fail)
    assert COUNT == asked(stored, range(COUNT))


def test_what_was_read_ahead_is_an_object_of_its_own_each_time(store: Store, save: Callable[..., bool]) -> None:
    numpy = pytest.importorskip("numpy")
    for number in range(COUNT):
        save(str(number), numpy.arange(1000.0))
    load(store, "none")
    for _ in range(2):
        for number in range(COUNT):
            found = load(store, str(number))
            assert (0.0, True) == (found[0], found.flags.writeable)
            found[0] = 5.0
