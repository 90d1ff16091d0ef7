"""``memo ls``: which entries there are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from memo.store import Metadata, Store
from tests.cli.conftest import ABC1, KEYS, B, C, document, keys_in, memo
from tests.cli.terminal import in_terminal


def test_in_a_pipe_a_line_is_an_entry_in_full_with_tabs(store: Store) -> None:
    sizes = {info.key: info.bytes for info in store.entries()}
    result = memo("ls")
    assert 0 == result.exit_code
    assert [f"{key}\t{origin}\t{sizes[key]}\t2.500000\t2001-09-09T01:46:40Z" for key, origin in KEYS.items()] == (
        result.stdout.splitlines()
    )
    assert "" == result.stderr


def test_a_part_of_a_steps_name_chooses_entries(store: Store) -> None:
    listed = {part: [line.split("\t")[0] for line in memo("ls", part).stdout.splitlines()] for part in ("fit", "other")}
    assert {"fit": [ABC1, B], "other": [C]} == listed


def test_the_document_has_what_the_reference_says(store: Store) -> None:
    result = memo("ls", "fit", "--json")
    infos = {info.key: info for info in store.entries()}
    assert {
        "store": str(store.directory),
        "entries": [
            {
                "key": key,
                "origin": KEYS[key],
                "bytes": infos[key].bytes,
                "seconds": 2.5,
                "created": 1e9,
                "format": "plain",
                "used": infos[key].used,
                "is_newer": False,
                "tags": [],
            }
            for key in (ABC1, B)
        ],
        "accepted": [],
    } == document(result)
    assert "" == result.stderr


@pytest.mark.parametrize("columns", [80, 200])
def test_a_terminal_shows_a_table_that_fits(store: Store, columns: int) -> None:
    long = "flights-1a2b3c/package.module:Class.a_method_with_a_long_name.<locals>.and_a_function_in_it"
    store.save("d" * 64, 1, Metadata(key="d" * 64, origin=long, seconds=90, created=4e9))
    store.close()
    seen = in_terminal("ls", columns=columns)
    table = seen.lines[:-1]
    assert 0 == seen.exit_code
    assert max(map(len, table)) <= columns
    assert ["KEY", "STEP", "SIZE", "TOOK", "AGE"] == table[0].split()
    assert ["abc00000", "flights/prepare:load", "B", "2.5", "s", "y"] == [
        word for word in table[1].split() if not word.replace(".", "").isdigit() or word == "2.5"
    ]
    assert ["1", "min", "30", "s", "0", "s"] == table[5].split()[-6:]
    step = slice(table[0].index("STEP"), table[0].index("SIZE") - 3)
    assert long == "".join(line[step].strip() for line in table[5:])
    assert (6 if columns == 200 else 8) == len(table)
    assert seen.lines[-1].startswith("5 entries, ")
    assert seen.lines[-1].endswith(f", in {store.directory}")


def test_a_key_is_shown_as_long_as_it_has_to_be_typed(store: Store) -> None:
    twins = ["e" * 20 + "0" * 44, "e" * 20 + "1" * 44]
    for key in twins:
        store.save(key, 1, Metadata(key=key, origin="twins/module:step"))
    store.close()
    shown = [line.split()[0] for line in in_terminal("ls", "twins").lines[1:3]]
    assert [key[:21] for key in twins] == shown
    assert 1 == memo("rm", shown[0][:-1], "--yes").exit_code
    assert 0 == memo("rm", shown[0], "--yes").exit_code
    assert {twins[1], *KEYS} == keys_in(store)


def test_an_unknown_step_is_named_with_the_store_and_the_nearest_names(store: Store) -> None:
    result = memo("ls", "scroe")
    assert (1, "") == (result.exit_code, result.stdout)
    assert (
        f"Error: no step in the store in {store.directory} has 'scroe' in its name; did you mean one of these?\n"
        "  other/train:score\n"
    ) == result.stderr
    trains = [origin for origin in KEYS.values() if "train" in origin]
    assert trains == [each["origin"] for each in document(memo("ls", "trian", "--json"))["error"]["candidates"]]
    assert "memo stats lists the steps" in memo("ls", "zzzzzz").stderr
    assert {"kind": "not-found", "candidates": [{"origin": "other/train:score"}]} == {
        name: value for name, value in document(memo("ls", "scroe", "--json"))["error"].items() if name != "message"
    }


@pytest.mark.parametrize("arguments", [("ls", "fit"), ("show", "abc"), ("rm", "--step", "fit"), ("explain", "fit")])
def test_of_an_empty_store_it_is_said_that_another_one_may_be_meant(
    own_store: Path, arguments: tuple[str, ...]
) -> None:
    result = memo(*arguments)
    assert 1 == result.exit_code
    assert f"{own_store} " in result.stderr
    assert "nothing is stored there; --store DIR or MEMO_DIR names another one\n" in result.stderr
    assert not own_store.exists()


def test_a_damaged_entry_is_listed_without_the_numbers_that_it_lost(store: Store) -> None:
    with closing(sqlite3.connect(store.directory / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET value = x'00', size = NULL WHERE key = ?", (B,))
    damaged = next(line for line in memo("ls").stdout.splitlines() if line.startswith(B))
    assert [B, "flights/train:fit_all", "0", "?", "?"] == damaged.split("\t")
    assert "?" in next(line for line in in_terminal("ls").lines if line.startswith(B[:8]))


def test_numbers_that_json_does_not_have_are_null(store: Store) -> None:
    store.save("e" * 64, 1, Metadata(key="e" * 64, origin="odd/module:step", seconds=float("nan"), created=1e300))
    store.close()
    (entry,) = document(memo("ls", "odd", "--json"))["entries"]
    assert (None, 1e300) == (entry["seconds"], entry["created"])
    assert memo("ls", "odd").stdout.endswith("\t?\t?\n")


def test_a_store_that_does_not_exist_is_empty_and_stays_away(own_store: Path) -> None:
    result = memo("ls")
    assert (0, "", "") == (result.exit_code, result.stdout, result.stderr)
    assert {"store": str(own_store), "entries": [], "accepted": []} == document(memo("ls", "--json"))
    assert [f"0 entries, 0 B, in {own_store}"] == in_terminal("ls").lines
    assert not own_store.exists()
