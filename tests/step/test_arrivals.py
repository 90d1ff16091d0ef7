"""A worker that still has calls of a notebook's step while that is edited and sent again: each keeps its own key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("cloudpickle")

#: By what is edited: the cell with a mark in the place of the edit, the step, and its argument.
CASES = {
    "what a cell puts into a variable": (
        "NAME = dict(a=EDITED)",
        "def step(x): return NAME.setdefault(x, 0)",
        "'a'",
    ),
    "what a helper's variable is set up with": (
        "NAME = dict(a=EDITED)\ndef helper(x): return NAME.setdefault(x, 0)",
        "def step(x): return helper(x)",
        "'a'",
    ),
    "what a decorator's variable is set up with": (
        """
import functools
NAME = dict(a=EDITED)
def kept(function):
    return functools.wraps(function)(lambda x: NAME.setdefault(x, function(x)))
""",
        "@kept\ndef step(x): return 0",
        "'a'",
    ),
    "what a helper's default is": (
        "def helper(x, kept=dict(a=EDITED)): return kept.setdefault(x, 0)",
        "def step(x): return helper(x)",
        "'a'",
    ),
    "what the function around a helper sets up": (
        """
def make():
    kept = dict(a=EDITED)
    return lambda x: kept.setdefault(x, 0)
helper = make()
""",
        "def step(x): return helper(x)",
        "'a'",
    ),
    "what is in a class with methods": (
        """
class Kept:
    held = dict(a=EDITED)
    @classmethod
    def get(cls, x): return cls.held.setdefault(x, 0)
""",
        "def step(x): return Kept.get(x)",
        "'a'",
    ),
    "what is in a class without methods": (
        "class Kept: held = dict(a=EDITED)",
        "def step(x): return Kept.held.setdefault(x, 0)",
        "'a'",
    ),
    "what is in the class of the argument": (
        """
class Kept:
    held = dict(a=EDITED)
    def get(self): return self.held.setdefault('a', 0)
""",
        "def step(kept): return kept.get()",
        "Kept()",
    ),
}
PROGRAM = Path(__file__).with_name("arrivals_program.py").read_text()


def asked(kind: str, given: object, directory: Path) -> Any:
    """Return what the program answers; it has no file, as a notebook."""
    environment = os.environ | {"MEMO_DIR": str(directory / "store"), "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-c", PROGRAM, kind]
    done = subprocess.run(
        command, input=json.dumps(given), cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[str], list[str]]]:
    """Return the keys of three versions of each case, the last being the first, in the notebook and in the worker."""
    directory = tmp_path_factory.mktemp("arrivals")
    versions = [
        [
            [edited.replace("EDITED", value), f"import memo\n@memo.memoize_step\n{step}", f"call = step, {argument}"]
            for value in "121"
        ]
        for edited, step, argument in CASES.values()
    ]
    made = asked("notebook", versions, directory)
    here = [[key for key, _ in calls] for calls in made]
    return dict(zip(CASES, zip(here, asked("worker", made, directory), strict=True), strict=True))


@pytest.mark.parametrize("case", CASES)
def test_calls_that_arrived_one_after_the_other_have_their_own_keys(keys: Any, case: str) -> None:
    here, there = keys[case]
    assert here[0] == here[2] != here[1]
    assert here == there
