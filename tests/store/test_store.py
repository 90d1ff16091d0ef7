"""The store from outside: what goes in comes out, and asking changes nothing."""

from __future__ import annotations

import os
import pickle
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import memo.config
from memo.errors import StoreError, StoreWarning
from memo.store import Argument, Counters, EntryInfo, Metadata, Store
from memo.store.entries.entry import pack
from memo.store.formats import encode
from memo.store.storage import IN_ROW_BELOW
from memo.typing import MISSING
from tests.store.conftest import ORIGIN

LARGE = b"x" * (2 * IN_ROW_BELOW)
HUGE = b"x" * (2 << 20)


def contents(directory: Path) -> dict[str, int]:
    return {str(path.relative_to(directory)): path.stat().st_mtime_ns for path in directory.rglob("*")}


def test_a_store_that_does_not_exist_is_empty_and_stays_so(store: Store) -> None:
    assert store.load("k") is MISSING
    assert store.metadata("k") is MISSING
    assert store.manifest("d") is MISSING
    assert not store.contains("k")
    assert ([], [], [], []) == (list(store.entries()), list(store.aliases()), store.totals(), store.find_keys("", 9))
    assert (Counters(), {}) == (store.counters(ORIGIN), store.all_counters())
    assert (False, 0, 0) == (store.delete("k"), store.clear(), store.clear(ORIGIN))
    store.close()
    assert not store.directory.exists()


