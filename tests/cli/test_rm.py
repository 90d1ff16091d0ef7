"""``memo rm``: what is removed, and what is asked before."""

from __future__ import annotations

from pathlib import Path

import pytest

from memo.render import human_bytes
from memo.store import Metadata, Store
from tests.cli.conftest import ABC0, ABC1, KEYS, B, C, document, keys_in, memo
from tests.cli.terminal import in_terminal

ALL = set(KEYS)


def test_entries_are_removed_by_the_beginnings_of_their_keys(store: Store) -> None:
    result = memo("rm", "abc0", "b", "B222", "--yes")
    assert (0, "removed 2 entries\n", "") == (result.exit_code, result.stdout, result.stderr)
    assert {ABC1, C} == keys_in(store)


def test_the_entries_of_one_step_are_removed_and_its_counts_stay(store: Store) -> None:
    result = memo("rm", "--step", "flights/train:fit", "--yes", "--json")
    assert {"store": str(store.directory), "removed": 1, "origins": ["flights/train:fit"]} == document(result)
    assert {ABC0, B, C} == keys_in(store)
    assert 3 == Store(store.directory).counters("flights/train:fit").hits


@pytest.mark.parametrize("step", ["fit_all", "train:fit_all", "flights/train:fit_all", "_all"])
def test_a_step_is_meant_by_its_name_or_a_part_that_no_other_has(store: Store, step: str) -> None:
    assert 0 == memo("rm", "--step", step, "--yes").exit_code
    assert ALL - {B} == keys_in(store)


def test_a_whole_name_is_meant_before_a_part_of_another(store: Store) -> None:
    assert 0 == memo("rm", "--step", "fit", "--yes").exit_code
    assert ALL - {ABC1} == keys_in(store)


def test_a_part_of_several_steps_removes_nothing_and_lists_them(store: Store) -> None:
    result = memo("rm", "--step", "flights/", "--yes")
    assert (1, "") == (result.exit_code, result.stdout)
    assert (
        f"Error: 3 steps in the store in {store.directory} fit 'flights/'; type more of the one that you mean:\n"
        "  flights/prepare:load\n  flights/train:fit\n  flights/train:fit_all\n"
    ) == result.stderr
    assert ALL == keys_in(store)


def test_all_is_all(store: Store) -> None:
    result = memo("rm", "--all", "--yes")
    assert (0, "removed 4 entries\n") == (result.exit_code, result.stdout)
    assert (set(), {}) == (keys_in(store), Store(store.directory).all_counters())


def test_all_of_what_was_only_counted_is_all_too(store: Store) -> None:
    memo("rm", "--all", "--yes")
    store.record("gone/module:step", misses=1)
    store.close()
    assert {"store": str(store.directory), "removed": 0, "origins": ["gone/module:step"]} == (
        document(memo("rm", "--all", "--yes", "--json"))
    )
    assert {} == Store(store.directory).all_counters()


def test_an_ambiguous_key_lists_the_candidates_and_removes_nothing(store: Store) -> None:
    result = memo("rm", "c", "ab", "--yes")
    assert (1, "") == (result.exit_code, result.stdout)
    assert (
        "Error: several keys begin with 'ab'; type more of the one that you mean:\n"
        "  abc00000  flights/prepare:load\n  abc11111  flights/train:fit\n"
    ) == result.stderr
    error = document(memo("rm", "ab", "--yes", "--json"))["error"]
    assert ("ambiguous", [{"key": key, "origin": KEYS[key]} for key in (ABC0, ABC1)]) == (
        error["kind"],
        error["candidates"],
    )
    assert ALL == keys_in(store)


def test_a_key_that_is_not_there_removes_nothing(store: Store) -> None:
    result = memo("rm", "c", "d", "--yes")
    assert (1, "") == (result.exit_code, result.stdout)
    assert f"Error: no key in the store in {store.directory} begins with 'd'; memo ls lists the keys\n" == result.stderr
    assert ALL == keys_in(store)


@pytest.mark.parametrize("command", [("rm", "--step", "gone", "--yes"), ("ls", "gone"), ("explain", "module:step")])
def test_a_step_that_was_only_counted_has_nothing_that_is_meant(store: Store, command: tuple[str, ...]) -> None:
    result = memo(*command)
    assert 1 == result.exit_code
    assert "in its name and an entry; these have run, and nothing of them is stored:\n  gone/mod" in result.stderr


