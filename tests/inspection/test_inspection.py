"""Questions about a store: plain data, and an empty answer where there is no store."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from memo.inspection import Found, ShortKeys, StepStats, find, list_entries, stats
from memo.store import Metadata, Store


@pytest.fixture
def store(own_store: Path) -> Store:
    store = Store(own_store)
    for key, origin in [("abc0", "p/load:load"), ("abc1", "p/train:fit"), ("b", "p/train:fit"), ("c", "p/train:score")]:
        store.save(key, key, Metadata(key=key, origin=origin, seconds=2.0, created=3.0))
    store.record("p/train:fit", hits=3, misses=2, seconds_saved=6.0)
    store.record("p/gone:step", misses=1)
    return store


def test_entries_are_listed_oldest_first_and_by_a_part_of_the_step(store: Store) -> None:
    assert ["abc0", "abc1", "b", "c"] == [info.key for info in list_entries(store)]
    assert ["abc1", "b", "c"] == [info.key for info in list_entries(store, "train")]
    assert [] == list(list_entries(store, "nothing"))
    first = next(iter(list_entries(store))).to_dict()
    assert ("abc0", "p/load:load", 2.0, 3.0, "plain") == tuple(
        first[name] for name in ("key", "origin", "seconds", "created", "format")
    )


def test_stats_add_up_by_step_and_include_what_was_only_counted(store: Store) -> None:
    size = {info.key: info.bytes for info in list_entries(store)}
    assert [
        StepStats("p/gone:step", 0, 0, 0, 1, 0.0),
        StepStats("p/load:load", 1, size["abc0"], 0, 0, 0.0),
        StepStats("p/train:fit", 2, size["abc1"] + size["b"], 3, 2, 6.0),
        StepStats("p/train:score", 1, size["c"], 0, 0, 0.0),
    ] == stats(store)
    assert ["p/train:fit"] == [part.origin for part in stats(store, "fit")]
    store.close()
    assert stats(store) == stats(Store(store.directory))


def test_a_key_is_found_by_its_beginning(store: Store) -> None:
    assert "b" == find(store, "b").key
    assert "abc1" == find(store, "ABC1").key
    assert Found("abc", (("abc0", "p/load:load"), ("abc1", "p/train:fit"))) == find(store, "abc")
    assert (None, True) == (find(store, "abc").key, find(store, "abc").is_ambiguous)
    assert (None, False) == (find(store, "d").key, find(store, "d").is_ambiguous)


def test_a_whole_key_is_meant_even_if_another_begins_with_it(store: Store) -> None:
    store.save("bc", 1, Metadata(key="bc", origin="p/train:fit"))
    assert ("b", "bc") == (find(store, "b").key, find(store, "bc").key)


def test_a_short_key_is_as_long_as_it_has_to_be_typed(store: Store) -> None:
    short = ShortKeys(store)
    assert ["abc0", "abc1", "b", "c"] == [short.of(key, shortest=1) for key in ("abc0", "abc1", "b", "c")]
    assert "abc" == ShortKeys(Store(store.directory / "none")).of("abcdef", shortest=3)
    for key in ("d0e0f0", "d0e1", "d1", "d1ff"):  # the last two begin alike to the end of one
        store.save(key, 1, Metadata(key=key, origin="p/train:fit"))
    short = ShortKeys(store)
    assert ["d0e0", "d0e1", "d1", "d1f"] == [short.of(key, shortest=1) for key in ("d0e0f0", "d0e1", "d1", "d1ff")]
    assert all(key == find(store, short.of(key, shortest=1)).key for key in ("abc0", "b", "d0e0f0", "d1", "d1ff"))


def test_sizes_that_somebody_planted_add_up_to_a_number(store: Store) -> None:
    store.close()
    with closing(sqlite3.connect(store.directory / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET size = NULL WHERE tag = 'p/load:load'")
        database.execute("UPDATE Cache SET size = 'x' WHERE tag = 'p/train:score'")
    sizes = [part.bytes for part in stats(store) if part.origin in {"p/load:load", "p/train:score"}]
    assert [(0, int), (0, int)] == [(size, type(size)) for size in sizes]


def test_answers_are_plain_data(store: Store) -> None:
    for answer in [find(store, "abc"), *stats(store), *list_entries(store)]:
        assert json.loads(json.dumps(answer.to_dict()))


def test_a_store_that_does_not_exist_has_nothing_and_stays_so(tmp_path: Path) -> None:
    store = Store(tmp_path / "none")
    assert ([], [], None) == (list(list_entries(store)), stats(store), find(store, "a").key)
    assert not store.directory.exists()