def test_questions_leave_an_existing_store_as_it_is(store: Store, save: Callable[..., bool]) -> None:
    save("k", 1)
    save("large", LARGE)
    store.close()
    before = contents(store.directory)
    program = (
        "import sys; from memo.store import Store; s = Store(sys.argv[1]); s.load('k'); s.load('large'); s.load('no');"
        "s.contains('k'); s.metadata('k'); list(s.entries()); s.totals();"
        "s.find_keys('k', 9); s.counters('o'); s.close();"
        "assert 'diskcache' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program, store.directory], check=True)
    assert before == contents(store.directory)


@pytest.mark.parametrize(
    "value",
    [None, False, 0, "", [1, (2, {"a": b"b"})], LARGE, HUGE],
    ids=["None", "False", "0", "empty", "nested", "large", "huge"],
)
def test_a_value_comes_back_here_and_in_another_store_object(
    store: Store, save: Callable[..., bool], value: object
) -> None:
    assert save("k", value)
    for reader in (store, Store(store.directory)):
        loaded = reader.load("k")
        assert (value, 1.5, 1e9) == (loaded.value, loaded.seconds, loaded.created)
        assert reader.contains("k")
    assert (len(HUGE) if value is HUGE else 0) <= store.totals()[0][2]


def test_metadata_comes_back(store: Store) -> None:
    metadata = Metadata(
        key="k",
        origin="prö/m:f",
        code_digest="c0de",
        arguments=(Argument("a", "int", "d1"), Argument("b", "m.C", "d2")),
        version="2",
        result_digest="d3",
        seconds=0.25,
        created=12.5,
    )
    store.save("k", {"a": 1}, metadata)
    found = store.metadata("k")
    assert found == store.load("k").metadata
    assert ("dict", "plain") == (found.result_type, found.format)
    assert {**metadata.to_dict(), "result_type": "dict", "format": "plain"} == found.to_dict()


def test_a_hit_is_a_fresh_object_every_time(store: Store, save: Callable[..., bool]) -> None:
    np = pytest.importorskip("numpy")
    for size in (10, 5_000, 50_000, 500_000):
        save("k", {"a": [np.zeros(size)]})
        first = store.load("k").value
        first["a"][0][:] = 1
        first["a"].append(2)
        second = store.load("k").value
        assert 1 == len(second["a"])
        assert not second["a"][0].any()


def test_a_large_array_is_mapped_and_outlives_its_entry(store: Store, save: Callable[..., bool]) -> None:
    np = pytest.importorskip("numpy")
    save("k", np.arange(500_000))
    array = store.load("k").value
    assert 0 == array.ctypes.data % 64
    assert store.delete("k")
    np.testing.assert_array_equal(np.arange(500_000), array)


def test_replacing_and_removing_leave_no_file_behind(store: Store, save: Callable[..., bool]) -> None:
    for value in (LARGE, HUGE, 1, LARGE):
        save("k", value)
        assert value == store.load("k").value
    save("j", HUGE)
    assert store.delete("k")
    assert not store.delete("k")
    assert 1 == store.clear(ORIGIN)
    assert [] == [path for path in store.directory.rglob("*.*") if not path.name.startswith("cache.db")]


def test_only_the_entries_of_an_origin_are_cleared(store: Store, save: Callable[..., bool]) -> None:
    for key, origin in [("a", "p/m:f"), ("b", "p/m:f"), ("c", "p/m:ff"), ("d", "q/ö:f")]:
        save(key, 1, origin)
    assert 2 == store.clear("p/m:f")
    assert ["c", "d"] == [info.key for info in store.entries()]
    assert 1 == store.clear("q/ö:f")
    assert 1 == store.clear()
    assert [] == list(store.entries())


def test_entries_are_listed_without_their_values(store: Store, save: Callable[..., bool]) -> None:
    save("a", 1, "p/m:f")
    save("b", HUGE, "p/m:g")
    small, large = store.entries()
    assert EntryInfo("a", "p/m:f", small.bytes, 1.5, 1e9, "plain", small.used) == small
    assert EntryInfo("b", "p/m:g", large.bytes, 1.5, 1e9, "plain", large.used) == large
    assert [large] == list(store.entries("p/m:g"))
    assert [("p/m:f", 1, small.bytes), ("p/m:g", 1, large.bytes)] == store.totals()
    assert [("p/m:g", 1, large.bytes)] == store.totals("p/m:g")
    assert small.bytes < 1000 < len(HUGE) < large.bytes


def test_a_listing_goes_on_over_many_pages(store: Store, save: Callable[..., bool]) -> None:
    from memo.store.database import index

    names = [f"alias:{number:05}" for number in range(2 * index.PAGE + 1)]
    rows = {name: b"".join(pack(name, "", encode(("target", "reason")))[0]) for name in names}
    store._storage.writer.update({name: lambda old, row=row: row for name, row in rows.items()})
    assert [f"{number:05}" for number in range(2 * index.PAGE + 1)] == [key for key, _, _ in store.aliases()]


def test_keys_are_found_by_their_beginning(store: Store, save: Callable[..., bool]) -> None:
    for key in ("abc", "abd", "b"):
        save(key, 1, f"origin of {key}")
    store.add_alias("abx", "abc", "")
    store.save_manifest("ab", {})
    assert [("abc", "origin of abc"), ("abd", "origin of abd")] == store.find_keys("ab", 9)
    assert [("abc", "origin of abc")] == store.find_keys("ab", 1)
    assert [] == store.find_keys("c", 9)


def test_an_alias_answers_where_there_is_no_entry(store: Store, save: Callable[..., bool]) -> None:
    save("old", 1)
    store.add_alias("new", "old", "only a comment changed")
    store.add_alias("newer", "new", "again")
    assert 1 == store.load("newer").value
    assert "old" == store.load("new").metadata.key
    assert store.contains("newer")
    assert [("new", "old", "only a comment changed"), ("newer", "new", "again")] == sorted(store.aliases())
    save("new", 2)
    assert 2 == store.load("newer").value
    assert store.delete("new")
    assert store.load("new") is MISSING
    assert 1 == store.load("old").value


def test_aliases_that_lead_in_a_circle_lead_nowhere(store: Store) -> None:
    store.add_alias("a", "b", "")
    store.add_alias("b", "a", "")
    assert store.load("a") is MISSING


def test_a_manifest_is_kept_once(store: Store) -> None:
    assert store.save_manifest("d", {"source": "def f(): ...", "n": [1]})
    assert store.save_manifest("d", {"other": 1})
    assert {"source": "def f(): ...", "n": [1]} == store.manifest("d")
    assert store.save_manifest("long", {"source": "x" * 100_000})
    assert 100_000 == len(store.manifest("long")["source"])
    assert [] == list(store.entries())


@pytest.mark.parametrize(("at", "what"), [(40, "newer version of memo"), (200, "format 'qlain' is unknown")])
def test_what_only_another_memo_can_read_is_left_alone(
    store: Store, save: Callable[..., bool], at: int, what: str
) -> None:
    """A newer layout, or a format that is not known here: a miss, and not overwritten."""
    import xxhash

    save("k", 1)
    data = bytearray(store._storage.index.find("k")[1])
    if at == 40:
        data[40] = 2
    else:
        data[data.index(b"plain")] = ord("q")
        data[8:24] = xxhash.xxh3_128_digest(bytes(data[40:]))
    store._storage.writer.put("k", bytes(data), ORIGIN)
    with pytest.warns(StoreWarning, match=what):
        assert store.load("k") is MISSING
    assert not store.contains("k")
    assert not save("k", 2)
    assert bytes(data) == store._storage.index.find("k")[1]
    assert store.delete("k")
    assert save("k", 2)


def test_stores_are_equal_by_directory_and_can_be_pickled(own_store: Path, tmp_path: Path) -> None:
    a, b, c = Store(own_store), Store(str(own_store)), Store(tmp_path / "other")
    assert a == b != c
    assert 2 == len({a, b, c})
    assert a != own_store
    assert f"Store({str(own_store)!r})" == repr(a)
    copy = pickle.loads(pickle.dumps(a))
    assert a == copy
    assert copy is Store.shared(own_store)


def test_a_directory_has_one_shared_store_while_anybody_holds_it(own_store: Path) -> None:
    first = Store.shared(own_store)
    assert first is Store.shared(str(own_store)) is Store.shared()


def test_without_a_directory_a_store_is_the_one_that_steps_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEMO_DIR")
    monkeypatch.setattr("memo.config._configured", {"store": str(tmp_path / "configured")})
    monkeypatch.setattr("memo.config.generation", memo.config.generation + 1)
    step = memo.memoize_step(lambda: 1)
    step()
    assert Store().directory == tmp_path / "configured" == Store.shared().directory
    assert 1 == Store().clear()
    assert not step.is_cached()


def test_the_default_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/somebody")
    for memo_dir, xdg, expected in [
        ("/a/b", "", "/a/b"),
        ("~/b", "", "/home/somebody/b"),
        ("relative", "", str(tmp_path / "relative")),
        ("", "/var/cache", "/var/cache/memo"),
        ("", "not/absolute", "/home/somebody/.cache/memo"),
    ]:
        monkeypatch.setenv("MEMO_DIR", memo_dir)
        monkeypatch.setenv("XDG_CACHE_HOME", xdg)
        monkeypatch.setattr(sys, "platform", "linux")
        assert expected == str(Store().directory)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "/home/somebody/Library/Caches/memo" == str(Store().directory)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", "/local")
    assert "/local/memo" == str(Store().directory)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # a user without a home
    assert Store().directory.name.startswith("memo-")


def test_modes_under_any_umask(store: Store, save: Callable[..., bool]) -> None:
    before = os.umask(0)
    try:
        save("a", 1)
        save("b", HUGE)
        paths = [store.directory, *store.directory.rglob("*")]
        assert len(paths) >= 5
        assert {0o700, 0o600} == {stat.S_IMODE(path.stat().st_mode) for path in paths}
    finally:
        os.umask(before)


def test_importing_the_store_imports_neither_diskcache_nor_numpy() -> None:
    program = "import sys, memo.store; assert not {'diskcache', 'numpy', 'cloudpickle'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_closed_store_opens_again(store: Store, save: Callable[..., bool]) -> None:
    save("k", 1)
    store.close()
    assert 1 == store.load("k").value
    store.close()
    assert save("j", 2)


def test_no_argument_text_is_in_the_store(store: Store, save: Callable[..., bool]) -> None:
    """The store is given types and digests only; whoever adds a field here has to think of that."""
    assert {"name", "type", "digest", "value", "classes", "tree", "counts"} == set(Argument._fields)


def test_a_store_that_cannot_be_changed_says_so_when_told_to(store: Store, save: Callable[..., bool]) -> None:
    import sqlite3

    save("k", 1)
    other = sqlite3.connect(store.directory / "cache.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="was locked by another process") as caught:
        store.delete("k")
    other.execute("ROLLBACK")
    other.close()
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(store.directory), str(caught.value)) == (again.directory, str(again))


@pytest.mark.parametrize("size", [10, 2 * IN_ROW_BELOW])
def test_an_origin_that_is_longer_than_a_listing_looks_at(store: Store, save: Callable[..., bool], size: int) -> None:
    origin = "project/module:" + "o" * 5000
    save("k", b"x" * size, origin)
    (info,) = store.entries()
    assert ("k", origin, 1.5, 1e9, "plain") == (info.key, info.origin, info.seconds, info.created, info.format)
