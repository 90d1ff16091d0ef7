"""Every entry is read to its end, and what is wrong with it is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from memo import StoreWarning
from memo.store import Store
from memo.store.directory.files import MAP_FROM
from memo.store.entries.entry import ENTRY_FORMAT_VERSION
from memo.store.maintenance.verify import Verdict
from tests.store.conftest import ORIGIN

SIZES = {"row": 100, "file": 2**17, "mapped": MAP_FROM + 1}


@pytest.fixture
def filled(store: Store, save: Callable[..., bool]) -> Store:
    """A store with an entry in a row, one in a file and one that is mapped."""
    numpy = pytest.importorskip("numpy")
    for key, size in SIZES.items():
        save(key, numpy.arange(size, dtype="u1"))
    store.close()
    return store


def problems(store: Store) -> dict[str, str]:
    return {verdict.key: verdict.problem for verdict in store.verify() if verdict.problem}


def sql(store: Store, statement: str, *values: object) -> list[tuple[bytes]]:
    with closing(sqlite3.connect(store.directory / "cache.db", isolation_level=None)) as database:
        return database.execute(statement, values).fetchall()


def files_of(store: Store) -> list[Path]:
    return sorted(store.directory.rglob("*.entry"), key=lambda path: path.stat().st_size)


def test_what_is_whole_has_no_problem_and_is_left_as_it_is(filled: Store) -> None:
    before = {path: path.read_bytes() for path in filled.directory.rglob("*") if path.is_file()}
    sizes = {info.key: info.bytes for info in filled.entries()}
    assert [Verdict(key, ORIGIN, sizes[key]) for key in SIZES] == list(filled.verify())
    filled.close()
    assert before == {path: path.read_bytes() for path in filled.directory.rglob("*") if path.is_file()}


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 1.0])
def test_a_flipped_bit_anywhere_is_found_however_often_it_was_read_before(filled: Store, part: float) -> None:
    for key in SIZES:
        filled.load(key)
    for path in files_of(filled):
        data = bytearray(path.read_bytes())
        data[int((len(data) - 1) * part)] ^= 1
        with path.open("r+b") as file:
            file.write(data)
    ((row,),) = sql(filled, "SELECT value FROM Cache WHERE key = 'row'")
    data = bytearray(row)
    data[int((len(data) - 1) * part)] ^= 1
    sql(filled, "UPDATE Cache SET value = ? WHERE key = 'row'", bytes(data))
    assert set(SIZES) == set(problems(filled))


def test_truncated_and_missing_files_and_swapped_rows_are_found(filled: Store, save: Callable[..., bool]) -> None:
    small, large = files_of(filled)
    small.unlink()
    large.write_bytes(large.read_bytes()[:-1])
    save("other", 1)
    filled.close()
    sql(filled, "UPDATE Cache SET value = (SELECT value FROM Cache WHERE key = 'other') WHERE key = 'row'")
    found = problems(filled)
    assert ("it belongs to another key", "its file is missing") == (found["row"], found["file"])
    assert found["mapped"].startswith("it has ")
    assert set(SIZES) == set(found)


def test_a_planted_name_is_a_problem_and_not_read(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("secret")
    sql(filled, "UPDATE Cache SET filename = '../outside' WHERE key = 'file'")
    assert {"file": "'../outside' is not the name of an entry's file"} == problems(filled)


def test_an_entry_of_a_newer_memo_is_not_damaged(filled: Store) -> None:
    ((row,),) = sql(filled, "SELECT value FROM Cache WHERE key = 'row'")
    newer = row[:40] + (ENTRY_FORMAT_VERSION + 1).to_bytes(2, "little") + row[42:]
    sql(filled, "UPDATE Cache SET value = ? WHERE key = 'row'", newer)
    assert {"row": True, "file": False, "mapped": False} == {each.key: each.is_newer for each in filled.verify()}


def test_with_a_secret_what_is_not_signed_is_a_problem(filled: Store, save: Callable[..., bool]) -> None:
    signed = Store(filled.directory, secret="s" * 32)
    save("signed", 1, into=signed)
    assert set(SIZES) == set(problems(signed))
    assert {"signed"} == set(problems(filled))


def test_what_goes_while_it_is_checked_is_no_problem(filled: Store) -> None:
    verdicts = filled.verify()
    assert "row" == next(verdicts).key
    for key in ("file", "mapped"):
        Store(filled.directory).delete(key)
    assert [] == list(verdicts)


def test_a_database_that_cannot_be_read_is_a_warning(store: Store) -> None:
    store.directory.mkdir(mode=0o700)
    (store.directory / "cache.db").write_bytes(b"no database" * 1000)
    with pytest.warns(StoreWarning, match="has a database that is damaged"):
        assert [] == list(store.verify())
