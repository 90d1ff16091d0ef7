"""A database with anything planted in it is not opened by diskcache: it is renamed, and a new one is begun."""

# ruff: noqa: PT031 - one warning for several calls is what these tests are about
from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from memo.errors import StoreWarning
from memo.store import Store
from memo.store.database.schema import ForeignDatabaseError, check, connect
from memo.typing import MISSING
from tests.store.conftest import raw

TRIGGER = "CREATE TRIGGER t AFTER INSERT ON Cache BEGIN UPDATE Cache SET value = x'00' WHERE rowid = NEW.rowid; END"
PLANTED = {
    "setting": "INSERT INTO Settings VALUES ('_directory', '/elsewhere')",
    "setting of the disk": "INSERT INTO Settings VALUES ('disk_x', 1)",
    "method": "INSERT INTO Settings VALUES ('get', 1)",
    "bytes": "INSERT INTO Settings VALUES (x'00', 1)",
    "trigger": TRIGGER,
    "trigger with a name of ours": "DROP TRIGGER Settings_size_insert; "
    + TRIGGER.replace(" t ", " Settings_size_insert "),
    "trigger with a name of SQLite's": f"{TRIGGER}; PRAGMA writable_schema = ON; "
    "UPDATE sqlite_master SET name = 'sqlite_stat9', sql = replace(sql, ' t ', ' sqlite_stat9 ') WHERE name = 't'",
    "name that is no text": "PRAGMA writable_schema = ON; "
    "UPDATE sqlite_master SET name = CAST(name AS BLOB) WHERE name = 'Settings_size_insert'",
    "view": "ALTER TABLE Cache RENAME TO Hidden; CREATE VIEW Cache AS SELECT * FROM Hidden",
    "table": "CREATE TABLE other (x)",
    "index that computes": "CREATE INDEX memo_x ON Cache (abs(size))",
    "column": "ALTER TABLE Cache ADD COLUMN more",
}


@pytest.mark.parametrize("statement", PLANTED.values(), ids=PLANTED.keys())
def test_what_was_planted_sets_the_database_aside_with_one_warning(
    store: Store, save: Callable[..., bool], tmp_path: Path, statement: str
) -> None:
    save("k", 1)
    with raw(store) as connection:
        connection.executescript(statement)
    planted = Store(store.directory)
    with pytest.warns(StoreWarning, match="damaged or not memo's") as warned:
        assert planted.load("k") is MISSING
        assert not planted.contains("k")
        assert [] == list(planted.entries())
    assert 1 == len(warned)
    assert save("k", 2, into=planted)
    assert 2 == planted.load("k").value
    (aside,) = store.directory.glob("cache.db.aside-*")
    with sqlite3.connect(aside) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"disk_pickle_protocol", b"disk_pickle_pvotocol"),
        (b"AFTER DELETE", b"AFTER DE\xccETE"),
        (b"Settings_count_delete", b"Set\xf4ings_count_delete"),
        (b"Cache_key_raw", b"Cac\xe8e_key_raw"),
    ],
)
def test_bits_that_flip_in_the_schema_or_in_one_of_two_copies_of_a_setting_set_the_database_aside(
    store: Store, save: Callable[..., bool], before: bytes, after: bytes
) -> None:
    save("k", 1)
    store.close()
    path = store.directory / "cache.db"
    path.write_bytes(path.read_bytes().replace(before, after, 1))
    damaged = Store(store.directory)
    with pytest.warns(StoreWarning, match="damaged or not memo's") as warned:
        damaged.load("k")
        assert save("k", 2, into=damaged)
    assert 1 == len(warned)
    assert 2 == damaged.load("k").value


def test_what_memo_and_sqlite_put_there_is_no_plant(store: Store, save: Callable[..., bool]) -> None:
    save("k", 1)
    with raw(store) as connection:
        connection.executescript("ANALYZE; CREATE INDEX memo_later ON Cache (tag, store_time)")
        assert check(connection)
    assert 1 == Store(store.directory).load("k").value
    assert save("j", 1, into=Store(store.directory))


def test_an_empty_database_is_no_plant(tmp_path: Path, save: Callable[..., bool]) -> None:
    (tmp_path / "cache.db").touch()
    connection = connect(tmp_path / "cache.db")
    assert not check(connection)
    connection.close()
    store = Store(tmp_path)
    assert store.load("k") is MISSING
    assert save("k", 1, into=store)
    assert 1 == store.load("k").value


def test_the_check_says_what_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    connection = connect(tmp_path / "x.db")
    connection.execute("CREATE TABLE other (x)")
    with pytest.raises(ForeignDatabaseError, match="'other'"):
        check(connection)
    connection.close()
