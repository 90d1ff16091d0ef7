"""``memo explain``, ``memo diff`` and ``memo show``: why steps ran, told from what they left, without their code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from memo.store import Metadata, Store
from tests.cli.conftest import ABC0, ABC1, KEYS, document, keys_in, memo, memo_process
from tests.cli.terminal import in_terminal

PROGRAM = """
from memo import memoize_step
from features import clean
@memoize_step(name="training")
def train(rows, rate=0.5): return clean(rows)
"""
FEATURES = "LIMIT = 3\ndef clean(rows):\n    return [row for row in rows if row > LIMIT]\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the results of a step before and after an edit of its helper; the code is gone."""
    project = tmp_path_factory.mktemp("made") / "flights"
    project.mkdir()
    (project / "pyproject.toml").write_text('[project]\nname = "flights"\n')
    (project / "train.py").write_text(PROGRAM)
    variables = os.environ | {"MEMO_DIR": str(project.parent / "store")}
    for text in (FEATURES, FEATURES.replace("> LIMIT", ">= LIMIT")):
        (project / "features.py").write_text(text)
        call = "import train; train.train([1, 3, 5])"
        subprocess.run([sys.executable, "-B", "-c", call], cwd=project, env=variables, check=True)
    shutil.rmtree(project)
    return project.parent / "store"


@pytest.fixture
def trained(made: Path, own_store: Path) -> Store:
    """A copy of that store, as the default one."""
    shutil.copytree(made, own_store)
    return Store(own_store)


def keys(store: Store) -> list[str]:
    return [entry.key for entry in store.entries()]


def test_the_last_run_is_explained_without_its_code(trained: Store) -> None:
    result = memo("explain", "training")
    assert (0, "") == (result.exit_code, result.stderr)
    lines = result.stdout.splitlines()
    assert f"flights/training  key {keys(trained)[1][:12]}" == lines[0]
    assert "├── ran because" == lines[1]
    assert "│   ├── helper clean() changed (features.py)  " in lines[2]
    said = [line.lstrip("│ ├─└") for line in lines]
    assert "-    return [row for row in rows if row > LIMIT]" in said
    assert "+    return [row for row in rows if row >= LIMIT]" in said


def test_the_document_has_what_the_tree_shows(trained: Store) -> None:
    told = document(memo("explain", "training", "--json"))
    assert ("helper clean() changed (features.py)", True, True) == (told["why"], told["ran"], told["is_stored"])
    (change,) = told["changes"]
    assert ("function", "clean", "features.py") == (change["kind"], change["name"], change["where"])
    assert [keys(trained)[1], keys(trained)[0]] == [told["key"], told["nearest"]["key"]]
    assert [("rows", "list"), ("rate", "float")] == [(each["name"], each["type"]) for each in told["arguments"]]
    assert ["train", "clean"] == [entry["name"] for entry in told["code"]["entries"]]


def test_two_entries_are_compared(trained: Store) -> None:
    first, second = keys(trained)
    told = document(memo("diff", first[:10], second, "--json"))
    assert [first, second] == [told["before"]["key"], told["after"]["key"]]
    assert ["clean"] == [change["name"] for change in told["changes"]]
    back = document(memo("diff", second, first, "--json"))["changes"]
    assert [told["changes"][0]["after"], told["changes"][0]["before"]] == [back[0]["before"], back[0]["after"]]
    assert "they are one" in memo("diff", first, first).stdout


def test_an_entry_is_shown_with_what_it_was_made_of(trained: Store) -> None:
    first, second = keys(trained)
    assert "nothing of this step was stored before" in memo("show", first).stdout
    shown = memo("show", second[:9]).stdout
    assert "helper clean() changed (features.py)" in shown
    assert ", Python " in shown
    assert first == document(memo("show", first, "--json"))["key"]


def test_a_terminal_shows_a_tree_that_fits(trained: Store) -> None:
    seen = in_terminal("explain", "training", columns=60)
    assert 0 == seen.exit_code
    assert 60 >= max(map(len, seen.lines))
    assert "ran because" in seen.text
    assert "\x1b[31m" in seen.raw
    assert "\x1b" not in in_terminal("explain", "training", NO_COLOR="1").raw


