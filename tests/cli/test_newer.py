"""A store of a newer memo: that is said, and nothing in it is touched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from memo import memoize_step
from memo.store import Store
from memo.store.database.schema import LAYOUT
from memo.store.entries.entry import ENTRY_FORMAT_VERSION
from tests.cli.conftest import ABC1, KEYS, document, keys_in, memo, memo_process
from tests.cli.terminal import in_terminal

SAID = f"is left alone, because a newer version of memo made it (layout {LAYOUT + 1}); use a memo as new as that, or "


@pytest.fixture
def newer(store: Store) -> Store:
    """A store whose database a newer memo has made."""
    with closing(sqlite3.connect(store.directory / "cache.db", isolation_level=None)) as database:
        database.execute(f"PRAGMA user_version = {LAYOUT + 1}")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return store


@pytest.fixture
def with_newer_entry(store: Store) -> Store:
    """A store one of whose entries a newer memo has written."""
    with closing(sqlite3.connect(store.directory / "cache.db", isolation_level=None)) as database:
        (value,) = database.execute("SELECT value FROM Cache WHERE key = ?", (ABC1,)).fetchone()
        later = value[:40] + (ENTRY_FORMAT_VERSION + 1).to_bytes(2, "little") + value[42:]
        database.execute("UPDATE Cache SET value = ? WHERE key = ?", (later, ABC1))
    return store


def content(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir() if not path.name.endswith(("-wal", "-shm"))}


@pytest.mark.parametrize(
    "arguments",
    [
        ["ls"],
        ["ls", "fit"],
        ["stats"],
        ["show", "abc0"],
        ["explain", "fit"],
        ["verify"],
        ["gc", "--max-bytes", "0", "--yes"],
        ["rm", "--all", "--yes"],
        ["rm", "abc0", "--yes"],
        ["invalidate", "abc0", "--yes"],
    ],
)
def test_every_command_says_so_and_touches_nothing(newer: Store, arguments: list[str]) -> None:
    before = content(newer.directory)
    done = memo_process(*arguments)
    assert 1 == done.returncode
    assert f"the store in {newer.directory} {SAID}" in done.stderr
    assert before == content(newer.directory)


def test_a_step_runs_and_returns_its_result_and_touches_nothing(newer: Store) -> None:
    @memoize_step
    def step(x):
        return x + 1

    before = content(newer.directory)
    with pytest.warns(match="a newer version of memo made it"):
        assert [2, 3] == [step(1), step(2)]
    Store.shared(newer.directory).close()
    assert before == {name: data for name, data in content(newer.directory).items() if name != "claims.lock"}


def test_a_large_result_leaves_no_file_there(newer: Store) -> None:
    @memoize_step
    def large(size):
        return bytes(size)

    @memoize_step
    def yielding(size):
        yield bytes(size)

    before = {path for path in newer.directory.rglob("*") if path.name != "claims.lock"}
    with pytest.warns(match="a newer version of memo made it"):
        assert [1_000_000, 2_000_000] == [len(large(1_000_000)), len(*yielding(2_000_000))]
    Store.shared(newer.directory).close()
    assert before == {path for path in newer.directory.rglob("*") if path.name != "claims.lock"}


def test_an_entry_that_only_a_newer_memo_can_read_is_listed_as_that(with_newer_entry: Store) -> None:
    result = memo("ls")
    assert (0, 4) == (result.exit_code, len(result.stdout.splitlines()))
    sentence = "1 entry was written by a newer memo and is left alone; update memo to read them"
    assert f"Warning: {sentence}\n" == result.stderr
    assert {key: key == ABC1 for key in KEYS} == {
        each["key"]: each["is_newer"] for each in document(memo("ls", "--json"))["entries"]
    }
    assert "1 of them can only be checked by a newer memo" in in_terminal("verify").text


@pytest.mark.parametrize("arguments", [["show", "abc1"], ["diff", "abc1", "abc0"], ["explain", "train:fit"]])
def test_what_is_asked_about_it_is_a_failure_that_says_why(with_newer_entry: Store, arguments: list[str]) -> None:
    result = memo_process(*arguments)
    assert (1, "") == (result.returncode, result.stdout)
    assert "a newer version of memo wrote it" in result.stderr
    assert "memo rm" not in result.stderr


def test_bounds_leave_it_alone(with_newer_entry: Store) -> None:
    assert 0 == memo("gc", "--max-bytes", "0", "--yes").exit_code
    assert {ABC1} == keys_in(with_newer_entry)
