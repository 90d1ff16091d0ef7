"""What goes when a store is bounded, and that nothing goes otherwise."""

from __future__ import annotations

import logging
import math
import os
import pickle
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from memo import OptionError, StoreError, StoreWarning, memoize_step
from memo.store import Argument, EntryInfo, Metadata, Store
from memo.store.maintenance.eviction import DAY, Bounds, surplus, worth
from tests.store.conftest import ORIGIN

NOW = 1e9


def info(key: str, *, size: int = 100, seconds: float = 1.0, age: float = 0.0, idle: float = 0.0) -> EntryInfo:
    return EntryInfo(key, ORIGIN, size, seconds, NOW - age, "plain", NOW - idle)


def going(entries: list[EntryInfo], *, max_bytes: float | None = None, max_age: float | None = None) -> str:
    return "".join(entry.key for entry in surplus(entries, Bounds.checked(max_bytes, max_age), NOW))


def test_what_is_slow_small_and_in_use_is_worth_most() -> None:
    usual = info("a")
    assert worth(info("a", seconds=2), NOW) > worth(usual, NOW)
    assert worth(info("a", size=50), NOW) > worth(usual, NOW)
    assert worth(info("a", idle=3600), NOW) < worth(usual, NOW)
    assert worth(info("a", idle=-3600), NOW) == worth(usual, NOW), "a clock that jumps back makes nothing precious"
    assert [0.0, 0.0, 0.0] == [worth(info("a", seconds=each), NOW) for each in (math.nan, math.inf, -1)]
    assert worth(info("a", size=0), NOW) == 1 / DAY


def test_the_least_valuable_go_until_the_rest_fits() -> None:
    entries = [info("a", seconds=3), info("b", seconds=1), info("c", seconds=2), info("d", seconds=4)]
    expected = {400: "", 399: "b", 300: "b", 250: "bc", 100: "bca", 99: "bcad", 0: "bcad"}
    assert expected == {bound: going(entries, max_bytes=bound) for bound in expected}
    assert "" == going([], max_bytes=0)


def test_of_what_is_worth_the_same_the_oldest_go() -> None:
    assert "ab" == going([info("a"), info("b"), info("c")], max_bytes=100)


def test_what_is_too_old_goes_whatever_it_is_worth() -> None:
    entries = [info("a", age=60), info("b", age=61, seconds=1e6), info("c", age=-60), info("d", age=math.nan)]
    assert "b" == going(entries, max_age=60)
    assert "ba" == going(entries, max_age=60, max_bytes=200), "what goes by age needs no room"


def test_an_entry_whose_beginning_is_damaged_has_no_age() -> None:
    assert [] == surplus([EntryInfo("a", ORIGIN, 1, 0.0, 0.0, "", 0.0)], Bounds(max_age=1), NOW)


@pytest.mark.parametrize("bad", [-1, "5GB", math.nan, math.inf, True, [1]])
def test_a_bound_that_is_none_is_an_error_that_says_what_to_type(tmp_path: Path, bad: object) -> None:
    for make in (Store, Store(tmp_path).evict):
        with pytest.raises(OptionError, match=r"^max_bytes=.*: expected a number of bytes, such as max_bytes=10 "):
            make(max_bytes=bad)
        with pytest.raises(OptionError, match=r"^max_age=.*: expected seconds or a timedelta above 0, such as max_ag"):
            make(max_age=bad if bad != [1] else 0)


def test_what_is_evicted_is_returned_logged_and_gone(
    store: Store, save: Callable[..., bool], caplog: pytest.LogCaptureFixture
) -> None:
    save("a", bytes(2**17))
    save("b", 1, "p/m:other")
    save("c", 2)
    a, b, c = store.entries()
    caplog.set_level(logging.INFO, "memo")
    assert [a] == store.surplus(max_bytes=b.bytes + c.bytes)
    assert [a] == store.evict(max_bytes=b.bytes + c.bytes)
    assert [f"{ORIGIN}: entry a evicted, {a.bytes} bytes"] == caplog.messages
    assert [] == list(store.directory.rglob("*.entry"))
    assert [c] == store.evict(max_bytes=0, origin=ORIGIN)
    assert [] == store.evict(max_age=timedelta(seconds=60), now=1e9 + 60)
    assert [b] == store.evict(max_age=timedelta(seconds=60), now=1e9 + 61)
    assert [] == list(store.entries()) == store.evict(max_bytes=0)


def test_nothing_is_evicted_unasked(store: Store, save: Callable[..., bool]) -> None:
    for number in range(50):
        save(f"{number:02}", bytes(2**16))
    assert 50 == len(list(store.entries()))
    store.close()
    assert 50 == len(list(Store(store.directory).entries()))


