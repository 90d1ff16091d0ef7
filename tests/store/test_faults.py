"""Whatever goes wrong with the storage: a miss or a False, one warning that says what to do, nothing raised or hung."""

# ruff: noqa: PT031 - one warning for several calls is what these tests are about
from __future__ import annotations

import os
import pickle
import resource
import shutil
import signal
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from memo.errors import StoreWarning
from memo.store import Store, TextFormat
from memo.store.formats.spool import IN_MEMORY_BELOW
from memo.store.keeping import Keeping
from memo.typing import MISSING
from tests.store.conftest import ORIGIN, raw

LARGE = b"x" * 100_000
HUGE = b"x" * (2 << 20)


def file_of(store: Store) -> Path:
    (path,) = store.directory.rglob("*.entry")
    return path


@pytest.mark.parametrize("where", ["a file", "a file above", "/proc", "/dev/null"])
def test_a_directory_that_cannot_be_made(save: Callable[..., bool], tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    directory = {"a file": tmp_path / "file", "a file above": tmp_path / "file" / "a" / "b"}
    store = Store(directory.get(where, Path(where) / "memo"))
    with pytest.warns(StoreWarning) as warned:
        assert store.load("k") is MISSING
        assert not save("k", 1, into=store)
        assert not save("j", HUGE, into=store)
        assert not store.save_manifest("d", {})
        assert store.load("k") is MISSING
        assert [] == list(store.entries())
        store.record(ORIGIN, misses=1)
        store.close()
    (warning,) = warned
    assert str(store.directory) in str(warning.message)
    assert "set MEMO_DIR to a directory that you can write" in str(warning.message)
    assert __file__ == warning.filename.replace("conftest.py", "test_faults.py")


@pytest.mark.parametrize(
    "contents", [b"", b"not a database" * 1000, b"SQLite format 3\0" + b"\xff" * 8176], ids=["0", "1", "2"]
)
def test_a_broken_database_is_set_aside_and_a_new_one_begun(
    store: Store, save: Callable[..., bool], contents: bytes
) -> None:
    store.directory.mkdir()
    (store.directory / "cache.db").write_bytes(contents)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert store.load("k") is MISSING
        assert save("k", 1)
        assert save("j", 2)
    assert (1, 2) == (store.load("k").value, store.load("j").value)
    aside = list(store.directory.glob("cache.db.aside-*"))
    if contents:
        assert [contents] == [path.read_bytes() for path in aside]
        assert 1 == len(warned)
        assert "cache.db.aside" in str(warned[0].message)
    else:
        assert ([], []) == (aside, warned)


def test_a_database_that_breaks_while_it_is_open(store: Store, save: Callable[..., bool]) -> None:
    for number in range(200):
        save(f"{number:03}", "x" * 1000)
    store.close()
    path = store.directory / "cache.db"
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)
    with pytest.warns(StoreWarning, match="damaged"):
        assert store.load("100") is MISSING
    assert save("100", 1)
    assert 1 == store.load("100").value


def test_two_stores_do_not_set_each_others_new_database_aside(store: Store, save: Callable[..., bool]) -> None:
    store.directory.mkdir()
    (store.directory / "cache.db").write_bytes(b"garbage" * 1000)
    other = Store(store.directory)
    for each in (store, other):
        with pytest.warns(StoreWarning):
            assert each.load("k") is MISSING
    assert save("k", 1)
    assert save("j", 2, into=other)
    assert 1 == len(list(store.directory.glob("cache.db.aside-*")))
    assert (1, 2) == (other.load("k").value, store.load("j").value)


