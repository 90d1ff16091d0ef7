"""``memo gc``: what goes, what is asked before, and what is said after."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from memo.cli import amounts
from memo.render import human_bytes
from memo.store import Metadata, Store
from tests.cli.conftest import ABC0, ABC1, KEYS, B, C, document, keys_in, memo
from tests.cli.terminal import in_terminal

ALL = set(KEYS)


def add(store: Store, key: str, *, seconds: float = 2.5, created: float = 1e9, size: int = 1) -> None:
    store.save(key, bytes(size), Metadata(key=key, origin="large/module:step", seconds=seconds, created=created))
    store.close()


@pytest.fixture
def orphan(store: Store) -> Path:
    """A file that no entry needs, 10 bytes long."""
    path = store.directory / "ab" / f"{'0' * 30}.entry"
    path.parent.mkdir(mode=0o700)
    path.write_bytes(bytes(10))
    os.utime(path, (1e9, 1e9))
    return path


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), ("5GB", 5e9), ("5 gb", 5e9), ("2.5GiB", 2.5 * 2**30), ("1kb", 1000), ("3TiB", 3 * 2**40)],
)
def test_sizes_are_typed_with_units(text: str, number: float) -> None:
    assert number == amounts.size(text)


@pytest.mark.parametrize(
    ("text", "number"), [("90", 0), ("90s", 90), ("5min", 300), ("12h", 43200), ("30d", 2592000), ("1.5w", 907200)]
)
def test_ages_are_typed_with_units(text: str, number: float) -> None:
    if number:
        assert number == amounts.age(text)
    else:
        with pytest.raises(click.BadParameter, match="is not an age, such as 12h, 30d or 2w"):
            amounts.age(text)


@pytest.mark.parametrize("text", ["", "-1", "5G", "GB", "1e9", "nan", "inf", "5GB!", "\u0665GB", "9" * 400 + "GB"])
def test_what_is_no_size_is_not_understood(store: Store, text: str) -> None:
    for option in ("--max-bytes", "--max-age"):
        result = memo("gc", f"{option}={text}", "--yes")
        assert (2, "") == (result.exit_code, result.stdout)
    assert ALL == keys_in(store)


@pytest.mark.parametrize(
    "arguments", [[], ["--step", "fit"], ["--step", "fit", "--orphans"], ["--max-age", "0s"], ["--max-age", "0"]]
)
def test_what_does_not_say_what_is_to_go_is_not_understood(store: Store, arguments: list[str]) -> None:
    assert 2 == memo("gc", *arguments, "--yes").exit_code
    assert ALL == keys_in(store)


def test_the_least_valuable_go_and_are_listed_as_ls_lists_them(store: Store) -> None:
    before = dict(line.split("\t", 1) for line in memo("ls").stdout.splitlines())
    add(store, "d" * 64, size=2**17)
    total = sum(size for _, _, size in store.totals())
    result = memo("gc", "--max-bytes", str(total - 1), "--yes")
    assert (0, "") == (result.exit_code, result.stderr)
    assert ["d" * 64, "large/module:step"] == result.stdout.split("\t")[:2]
    assert before == dict(line.split("\t", 1) for line in memo("ls").stdout.splitlines())
    result = memo("gc", "--max-bytes", "1GB", "--yes")
    assert (0, "", "") == (result.exit_code, result.stdout, result.stderr)


def test_what_was_computed_longer_ago_goes(store: Store) -> None:
    add(store, "d" * 64, created=4e9)
    assert ["abc0", "abc1", "b222", "c333"] == [
        line[:4] for line in memo("gc", "--max-age", "1y", "--yes").stdout.splitlines()
    ]
    assert {"d" * 64} == keys_in(store)


def test_one_step_can_be_meant(store: Store) -> None:
    assert 0 == memo("gc", "--max-bytes", "0", "--step", "fit", "--yes").exit_code
    assert ALL - {ABC1} == keys_in(store)
    result = memo("gc", "--max-age", "1d", "--step", "flights/", "--yes")
    assert (1, "") == (result.exit_code, result.stdout)
    assert "2 steps in the store" in result.stderr
    assert 1 == memo("gc", "--max-age", "1d", "--step", "nothing", "--yes").exit_code
    assert {ABC0, B, C} == keys_in(store)


def test_the_document_has_what_the_reference_says(store: Store, orphan: Path) -> None:
    entries = document(memo("ls", "--json"))["entries"]
    result = memo("gc", "--max-bytes", "0", "--orphans", "--yes", "--json")
    found = document(result)
    assert sorted(map(str, entries)) == sorted(map(str, found["entries"]))
    assert {
        "store": str(store.directory),
        "entries": found["entries"],
        "bytes": sum(entry["bytes"] for entry in entries),
        "orphans": {"files": 1, "manifests": 0, "bytes": 10},
    } == found
    assert (set(), False) == (keys_in(store), orphan.exists())


def test_only_orphans_go_where_only_they_are_meant(store: Store, orphan: Path) -> None:
    result = memo("gc", "--orphans", "--yes")
    assert (0, "", "") == (result.exit_code, result.stdout, result.stderr)
    assert (ALL, False) == (keys_in(store), orphan.exists())


@pytest.mark.parametrize("what", [["--max-bytes", "0"], ["--max-age", "1d"], ["--orphans"]])
def test_where_nobody_can_be_asked_nothing_is_removed_without_yes(store: Store, orphan: Path, what: list[str]) -> None:
    result = memo("gc", *what, typed="y\n")
    assert (1, "") == (result.exit_code, result.stdout)
    assert "refused" == document(memo("gc", *what, "--json", typed="y\n"))["error"]["kind"]
    assert (ALL, True) == (keys_in(store), orphan.exists())


def test_a_terminal_is_asked_with_what_each_step_loses(store: Store, orphan: Path) -> None:
    sizes = {origin: human_bytes(size) for origin, _, size in store.totals()}
    total = human_bytes(sum(size for *_, size in store.totals()))
    seen = in_terminal("gc", "--max-age", "1d", "--orphans", typed="n\n", columns=200)
    assert (1, "Error: nothing was removed") == (seen.exit_code, seen.lines[-1])
    assert [f"1 entry  {size}  {origin}" for origin, size in sizes.items()] == sorted(
        seen.lines[:4], key=lambda line: line.rpartition("  ")[2]
    )
    question = f"Remove 4 entries ({total}) and 1 file (10 B) that no entry needs from {store.directory}? [y/N]"
    assert f"{question} n" == seen.lines[4]
    assert (ALL, True) == (keys_in(store), orphan.exists())
    seen = in_terminal("gc", "--max-age", "1d", "--orphans", typed="y\n", columns=200)
    assert (0, f"removed 4 entries ({total}) and 1 file (10 B) that no entry needs") == (seen.exit_code, seen.lines[-1])
    assert ["KEY", "abc00000", "abc11111"] == [line.split()[0] for line in seen.lines[5:8]]
    assert (set(), False) == (keys_in(store), orphan.exists())
    assert ["there was nothing to remove"] == in_terminal("gc", "--max-age", "1d", "--orphans").lines


def test_a_store_that_does_not_exist_stays_away(own_store: Path) -> None:
    result = memo("gc", "--max-bytes", "0", "--max-age", "1d", "--orphans")
    assert (0, "") == (result.exit_code, result.stdout)
    assert not own_store.exists()
