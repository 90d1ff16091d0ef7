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
#: What sets up a variable may read what does not go along with the step.
MADE_OF = {
    "what a variable is made of": (
        "SIZE = EDITED\nNAME = dict(a=SIZE)",
        "def step(x): return NAME.setdefault(x, 0)",
        "'a'",
    ),
    "what a function makes of a variable": (
        "def load(): return dict(a=EDITED)\nNAME = load()",
        "def step(x): return NAME.setdefault(x, 0)",
        "'a'",
    ),
    "what a default is made of": (
        "SIZE = EDITED\ndef helper(x, kept=dict(a=SIZE)): return kept.setdefault(x, 0)",
        "def step(x): return helper(x)",
        "'a'",
    ),
    "what an attribute of a function is made of": (
        "SIZE = EDITED\ndef helper(x): return helper.kept.setdefault(x, 0)\nhelper.kept = dict(a=SIZE)",
        "def step(x): return helper(x)",
        "'a'",
    ),
    "what a variable around a function is made of": (
        """
SIZE = EDITED
def make():
    kept = dict(a=SIZE)
    return lambda x: kept.setdefault(x, 0)
helper = make()
""",
        "def step(x): return helper(x)",
        "'a'",
    ),
    "what is made in a class": (
        "SIZE = EDITED\nclass Kept: held = dict(a=SIZE)",
        "def step(x): return Kept.held.setdefault(x, 0)",
        "'a'",
    ),
    "what an instance is made of": (
        """
SIZE = EDITED
class Counter:
    def __init__(self, n): self.n = n
    def add(self):
        self.n += 1
        return self.n
COUNTER = Counter(SIZE)
""",
        "def step(x): return COUNTER.add()",
        "'a'",
    ),
}
#: What code says of itself may name what does not go along, either.
SAID_OF_CODE = {
    "what an annotation means": (
        "import inspect\nfrom typing import Literal\nNumber = Literal[EDITED]\ndef helper(x: Number): return x",
        "def step(x): return str(inspect.signature(helper))",
        "'a'",
    ),
    "what is made in the class of the argument": (
        "SIZE = EDITED\nclass Kept:\n    held = dict(a=SIZE)\n    def get(self): return self.held.setdefault('a', 0)",
        "def step(kept): return kept.get()",
        "Kept()",
    ),
    "what an annotation of the argument's class means": (
        """
import dataclasses
from typing import Literal
Number = Literal[EDITED]
@dataclasses.dataclass
class Kept:
    x: "Number" = 1
""",
        "def step(kept): return [each.type for each in dataclasses.fields(kept)]",
        "Kept()",
    ),
}
#: What the script does to a variable through a function, which only its own process can see.
SCRIPT = """
import base64, cloudpickle, json, memo
HELD = {}
def fill(held, value): held["a"] = value
fill(HELD, EDITED)
def helper(x): return HELD.get(x)
@memo.memoize_step
def step(x): return HELD.setdefault(x, helper(x))
print(json.dumps([step.key("a"), base64.b64encode(cloudpickle.dumps((step, "a"))).decode(), ""]))
"""
PROGRAM = Path(__file__).with_name("arrivals_program.py").read_text()


def run(command: list[str], directory: Path, given: object = None) -> Any:
    """Return what a program prints."""
    environment = os.environ | {"MEMO_DIR": str(directory / "store"), "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, *command], input=json.dumps(given), cwd=directory, env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout)


def asked(kind: str, given: object, directory: Path) -> Any:
    """Return what the program answers; it has no file, as a notebook."""
    return run(["-c", PROGRAM, kind], directory, given)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[str], list[str], list[str]]]:
    """Return the keys of three versions of each case, the last being the first: in the notebook, in a worker that gets
    all before it looks at the first, and in one that gets one after the other, with the argument by itself.
    """
    directory = tmp_path_factory.mktemp("arrivals")
    cases = CASES | MADE_OF | SAID_OF_CODE
    versions = [
        [
            [edited.replace("EDITED", value), f"import memo\n@memo.memoize_step\n{step}", f"call = step, {argument}"]
            for value in "121"
        ]
        for edited, step, argument in cases.values()
    ]
    made = asked("notebook", versions, directory)
    here = [[key for key, _, _ in calls] for calls in made]
    there, apart = (asked(kind, made, directory) for kind in ("worker", "apart"))
    return dict(zip(cases, zip(here, there, apart, strict=True), strict=True))


@pytest.mark.parametrize("case", CASES | MADE_OF)
def test_calls_that_arrived_one_after_the_other_have_their_own_keys(keys: Any, case: str) -> None:
    here, there, _ = keys[case]
    assert here[0] == here[2] != here[1]
    assert here == there


@pytest.mark.parametrize("case", CASES | MADE_OF | SAID_OF_CODE)
def test_a_call_has_another_key_after_each_edit_that_gives_it_one_in_the_notebook(keys: Any, case: str) -> None:
    here, *others = keys[case]
    assert here[0] == here[2] != here[1]
    for there in others:
        assert there[0] == there[2] != there[1]


def test_a_script_that_is_edited_between_its_runs_has_other_keys_in_a_worker_that_stays(tmp_path: Path) -> None:
    made = []
    for value in "121":
        (tmp_path / "script.py").write_text(SCRIPT.replace("EDITED", value))
        made.append(run(["script.py"], tmp_path))
    here = [key for key, _, _ in made]
    assert here[0] == here[2] != here[1]
    assert [here] == asked("worker", [made], tmp_path)