def test_a_bounded_store_stays_within_its_bounds(own_store: Path) -> None:
    bound = 2**20
    store = Store(own_store, max_bytes=bound)
    for number in range(60):
        key = f"{number:02}"
        assert store.save(key, bytes(2**16), Metadata(key=key, origin=ORIGIN, seconds=number))
        assert sum(entry.bytes for entry in store.entries()) <= bound + bound / 16 + 2**17
    kept = [entry.key for entry in store.entries()]
    assert [f"{number:02}" for number in range(60 - len(kept), 60)] == kept
    assert len(kept) >= 14


def test_a_store_with_a_bound_of_age_drops_what_is_older(own_store: Path, save: Callable[..., bool]) -> None:
    save("a", 1)
    store = Store(own_store, max_age=timedelta(days=1))
    store.save("b", 1, Metadata(key="b", origin=ORIGIN, created=time.time()))
    assert ["b"] == [entry.key for entry in store.entries()]


def test_bounds_travel_with_the_store_and_make_it_no_other(own_store: Path) -> None:
    bounded = Store(own_store, max_bytes=10, max_age=20)
    arrived = pickle.loads(pickle.dumps(bounded))
    assert Bounds(10, 20.0) == arrived._watch.bounds
    assert bounded == arrived == Store(own_store)
    assert Bounds() == Store.shared(own_store)._watch.bounds


def test_where_a_store_cannot_be_bounded_the_result_is_stored_all_the_same(own_store: Path) -> None:
    """A bound is no reason to lose a result."""

    class Full(Store):
        def _discard(self, entries):
            raise OSError(28, "No space left on device")

    store = Full(own_store, max_bytes=0)
    with pytest.warns(UserWarning, match="is on a full disk"):
        assert store.save("a", 1, Metadata(key="a", origin=ORIGIN))
    with pytest.raises(StoreError, match="is on a full disk"):
        store.evict(max_bytes=0)
    assert ["a"] == [entry.key for entry in store.entries()]


def last_use(directory: Path, key: str) -> float:
    (entry,) = [each for each in Store(directory).entries() if each.key == key]
    return entry.used


