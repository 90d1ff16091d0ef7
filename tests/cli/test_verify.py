"""``memo verify``: what is checked, said and left alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from memo.store import Store
from tests.cli.conftest import ABC0, KEYS, C, document, keys_in, memo, memo_process
from tests.cli.terminal import in_terminal


@pytest.fixture
def damaged(store: Store) -> Store:
    """The store with two entries damaged."""
    with closing(sqlite3.connect(store.directory / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET value = x'00' WHERE key = ?", (ABC0,))
        database.execute("UPDATE Cache SET value = substr(value, 1, 150) WHERE key = ?", (C,))
    return store


def test_a_whole_store_is_quiet_in_a_pipe(store: Store) -> None:
    done = memo_process("verify")
    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)


def test_damaged_entries_are_listed_by_key_and_step_and_left_in_place(damaged: Store) -> None:
    done = memo_process("verify")
    assert (1, "") == (done.returncode, done.stderr)
    assert (
        f"{ABC0}\tflights/prepare:load\tit does not begin as an entry\n{C}\tother/train:score\tit is truncated\n"
    ) == done.stdout
    assert set(KEYS) == keys_in(damaged)


def test_the_document_has_what_the_reference_says(damaged: Store) -> None:
    result = memo("verify", "--json")
    sizes = {info.key: info.bytes for info in damaged.entries()}
    assert {
        "store": str(damaged.directory),
        "damaged": [
            {"key": key, "origin": KEYS[key], "bytes": sizes[key], "problem": problem, "is_newer": False}
            for key, problem in {ABC0: "it does not begin as an entry", C: "it is truncated"}.items()
        ],
        "entries": 4,
        "bytes": sum(sizes.values()),
        "newer": 0,
    } == document(result)
    assert 1 == result.exit_code


@pytest.mark.parametrize("columns", [80, 200])
def test_a_terminal_has_a_bar_a_table_and_a_sum(damaged: Store, columns: int) -> None:
    seen = in_terminal("verify", columns=columns)
    assert 1 == seen.exit_code
    assert "checking" in seen.text
    assert "100%" in seen.text
    assert ["KEY", "STEP", "PROBLEM"] in [line.split() for line in seen.lines]
    assert any(line.startswith("abc00000  flights/prepare:load") for line in seen.lines)
    assert ": 2 damaged; memo rm KEY removes one" in seen.text.replace("\n", "")


def test_a_terminal_is_told_that_none_is_damaged(store: Store) -> None:
    seen = in_terminal("verify", columns=200)
    assert (0, True) == (seen.exit_code, seen.lines[-1].endswith(f"in {store.directory}: none is damaged"))
    assert "%" not in in_terminal("verify", TERM="dumb").text


def test_a_store_that_does_not_exist_is_whole_and_stays_away(own_store: Path) -> None:
    result = memo("verify")
    assert (0, "", "") == (result.exit_code, result.stdout, result.stderr)
    assert not own_store.exists()