@pytest.mark.parametrize(
    "arguments", [["explain", "nothing"], ["diff", "abc0", "zz"], ["show", "zz"], ["diff", "ab", "b"]]
)
def test_what_is_not_there_is_a_clean_failure(store: Store, arguments: list[str]) -> None:
    result = memo(*arguments)
    assert (1, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith("Error: ")
    assert document(memo(*arguments, "--json"))["error"]["kind"] in {"not-found", "ambiguous"}


@pytest.mark.parametrize("arguments", [["explain", "fit_all"], ["show", "b"], ["diff", "abc0", "b"]])
def test_entries_that_tell_little_are_explained_as_far_as_they_do(store: Store, arguments: list[str]) -> None:
    """Those of the fixture have no arguments and no code, as if a first version of memo had written them."""
    assert 0 == memo(*arguments).exit_code
    assert 0 == memo(*arguments, "--json").exit_code


def test_a_damaged_entry_is_a_failure_that_says_so(store: Store, own_store: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(own_store / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET value = x'00' WHERE tag = 'flights/train:fit_all'")
    done = memo_process("explain", "fit_all")
    assert (1, "") == (done.returncode, done.stdout)
    assert "the last entry of flights/train:fit_all" in done.stderr


@pytest.mark.parametrize(
    "manifest",
    [
        {}, {"digest": 1, "code": 2}, {"digest": "x", "code": "deep", "entries": [1], "depends_on": [], "packages": 3},
        {"digest": "x", "code": "deep", "entries": [{"kind": "\x1b[2J"}], "depends_on": {}, "packages": {}, "held": 1,
         "reads": 7, "opaque": {"a": 1}},
    ],
)  # fmt: skip
def test_a_manifest_that_somebody_planted_breaks_nothing(own_store: Path, manifest: dict[str, object]) -> None:
    store = Store(own_store)
    for number, digest in enumerate(["c0de", "c1de"]):
        store.save_manifest(digest, manifest)
        key = f"{number:064}"
        store.save(key, 1, Metadata(key=key, origin="p/m:f", code_digest=digest, created=number + 1.0))
    store.close()
    for arguments in (["explain", "f"], ["show", "0" * 64], ["diff", f"{0:064}", f"{1:064}"]):
        result = memo(*arguments)
        assert 0 == result.exit_code
        assert result.stdout.replace("\n", "").isprintable()
        assert json.loads(memo(*arguments, "--json").stdout)


def test_a_terminal_that_has_only_ascii_gets_a_tree_of_that(trained: Store) -> None:
    variables = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    piped = memo_process("explain", "training", env=os.environ | variables).stdout
    assert piped.isascii()
    assert "|-- ran because\n|   |-- helper clean() changed (features.py)  " in piped
    assert " -> " in piped
    assert "\\u" not in piped
    seen = in_terminal("explain", "training", columns=100, **variables)
    assert seen.text.isascii()
    assert "|-- ran because\n|   |-- helper clean() changed" in seen.text.replace("+--", "|--")
    assert "\\u" not in seen.text


def test_asking_writes_nothing(trained: Store) -> None:
    before = sorted(
        (path, path.stat().st_mtime_ns) for path in trained.directory.rglob("*") if path.suffix != ".db-shm"
    )
    first, second = keys(trained)
    trained.close()
    memo("explain", "training"), memo("show", first), memo("diff", first, second)
    after = sorted((path, path.stat().st_mtime_ns) for path in trained.directory.rglob("*") if path.suffix != ".db-shm")
    assert before == after
    assert {first, second} == keys_in(trained)


@pytest.mark.parametrize(
    ("typed", "said", "near"),
    [
        ("abc2", "did you mean one of these?\n  abc00000  flights/prepare:load\n  abc11111  flights/train:fit\n", 2),
        ("bbc0", "did you mean one of these?\n  abc00000  flights/prepare:load\n", 1),
        ("abc0" + "0" * 59 + "1", "did you mean one of these?\n  abc00000  flights/prepare:load\n", 1),
        ("train", "it is in the name of a step: memo ls train lists the keys of its entries\n", 0),
        ("e", "memo ls lists the keys\n", 0),
        ("%", "memo ls lists the keys\n", 0),
    ],
)
def test_a_key_that_is_not_there_is_answered_with_the_nearest(store: Store, typed: str, said: str, near: int) -> None:
    result = memo("show", typed)
    assert (1, "") == (result.exit_code, result.stdout)
    assert f"Error: no key in the store in {store.directory} begins with '{typed}'; {said}" == result.stderr
    candidates = document(memo("show", typed, "--json"))["error"]["candidates"]
    assert [(key, KEYS[key]) for key in (ABC0, ABC1)[:near]] == [(each["key"], each["origin"]) for each in candidates]