def test_a_hit_is_a_use_that_is_written_with_the_counts(own_store: Path) -> None:
    @memoize_step(version="1", name="used")
    def step(x):
        return x

    step(1)
    store = Store.shared()
    store.close()
    with closing(sqlite3.connect(own_store / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET access_time = 5")
    assert 5.0 == last_use(own_store, step.key(1))
    lately = time.time() - 60
    before = time.time()
    step(1)
    assert 5.0 == last_use(own_store, step.key(1)), "no hit costs a write"
    store.close()
    assert before <= last_use(own_store, step.key(1)) <= time.time()
    with closing(sqlite3.connect(own_store / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET access_time = ?", (lately,))
    step(1)
    store.close()
    assert lately == last_use(own_store, step.key(1)), "nor is it written twice in an hour"


def test_a_planted_time_is_none(store: Store, save: Callable[..., bool]) -> None:
    save("a", 1)
    store.close()
    for planted in ("'x'", "NULL", "x'00'"):
        with closing(sqlite3.connect(store.directory / "cache.db", isolation_level=None)) as database:
            database.execute(f"UPDATE Cache SET access_time = {planted}")
        assert [0.0] == [entry.used for entry in store.entries()]


# -- files that no entry needs ------------------------------------------------------------------------------------


def plant(store: Store, name: str, age: float = 7200.0) -> Path:
    path = store.directory / name
    path.parent.mkdir(exist_ok=True, mode=0o700)
    path.write_bytes(b"x" * 10)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def test_files_that_no_row_names_are_found_and_removed(store: Store, save: Callable[..., bool]) -> None:
    save("a", bytes(2**17))
    (needed,) = store.directory.rglob("*.entry")
    os.utime(needed, (0, 0))
    old = {plant(store, f"ab/{'0' * 30}.entry"), plant(store, f"{needed.parent.name}/{'1' * 30}.partial")}
    kept = {
        needed,
        plant(store, f"ab/{'2' * 30}.entry", age=60),  # its row may be on its way
        plant(store, f"ab/{'3' * 30}.partial", age=60),  # being written
        plant(store, f"ab/{'4' * 30}.entry", age=-7200),  # of a time that cannot be
        plant(store, f"ab/{'5' * 29}.entry"),
        plant(store, f"ab/{'6' * 30}.entry.bak"),
        plant(store, f"abc/{'7' * 30}.entry"),
        plant(store, f"AB/{'8' * 30}.entry"),
        plant(store, "notes.txt"),
        plant(store, "ab/notes.txt"),
    }
    expected = {f"{path.parent.name}/{path.name}": 10 for path in old}
    assert expected == store.orphans()
    assert all(path.exists() for path in old)
    assert expected == store.remove_orphans()
    assert {} == store.orphans()
    assert (set(), kept) == ({path for path in old if path.exists()}, {path for path in kept if path.exists()})
    assert store.load("a").value == bytes(2**17)


def digest(number: int) -> str:
    return f"{number:064x}"


def test_what_is_known_about_code_that_no_entry_has_is_an_orphan(store: Store) -> None:
    """What an entry speaks of stays, however large it is, and what that speaks of; and what may get its entry yet."""
    argument = Argument("x", "module.Class", digest(90), classes=(("Class", digest(2)),))
    for number, size in ((1, 10), (2, 2**16), (3, 2**21)):
        code = digest(number) if number != 2 else digest(91)
        metadata = Metadata(
            key=f"k{number}", origin="o" * 2000, code_digest=code, arguments=(argument,) * (number == 2)
        )
        store.save(f"k{number}", bytes(size), metadata)
    store.save_manifest(digest(1), {"entries": [{"own": digest(4)}]})
    for number in (2, 3, 4):
        store.save_manifest(digest(number), {"text": "x"})
    store.save_manifest(digest(5), {"entries": [{"own": digest(6)}, {"own": digest(4)}]})
    store.save_manifest(digest(6), {"text": "y" * 1000})
    store.save_manifest("no digest", {})
    later = time.time() + 4000
    assert ({}, {}) == (store.orphans(), store.remove_orphans())
    expected = {f"manifest:{digest(number)}" for number in (5, 6)}
    assert expected == store.orphans(later).keys()
    assert sum(store.orphans(later).values()) > 1000
    assert expected == store.remove_orphans(later).keys()
    assert {} == store.orphans(later)
    assert [True] * 4 + [False] * 2 == [store.has_manifest(digest(number)) for number in range(1, 7)]
    store.delete("k1")
    assert {f"manifest:{digest(number)}" for number in (1, 4)} == store.remove_orphans(later).keys()
    assert store.save_manifest(digest(1), {"text": "again"})
    assert {"text": "again"} == store.manifest(digest(1))


def test_manifests_that_are_young_keep_their_texts(store: Store) -> None:
    store.save_manifest(digest(1), {"text": "x"})
    with closing(sqlite3.connect(store.directory / "cache.db")) as connection, connection:
        connection.execute("UPDATE Cache SET store_time = 0")
    store.save_manifest(digest(2), {"entries": [{"own": digest(1)}]})
    assert {} == store.orphans()


def test_links_and_pipes_are_no_orphans(store: Store, save: Callable[..., bool], tmp_path: Path) -> None:
    save("a", 1)
    outside = plant(Store(tmp_path), f"ef/{'0' * 30}.entry")
    elsewhere = plant(Store(tmp_path), f"cd/{'0' * 30}.entry")
    (store.directory / "cd").symlink_to(elsewhere.parent)
    (store.directory / "ab").mkdir(mode=0o700)
    (store.directory / "ab" / f"{'1' * 30}.entry").symlink_to(outside)
    os.mkfifo(store.directory / "ab" / f"{'2' * 30}.entry")
    assert {} == store.orphans(time.time() + 1e6) == store.remove_orphans(time.time() + 1e6)
    assert outside.exists()
    assert elsewhere.exists()


def test_where_the_rows_cannot_be_read_nothing_is_an_orphan(store: Store) -> None:
    store.directory.mkdir(mode=0o700)
    path = plant(store, f"ab/{'0' * 30}.entry")
    (store.directory / "cache.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="has a database that is damaged"):
        store.remove_orphans()
    assert path.exists()


def test_a_store_that_does_not_exist_has_none_and_stays_so(store: Store) -> None:
    assert ({}, {}, []) == (store.orphans(), store.remove_orphans(), store.evict(max_bytes=0, max_age=1))
    assert not store.directory.exists()


# -- the disk -----------------------------------------------------------------------------------------------------


def test_a_store_that_takes_most_of_its_disk_warns_once(store: Store, save: Callable[..., bool]) -> None:
    save("a", bytes(2**17))
    store.close()
    total = shutil.disk_usage(store.directory).total
    for taken in (int(total * 0.79), "x", None, -1):
        sql(store, "UPDATE Settings SET value = ? WHERE key = 'size'", taken)
        assert save("b", bytes(2**17))
    sql(store, "UPDATE Settings SET value = ? WHERE key = 'size'", int(total * 0.85))
    assert save("c", 1), "a small result is not worth the look"
    with pytest.warns(StoreWarning, match=r"takes 85% of its disk; memo gc --max-bytes removes what is worth least"):
        assert save("c", bytes(2**17))
    assert save("d", bytes(2**17))


def sql(store: Store, statement: str, *values: object) -> None:
    store.close()
    with closing(sqlite3.connect(store.directory / "cache.db", isolation_level=None)) as database:
        database.execute(statement, values)
