"""``memo accept``: an edit is declared harmless on the command line, and taken back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from memo.store import Store
from tests.cli.terminal import in_terminal

PROGRAM = """
from memo import memoize_step
from features import clean
class Model:
    @memoize_step(name="fit")
    def fit(self, x): return x
@memoize_step(name="training")
def train(rows): return clean(rows)
plain = len
"""
FEATURES = "def clean(rows):\n    return [row for row in rows if row > 3]\n"


class Project:
    """A project whose step has run once, if it is to have, before an edit of its helper."""

    def __init__(self, directory: Path, *, ran: bool = True) -> None:
        self.directory = directory
        directory.mkdir()
        (directory / "pyproject.toml").write_text('[project]\nname = "flights"\n')
        (directory / "train.py").write_text(PROGRAM)
        (directory / "broken.py").write_text("1 / 0")
        (directory / "exits.py").write_text("raise SystemExit(7)")
        self.write(FEATURES)
        if ran:
            self.run("import train; train.train([1, 5])")
        self.write(FEATURES.replace("row > 3", "3 < row"))

    def write(self, features: str) -> None:
        (self.directory / "features.py").write_text(features)

    def run(self, program: str) -> str:
        done = subprocess.run(
            [sys.executable, "-B", "-c", program], cwd=self.directory, capture_output=True, text=True, check=True
        )
        return done.stdout

    def memo(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-B", "-m", "memo", *arguments]
        return subprocess.run(command, cwd=self.directory, capture_output=True, text=True, check=False)

    def is_cached(self) -> bool:
        return self.run("import train; print(train.train.is_cached([1, 5]))") == "True\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "flights")


def document(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout)


def test_an_edit_is_shown_accepted_listed_and_taken_back(project: Project, own_store: Path) -> None:
    dry = project.memo("accept", "train:train", "--dry-run")
    assert (0, "") == (dry.returncode, dry.stderr)
    assert "1 call of flights/training would be answered by entries from before the edit\n" in dry.stdout
    assert "+    return [row for row in rows if 3 < row]" in dry.stdout
    assert not project.is_cached()
    done = document(project.memo("accept", "train:train", "--json"))
    assert ([False, {}], ["clean"]) == ([done["is_dry"], done["refused"]], [each["name"] for each in done["changes"]])
    assert project.is_cached()
    listed = document(project.memo("ls", "--json"))["accepted"]
    assert [done["acceptance"]] == listed
    (key,) = done["acceptance"]["keys"]  # of the call as it is now
    (entry,) = document(project.memo("ls", "--json"))["entries"]
    assert entry["key"] == document(project.memo("show", key[:12], "--json"))["key"] != key
    assert "1 more call of flights/training accepted " in in_terminal("ls", columns=200).text
    assert "1 call more accepted " in project.memo("explain", "training").stdout
    would = project.memo("accept", "train:train", "--revoke", "--dry-run")
    assert (0, "1 call of flights/training would run again\n") == (would.returncode, would.stdout)
    assert project.is_cached()
    back = project.memo("accept", "train:train", "--revoke")
    assert (0, "1 call of flights/training will run again\n") == (back.returncode, back.stdout)
    assert [] == document(project.memo("ls", "--json"))["accepted"]
    assert 0 == document(project.memo("accept", "train:train", "--revoke", "--json"))["revoked"]
    assert not project.is_cached()


def test_of_several_codes_one_is_named(project: Project) -> None:
    project.run("import train; train.train([1, 5])")
    project.write(FEATURES.replace("row > 3", "not row <= 3"))
    refused = project.memo("accept", "train:train")
    assert (1, "") == (refused.returncode, refused.stdout)
    assert 2 == refused.stderr.count("helper clean() changed (features.py)")
    error = document(project.memo("accept", "train:train", "--json"))["error"]
    codes = [each["code"] for each in error["candidates"]]
    assert ("ambiguous", 2) == (error["kind"], len(codes))
    unknown = project.memo("accept", "train:train", "--from", "ffff")
    assert (1, True) == (unknown.returncode, "made by code that begins with 'ffff'" in unknown.stderr)
    assert 0 == project.memo("accept", "train:train", "--from", codes[0][:8]).returncode
    assert project.is_cached()


def test_another_store_can_be_named(project: Project, tmp_path: Path, own_store: Path) -> None:
    other = Store(tmp_path / "other")
    Store(own_store).export(tmp_path / "bundle")
    other.import_(tmp_path / "bundle")
    done = document(project.memo("accept", "train:train", "--store", str(other.directory), "--json"))
    assert str(other.directory) == done["store"]
    assert not project.is_cached()
    assert 1 == len(list(other.aliases()))


def test_a_steps_own_store_is_meant(project: Project) -> None:
    file = project.directory / "train.py"
    file.write_text(PROGRAM.replace('name="training"', 'name="training", store="own"'))
    project.write(FEATURES)
    project.run("import train; train.train([1, 5])")
    project.write(FEATURES.replace("row > 3", "3 < row"))
    done = document(project.memo("accept", "train:train", "--json"))
    assert str(project.directory / "own") == done["store"]
    assert project.is_cached()


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["nothing:train"], 1, "nothing:train cannot be imported: No module named 'nothing'"),
        (["train:nothing"], 1, "train:nothing cannot be imported: "),
        (["train:tain"], 1, "has no attribute 'tain'; did you mean one of these?\n  train:train\n"),
        (["train:Model.fitt"], 1, "has no attribute 'fitt'; did you mean one of these?\n  train:Model.fit\n"),
        (["broken:train"], 1, "broken:train cannot be imported: ZeroDivisionError: division by zero\n"),
        (["exits:train"], 1, "exits:train cannot be imported: SystemExit: 7\n"),
        (["..train:train"], 1, "..train:train cannot be imported: TypeError: "),
        ([":train"], 1, ":train cannot be imported: ValueError: Empty module name"),
        (["train:plain"], 1, "train:plain is no step: it is of the type builtin_function_or_method"),
        (["train:Model.fit"], 1, "flights/fit: nothing was accepted: no entry was made by other code than now"),
        (["train"], 2, "'train' names no step: type it as module:step"),
        (["train:train", "--revoke", "--from", "ab"], 2, "--revoke takes back all"),
        ([""], 2, "it is empty"),
    ],
)
def test_what_is_no_step_or_has_nothing_to_accept_is_a_clean_failure(
    tmp_path: Path, arguments: list[str], exit_code: int, said: str
) -> None:
    done = Project(tmp_path / "flights", ran=False).memo("accept", *arguments)
    assert (exit_code, "") == (done.returncode, done.stdout)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_step_of_a_module_that_is_not_there_is_answered_with_the_nearest_that_stored_something(
    project: Project,
) -> None:
    file = project.directory / "train.py"
    file.write_text(PROGRAM.replace('(name="training")', ""))
    project.run("import train; train.train([1, 5])")
    missed = project.memo("accept", "trian:train")
    assert (1, "") == (missed.returncode, missed.stdout)
    assert "No module named 'trian'; did you mean one of these?\n  train:train\n" in missed.stderr
    error = document(project.memo("accept", "trian:train", "--json"))["error"]
    assert ("not-found", [{"step": "train:train"}]) == (error["kind"], error["candidates"])
    assert (
        "'train' names no step: type it as module:step, such as train:train\n" in project.memo("accept", "train").stderr
    )


def test_an_edit_after_which_all_has_run_is_told_as_such(project: Project) -> None:
    project.run("import train; train.train([1, 5])")
    done = project.memo("accept", "train:train")
    assert 0 == done.returncode
    assert "every call that was stored before the edit has run again since" in done.stdout
