"""A result of the program's own classes is of these classes wherever it was made, and wherever it is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("classes_program.py")


@pytest.mark.parametrize("engine", ["joblib", "dask"])
def test_what_an_engines_workers_store_and_find_is_of_the_programs_classes(tmp_path: Path, engine: str) -> None:
    pytest.importorskip(engine)

    def said(run):
        done = subprocess.run(
            [sys.executable, "-W", "ignore::DeprecationWarning", PROGRAM, engine, run],
            cwd=tmp_path,
            # What dask says when its workers are slow to end is not asked here.
            env=os.environ | {"MEMO_DIR": str(tmp_path / "store"), "DASK_LOGGING__DISTRIBUTED": "critical"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (0, "") == (done.returncode, done.stderr)
        return json.loads(done.stdout)

    same_there = [[True, True, True], [True, True, True], True, True]
    everything = [True] * 5
    assert [[1, 0, 0], everything, True, True, True, same_there] == said("first")
    assert [[0, 0, 0], everything, True, True, True, same_there] == said("second"), "nothing ran again"


IMPORTED_AND_RUN = """
import enum, sys
from dataclasses import dataclass
from memo import memoize_step

@dataclass
class Point:
    x: int

class Color(enum.Enum):
    RED = 1

def double(x):
    return 2 * x

@memoize_step
def make(x):
    return Point(x), Color.RED, double

def say(x):
    point, color, function = make(x)
    print(make._step.runs, point == Point(x), color is Color.RED, function is double)

if __name__ == "__main__":
    say(1)
"""


def test_what_an_imported_script_has_stored_is_of_the_scripts_classes_where_it_runs(tmp_path: Path) -> None:
    (tmp_path / "shapes.py").write_text(IMPORTED_AND_RUN)

    def said(*command):
        environment = os.environ | {"MEMO_DIR": str(tmp_path / "store"), "PYTHONPATH": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.split()

    assert ["1", "True", "True", "True"] == said("-c", "import shapes; shapes.say(1)")
    assert ["0", "True", "True", "True"] == said("shapes.py") == said("-m", "shapes")
    assert ["0", "True", "True", "True"] == said("-c", "import shapes; shapes.say(1)")