@pytest.mark.parametrize("what", [["abc0"], ["--step", "score"], ["--all"]])
def test_where_nobody_can_be_asked_nothing_is_removed_without_yes(store: Store, what: list[str]) -> None:
    result = memo("rm", *what, typed="y\n")
    assert (1, "") == (result.exit_code, result.stdout)
    assert "Error: nothing was removed: standard input is no terminal to ask on; type --yes to confirm\n" == (
        result.stderr
    )
    assert "refused" == document(memo("rm", *what, "--json", typed="y\n"))["error"]["kind"]
    assert ALL == keys_in(store)


@pytest.mark.parametrize(
    ("what", "question", "kept"),
    [
        (["abc0", "c"], "Remove 2 entries from {store}? [y/N]", {ABC1, B}),
        (
            ["--step", "other/train:score"],
            "Remove 1 entry ({size}) of other/train:score from {store}? [y/N]",
            ALL - {C},
        ),
        (["--all"], "Remove all 4 entries ({size}) from {store}? [y/N]", set()),
    ],
    ids=["keys", "step", "all"],
)
def test_a_terminal_is_asked_and_yes_is_taken(store: Store, what: list[str], question: str, kept: set[str]) -> None:
    sizes = [size for origin, _, size in store.totals() if origin == what[-1] or "--all" in what]
    seen = in_terminal("rm", *what, typed="yes\n", columns=200)
    assert 0 == seen.exit_code
    assert question.format(store=store.directory, size=human_bytes(sum(sizes))) + " yes" in seen.lines
    assert kept == keys_in(store)


def test_the_entries_are_shown_before_the_question(store: Store) -> None:
    seen = in_terminal("rm", "abc0", "c", typed="n\n")
    assert ["abc00000  flights/prepare:load", "c3333333  other/train:score"] == seen.lines[:2]


@pytest.mark.parametrize("answer", ["n\n", "\n", "yep\n", "\x04"], ids=["no", "nothing", "nonsense", "end"])
def test_any_other_answer_removes_nothing(store: Store, answer: str) -> None:
    seen = in_terminal("rm", "--all", typed=answer)
    assert (1, "Error: nothing was removed") == (seen.exit_code, seen.lines[-1])
    assert ALL == keys_in(store)


def test_a_question_left_with_control_c_ends_quietly(store: Store) -> None:
    seen = in_terminal("rm", "--all", typed="\x03")
    assert (130, ["^C"]) == (seen.exit_code, [line.rpartition(" ")[2] for line in seen.lines])
    assert ALL == keys_in(store)


@pytest.mark.parametrize(
    "what",
    [[], ["b", "--all"], ["b", "--step", "fit"], ["--step", "fit", "--all"], [""], ["--step", ""], ["b", ""]],
)
def test_what_does_not_say_what_is_meant_is_not_understood(store: Store, what: list[str]) -> None:
    result = memo("rm", *what, "--yes")
    assert (2, "") == (result.exit_code, result.stdout)
    assert ALL == keys_in(store)


def test_a_store_that_does_not_exist_stays_away(own_store: Path, tmp_path: Path) -> None:
    assert (0, "removed 0 entries\n") == (memo("rm", "--all").exit_code, memo("rm", "--all").stdout)
    assert [1, 1] == [memo("rm", *what, "--yes").exit_code for what in (["b"], ["--step", "fit"])]
    assert not own_store.exists()
    (tmp_path / "documents").mkdir()
    assert 0 == memo("rm", "--all", "--yes", "--store", str(tmp_path / "documents")).exit_code
    assert [] == list((tmp_path / "documents").iterdir())


def test_an_entry_in_a_file_goes_with_its_file(store: Store) -> None:
    key = "d" * 64
    store.save(key, bytes(2**17), Metadata(key=key, origin="large/module:step"))
    store.close()
    files = {path for path in store.directory.rglob("*") if path.is_file() and "cache.db" not in path.name}
    assert 1 == len(files)
    assert 0 == memo("rm", "ddd", "--yes").exit_code
    assert not any(path.exists() for path in files)