@pytest.mark.parametrize("plant", ["fifo", "link", "directory"])
def test_something_else_in_the_place_of_the_database(
    store: Store, save: Callable[..., bool], tmp_path: Path, plant: str
) -> None:
    store.directory.mkdir()
    path = store.directory / "cache.db"
    (tmp_path / "secret").write_text("secret")
    {"fifo": lambda: os.mkfifo(path), "link": lambda: path.symlink_to(tmp_path / "secret"), "directory": path.mkdir}[
        plant
    ]()
    with pytest.warns(StoreWarning, match="not a regular file"):
        assert store.load("k") is MISSING
    assert save("k", 1)
    assert 1 == store.load("k").value
    assert "secret" == (tmp_path / "secret").read_text()


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("damage", ["flip", "truncate", "empty", "lengthen"])
def test_a_damaged_entry_is_a_miss_with_a_warning_and_stays(
    store: Store, save: Callable[..., bool], damage: str, large: bool
) -> None:
    save("k", HUGE if large else "value")
    data = bytearray(file_of(store).read_bytes() if large else store._storage.index.find("k")[1])
    if damage == "flip":
        data[len(data) // 2] ^= 1
    else:
        data = {"truncate": data[:-1], "empty": bytearray(), "lengthen": data + b"\0"}[damage]
    if large:
        file_of(store).write_bytes(data)
    else:
        store._storage.writer.put("k", bytes(data), ORIGIN)
    reader = Store(store.directory)
    with pytest.warns(StoreWarning, match=r"entry k .*cannot be read .*left in place") as warned:
        assert reader.load("k") is MISSING
        assert reader.load("k") is MISSING
    assert 1 == len(warned)
    assert 1 == len(list(reader.entries()))
    assert save("k", 2, into=reader)
    assert 2 == reader.load("k").value


def test_a_large_file_is_verified_again_after_a_change(store: Store, save: Callable[..., bool]) -> None:
    np = pytest.importorskip("numpy")
    save("k", np.zeros(1 << 20))
    assert not store.load("k").value.any()
    with file_of(store).open("r+b") as file:
        file.seek(1 << 20)
        file.write(b"\1")
    with pytest.warns(StoreWarning, match="checksum"):
        assert store.load("k") is MISSING


def test_swapped_entries_are_not_taken_for_each_other(store: Store, save: Callable[..., bool]) -> None:
    for key, value in [("a", 1), ("b", HUGE)]:
        save(key, value)
    with raw(store) as connection:
        connection.execute("UPDATE Cache SET key = CASE key WHEN 'a' THEN 'c' ELSE 'a' END")
        connection.execute("UPDATE Cache SET key = 'b' WHERE key = 'c'")
    with pytest.warns(StoreWarning, match="belongs to another key"):
        assert store.load("a") is MISSING
        assert store.load("b") is MISSING


def test_an_entry_whose_file_is_gone(store: Store, save: Callable[..., bool]) -> None:
    save("k", LARGE)
    file_of(store).unlink()
    with pytest.warns(StoreWarning, match="file is missing"):
        assert store.load("k") is MISSING
    assert not store.contains("k")
    assert ["k"] == [info.key for info in store.entries()]
    assert save("k", LARGE)
    assert LARGE == store.load("k").value


@pytest.mark.parametrize("column", ["value", "mode", "key", "raw", "tag", "filename"])
def test_a_planted_pickle_is_never_unpickled(
    store: Store, save: Callable[..., bool], planted: object, column: str
) -> None:
    bomb = pickle.dumps(planted)
    save("k", "value")
    save("large", HUGE)
    if column == "filename":
        file_of(store).write_bytes(bomb)
    with raw(store) as connection:
        statement = {
            "value": "UPDATE Cache SET value = ?, mode = 4",
            "mode": "UPDATE Cache SET mode = 4 WHERE ? NOTNULL",
            "key": "UPDATE Cache SET key = ?, raw = 0 WHERE key = 'k'",
            "raw": "UPDATE Cache SET raw = 0 WHERE ? NOTNULL",
            "tag": "UPDATE Cache SET tag = ?",
            "filename": "UPDATE Cache SET mode = 4 WHERE ? NOTNULL",
        }[column]
        connection.execute(statement, (bomb,))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StoreWarning)
        assert column not in {"mode", "tag"} or "value" == store.load("k").value
        for key in ("k", "large"):
            loaded = store.load(key)
            assert loaded is MISSING or loaded.value in {"value", HUGE}
            store.contains(key)
            store.metadata(key)
            store.delete(key)
        list(store.entries())
        store.totals()
        store.find_keys("", 9)
        store.clear()


