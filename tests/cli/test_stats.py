"""``memo stats``: what each step has stored, and what that has saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from memo import memoize_step
from memo.store import Store
from tests.cli.conftest import document, memo
from tests.cli.terminal import in_terminal

STEPS = ["flights/prepare:load", "flights/train:fit", "flights/train:fit_all", "gone/module:step", "other/train:score"]


def test_in_a_pipe_a_line_is_a_step_in_full_with_tabs(store: Store) -> None:
    sizes = {origin: size for origin, _, size in store.totals()}
    lines = memo("stats").stdout.splitlines()
    assert STEPS == [line.split("\t")[0] for line in lines]
    assert f"flights/train:fit\t1\t{sizes['flights/train:fit']}\t3\t2\t7.500000" == lines[1]
    assert "gone/module:step\t0\t0\t0\t1\t0.000000" == lines[3]


def test_the_document_has_what_the_reference_says(store: Store) -> None:
    sizes = {origin: size for origin, _, size in store.totals()}
    numbers = {"entries": 1, "bytes": sizes["flights/train:fit"], "hits": 3, "misses": 2, "seconds_saved": 7.5}
    other = {"entries": 1, "bytes": sizes["flights/train:fit_all"], "hits": 0, "misses": 0, "seconds_saved": 0.0}
    assert {
        "store": str(store.directory),
        "steps": [{"origin": "flights/train:fit", **numbers}, {"origin": "flights/train:fit_all", **other}],
        "total": {name: numbers[name] + other[name] for name in numbers},
    } == document(memo("stats", "--json", "fit"))


@pytest.mark.parametrize("columns", [80, 200])
def test_a_terminal_shows_a_table_that_fits_with_sums(store: Store, columns: int) -> None:
    seen = in_terminal("stats", columns=columns)
    table = seen.lines[:-1]
    assert 0 == seen.exit_code
    assert max(map(len, table)) <= columns
    assert ["STEP", "ENTRIES", "SIZE", "HITS", "RUNS", "SAVED"] == table[0].split()
    assert [*STEPS, "total"] == [line.split()[0] for line in table[1:]]
    assert ["3", "3", "7.5", "s"] == table[-1].split()[-4:]
    assert f"in {store.directory}" == seen.lines[-1]


def test_one_step_has_no_sum_below_it(store: Store) -> None:
    assert "total" not in in_terminal("stats", "score").text


def test_calls_of_a_real_step_are_counted(own_store: Path) -> None:
    @memoize_step(store=own_store, name="double")
    def double(x):
        return 2 * x

    assert [2, 2, 4] == [double(1), double(1), double(2)]
    Store.shared(own_store).close()
    (step,) = document(memo("stats", "double", "--json"))["steps"]
    assert (2, 1, 2) == (step["entries"], step["hits"], step["misses"])
    assert step["origin"].endswith("/double")


def test_an_unknown_step_is_named(store: Store) -> None:
    result = memo("stats", "nothing")
    assert (1, "") == (result.exit_code, result.stdout)
    assert "has 'nothing' in its name" in result.stderr


def test_a_store_that_does_not_exist_is_empty_and_stays_away(own_store: Path) -> None:
    result = memo("stats")
    assert (0, "", "") == (result.exit_code, result.stdout, result.stderr)
    nothing = {"entries": 0, "bytes": 0, "hits": 0, "misses": 0, "seconds_saved": 0}
    assert {"store": str(own_store), "steps": [], "total": nothing} == document(memo("stats", "--json"))
    assert [f"no step has stored anything in {own_store}"] == in_terminal("stats").lines
    assert not own_store.exists()
