"""``memo show --lineage`` and ``memo invalidate``: what was made from what, and forgetting it all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from memo import memoize_step
from memo.store import Store
from tests.cli.conftest import document, keys_in, memo
from tests.cli.terminal import in_terminal


@memoize_step(name="load")
def load(path):
    return [path, [path, 2]]


@memoize_step(name="fit")
def fit(rows):
    return ["fitted", *rows]


@memoize_step(name="report")
def report(model):
    return "a report"


@pytest.fixture
def keys(own_store: Path) -> list[str]:
    """The keys of a pipeline that has run, the first step's first."""
    rows = load("a")
    model = fit(rows)
    report(model), load("b")
    Store.shared().close()
    return [load.key("a"), fit.key(rows), report.key(model)]


def test_the_lineage_is_shown_up_and_down(keys: list[str]) -> None:
    lines = memo("show", keys[1], "--lineage").stdout.splitlines()
    assert ["├── made from", "├── was made into"] == [lines[1], lines[3]]
    assert "/load: its result was the argument rows  key " in lines[2]
    assert "/report: its argument model was its result  key " in lines[4]
    told = document(memo("show", keys[1], "--lineage", "--json"))["lineage"]
    assert [keys[0], keys[2]] == [told["sources"][0]["key"], told["products"][0]["key"]]
    assert "lineage" not in document(memo("show", keys[1], "--json"))
    assert "nothing stored was made into it" in memo("show", load.key("b"), "--lineage").stdout


def test_a_result_is_forgotten_alone_or_with_what_was_made_from_it(keys: list[str], own_store: Path) -> None:
    store = Store(own_store)
    done = memo("invalidate", keys[2], "--yes")
    assert (0, "forgot 1 result\n") == (done.exit_code, done.stdout)
    assert keys[2] not in keys_in(store)
    report(fit(load("a")))
    Store.shared().close()
    told = document(memo("invalidate", keys[0][:12], "--downstream", "--yes", "--json"))
    assert (3, set(keys)) == (told["removed"], set(told["keys"]))
    assert {load.key("b")} == keys_in(store)
    assert load.explain("a").why.startswith("its result was removed on ")


def test_one_is_asked_first_with_all_that_goes_in_sight(keys: list[str], own_store: Path) -> None:
    seen = in_terminal("invalidate", keys[0], "--downstream", typed="n\n", columns=200)
    assert 1 == seen.exit_code
    shown = {line.split()[0] for line in seen.lines if re.match("[0-9a-f]{8}  ", line)}
    assert {key[:8] for key in keys} == shown
    assert "Forget 3 results" in seen.text
    refused = memo("invalidate", keys[0])
    assert (1, "") == (refused.exit_code, refused.stdout)
    assert 4 == len(keys_in(Store(own_store)))
    assert 2 == memo("invalidate").exit_code