@pytest.mark.parametrize("name", ["../secret", "{tmp}/secret"])
def test_a_filename_that_leads_outside_is_neither_read_nor_removed(
    store: Store, save: Callable[..., bool], tmp_path: Path, name: str
) -> None:
    save("k", LARGE)
    secret = tmp_path / "secret"
    shutil.copy(file_of(store), secret)
    for remove in (lambda: store.delete("k"), store.clear, lambda: store.clear(ORIGIN), lambda: save("k", 1)):
        save("k", LARGE)
        with raw(store) as connection:
            connection.execute("UPDATE Cache SET filename = ?", (name.format(tmp=tmp_path),))
        reader = Store(store.directory)
        with pytest.warns(StoreWarning, match="is not the name of an entry's file"):
            assert reader.load("k") is MISSING
        assert not Store(store.directory)._storage.index._connection
        assert [""] == [info.format for info in reader.entries()]
        remove()
        assert secret.exists()


def test_a_fifo_in_the_place_of_a_file_hangs_nobody(store: Store, save: Callable[..., bool]) -> None:
    save("k", LARGE)
    path = file_of(store)
    path.unlink()
    os.mkfifo(path)
    with pytest.warns(StoreWarning, match="not a regular file"):
        assert store.load("k") is MISSING
    assert 1 == len(list(store.entries()))


@pytest.mark.parametrize("is_open", [True, False])
def test_a_locked_database_is_waited_for_two_seconds_at_most(
    store: Store, save: Callable[..., bool], is_open: bool
) -> None:
    save("k", 1)
    with raw(store) as connection:
        if is_open:
            save("j", 1)
        connection.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with pytest.warns(StoreWarning, match="was locked by another process for 2 seconds"):
            assert not save("k", 2)
        assert time.monotonic() - started < 30  # also on a busy machine; diskcache would wait for a minute
        started = time.monotonic()
        assert 1 == store.load("k").value
        for _ in range(5):  # it was waited for once, which is enough for a while
            assert not save("k", 2)
            store.record(ORIGIN, hits=1000)
        assert time.monotonic() - started < 6  # also on a busy machine; five times two seconds would be ten
    assert save("k", 2)
    assert 5000 == store.counters(ORIGIN).hits


def test_a_limit_of_a_files_size_leaves_no_debris_and_storing_resumes(store: Store, save: Callable[..., bool]) -> None:
    save("k", 1)
    save("j", LARGE)
    before = sorted(store.directory.rglob("*.*"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, limits[1]))
    try:
        with pytest.warns(StoreWarning, match=r"raise the limit \(ulimit -f\)") as warned:
            assert not save("big", HUGE)
            assert not save("text", "x" * 2 * IN_MEMORY_BELOW, keeping=Keeping(format=TextFormat()))
            for number in range(20):  # until the log of the database reaches the limit
                saved = save(f"small {number}", "x" * 10_000)
            assert not saved
        assert 1 == len(warned)
        assert 1 == store.load("k").value
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert before == sorted(store.directory.rglob("*.*"))
    assert save("big", HUGE)
    assert save("small", 1)
    assert HUGE == store.load("big").value


@pytest.mark.parametrize("value", [1, HUGE], ids=["small", "huge"])
def test_a_directory_that_is_deleted_while_it_is_in_use(store: Store, save: Callable[..., bool], value: object) -> None:
    assert save("k", value)
    assert value == store.load("k").value
    shutil.rmtree(store.directory)
    time.sleep(0.001)
    assert store.load("k") is MISSING
    assert not store.contains("k")
    assert save("k", value)
    assert value == store.load("k").value
    assert value == Store(store.directory).load("k").value
