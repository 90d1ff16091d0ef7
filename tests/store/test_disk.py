"""diskcache behind its adapter: bytes only, files of ours only, settings of ours only."""

from __future__ import annotations

import pickle
import sqlite3
import stat
from pathlib import Path

import diskcache
import pytest

from memo.store.database.disk import BytesDisk, CheckedCache, InFile, Writer
from memo.store.database.patience import Patience
from memo.store.database.schema import CREATE_INDEX, SETTINGS, connect
from memo.store.directory import files
from memo.store.directory.files import UnsafeFileError


def refuse(reason: str, aside: Path) -> None:
    pytest.fail(f"set aside: {reason}")


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    writer = Writer(tmp_path / "store", Patience(), refuse)
    yield writer
    writer.close()


@pytest.fixture
def disk(tmp_path: Path) -> BytesDisk:
    disk = BytesDisk(str(tmp_path))
    disk.root = tmp_path
    return disk


def rows(writer: Writer) -> list[tuple[object, ...]]:
    with sqlite3.connect(writer._database) as connection:
        found = connection.execute("SELECT key, tag, size, filename, value FROM Cache ORDER BY key").fetchall()
    connection.close()
    return found


def test_a_disk_takes_bytes_and_gives_bytes(disk: BytesDisk) -> None:
    assert ("key", True) == disk.put("key")
    assert (4, 1, None, b"body") == disk.store(b"body", False, "key")
    assert (9, 2, "ab/x", None) == disk.store(InFile("ab/x", 9), False, "key")
    for value in ("text", 1, 1.5, None, bytearray(b"x"), [1]):
        with pytest.raises(TypeError):
            disk.store(value, False, "key")
    for key in (b"key", 1, ("a",), None):
        with pytest.raises(TypeError):
            disk.put(key)
    with pytest.raises(NotImplementedError):
        disk.filename()


@pytest.mark.parametrize("mode", range(6))
def test_a_disk_unpickles_nothing_whatever_the_row_says(disk: BytesDisk, planted: object, mode: int) -> None:
    bomb = pickle.dumps(planted)
    assert bomb == disk.fetch(mode, None, bomb, False)
    name = files.write(disk.root, [bomb])
    assert bomb == disk.fetch(mode, name, None, False)
    for value in ("text", 3, None):
        with pytest.raises(UnsafeFileError):
            disk.fetch(mode, None, value, False)
    for raw in (0, 1):
        with pytest.raises(UnsafeFileError):
            disk.get(bomb, raw)


def test_a_disk_stays_in_its_directory(disk: BytesDisk, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    disk.root = tmp_path / "inside"
    for name in ("../secret", str(tmp_path / "secret")):
        with pytest.raises(UnsafeFileError):
            disk.fetch(2, name, None, False)
        disk.remove(name)
    assert (tmp_path / "secret").exists()


def test_rows_are_written_replaced_and_removed_with_their_files(writer: Writer) -> None:
    directory = writer._directory
    assert 0 == writer.remove(["a"])
    writer.clear()
    assert not directory.exists()

    writer.put("a", b"1", "t")
    first = files.write(directory, [b"22"])
    writer.put("b", InFile(first, 2), "t")
    second = files.write(directory, [b"333"])
    writer.put("b", InFile(second, 3), "t")
    writer.put("c", b"4")
    assert [("a", "t", 1, None, b"1"), ("b", "t", 3, second, None), ("c", None, 1, None, b"4")] == rows(writer)
    assert not (directory / first).exists()
    assert 2 == writer.remove(["a", "b", "no"])
    assert not (directory / second).exists()
    writer.clear()
    assert [] == rows(writer)


def test_an_update_reads_and_writes_in_one_transaction(writer: Writer) -> None:
    writer.update({"a": lambda old: (old or b"") + b"1"})
    writer.update({"a": lambda old: (old or b"") + b"2", "b": lambda old: b"x"}, wait=False)

    def fail(old: bytes | None) -> bytes:
        raise KeyError

    with pytest.raises(KeyError):
        writer.update({"a": lambda old: b"lost", "b": fail})
    assert [("a", b"12"), ("b", b"x")] == [(key, value) for key, _, _, _, value in rows(writer)]


def test_nothing_is_evicted_counted_or_expired_by_itself(writer: Writer) -> None:
    writer.put("a", b"1")
    cache = writer._cache
    assert ("none", 0, 0, 0) == (cache.eviction_policy, cache.cull_limit, cache.statistics, cache.tag_index)
    with sqlite3.connect(writer._database) as connection:
        settings = dict(connection.execute("SELECT key, value FROM Settings"))
    connection.close()
    assert SETTINGS.items() <= settings.items()


def test_the_database_is_the_owners_alone(writer: Writer) -> None:
    writer.put("a", b"1")
    for path in [writer._directory, *writer._directory.iterdir()]:
        assert 0 == stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_a_directory_with_signs_that_diskcache_would_expand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    directory = tmp_path / "$HOME ?#%20 ~"
    writer = Writer(directory, Patience(), refuse)
    name = ""
    try:
        writer.put("a", b"1")
        name = files.write(directory, [b"x"])
        writer.put("b", InFile(name, 1))
        writer.clear()
    finally:
        writer.close()
    assert (directory / "cache.db").exists()
    assert not (directory / name).exists()
    assert [directory] == list(tmp_path.iterdir())


def test_the_adapter_still_fits_diskcache(tmp_path: Path) -> None:
    """It overrides what diskcache calls private; a release that renames these has to be looked at."""
    for name in ("_con", "_sql_retry", "_sql", "_transact"):
        assert hasattr(diskcache.Cache, name)
    stock = diskcache.Cache(str(tmp_path / "stock"), **SETTINGS)
    stock.close()
    with sqlite3.connect(tmp_path / "stock" / "cache.db") as connection:
        connection.execute(CREATE_INDEX)
        expected = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    (tmp_path / "new.db").touch()
    connection = connect(tmp_path / "new.db")
    CheckedCache(tmp_path, connection, **SETTINGS)
    connection.execute(CREATE_INDEX)
    assert expected == connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
