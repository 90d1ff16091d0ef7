"""Counts are written in batches, never one by one, and none is lost on the way."""

from __future__ import annotations

import sqlite3

from memo.store import Counters, Store
from memo.store.counters import BATCH
from memo.store.patience import Patience
from memo.store.schema import BUSY_SECONDS
from tests.store.conftest import ORIGIN


def written(store: Store) -> Counters:
    return Store(store.directory).counters(ORIGIN)


def test_nothing_is_written_before_a_batch_is_full(store: Store) -> None:
    for _ in range(BATCH - 1):
        store.record(ORIGIN, hits=1, seconds_saved=0.5)
    assert not store.directory.exists()
    assert BATCH - 1 == store.counters(ORIGIN).hits
    store.record(ORIGIN, misses=1)
    expected = Counters(BATCH - 1, 1, (BATCH - 1) / 2)
    assert expected == written(store) == store.counters(ORIGIN)


def test_what_waits_for_long_is_written(store: Store) -> None:
    store.record(ORIGIN, hits=1)
    store._ledger._due = 0.0
    store.record(ORIGIN, hits=1)
    assert 2 == written(store).hits


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
