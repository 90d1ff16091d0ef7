"""Counts are written in batches, never one by one, and none is lost on the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from memo.store import Counters, Store
from memo.store.counters import BATCH
from memo.store.database.disk import Writer
from memo.store.database.patience import Patience
from memo.store.database.schema import BUSY_SECONDS
from tests.store.conftest import ORIGIN


def raising(error: Exception) -> None:
    raise error


def written(store: Store) -> Counters:
    return Store(store.directory).counters(ORIGIN)


def test_nothing_is_written_until_it_has_waited_for_long(store: Store) -> None:
    count = 2 * BATCH + 1
    for _ in range(count):
        store.record(ORIGIN, hits=1, seconds_saved=0.5)
    assert not store.directory.exists()
    assert count == store.counters(ORIGIN).hits
    store._ledger._due = 0.0
    store.record(ORIGIN, misses=1)
    expected = Counters(count, 1, count / 2)
    assert expected == written(store) == store.counters(ORIGIN)


def test_what_cannot_be_written_is_not_tried_at_each_call(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    monkeypatch.setattr(Writer, "update", lambda *args, **kwargs: tried.append(args) or raising(OSError()))
    store.record(ORIGIN, hits=1)
    for _ in range(3):
        store._ledger._due = 0.0
        for _ in range(10):
            store.record(ORIGIN, hits=1)
    assert 3 == len(tried)
    assert 31 == store.counters(ORIGIN).hits


def test_a_use_is_written_down_once_an_hour(store: Store, save: Callable[..., bool]) -> None:
    """Not at each hit: whoever loops over results would search the database for each of them."""
    save("k", [1])
    uses = []
    for age in (0, 3000, 4000):
        with closing(sqlite3.connect(store.directory / "cache.db")) as connection, connection:
            connection.execute("UPDATE Cache SET access_time = access_time - ? WHERE key = 'k'", (age,))
        found = store.load("k")
        uses.append(found.use)
        store.record(ORIGIN, 1, 0, 0.0, found.use)
        store.close()
    assert [None, None, "k"] == uses
    assert None is store.load("k").use


def test_counts_add_up_over_stores_and_origins(store: Store) -> None:
    for each in (store, Store(store.directory)):
        each.record(ORIGIN, hits=1)
        each.record("other", misses=1)
        each.close()
    assert {ORIGIN: Counters(2, 0), "other": Counters(0, 2)} == store.all_counters()
    store.record("third", hits=1)
    assert {ORIGIN: Counters(2, 0), "other": Counters(0, 2), "third": Counters(1)} == store.all_counters()


def test_a_damaged_row_of_counts_begins_anew(store: Store) -> None:
    store.record(ORIGIN, hits=5)
    store.close()
    with sqlite3.connect(store.directory / "cache.db") as connection:
        connection.execute("UPDATE Cache SET value = x'00'")
    connection.close()
    assert Counters() == store.counters(ORIGIN)
    store.record(ORIGIN, hits=1)
    store.close()
    assert Counters(1) == store.counters(ORIGIN)


def test_clearing_everything_clears_the_counts(store: Store) -> None:
    store.record(ORIGIN, hits=1)
    store.close()
    store.record(ORIGIN, hits=1)
    assert 0 == store.clear(ORIGIN)
    assert 2 == store.counters(ORIGIN).hits
    store.clear()
    assert Counters() == store.counters(ORIGIN)


def test_patience_is_lost_for_a_while() -> None:
    patience = Patience()
    assert BUSY_SECONDS == patience.seconds
    patience.lose()
    assert 0 == patience.seconds
    patience.regain()
    assert BUSY_SECONDS == patience.seconds
