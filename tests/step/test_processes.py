"""Results outlive the process: the next one, started anyhow and anywhere, does not run what ran."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.dethash.code.project import write

PIPELINE = """
import json, sys
from enum import Enum
from functools import partial
import helpers
from memo import memoize_step
RAN = []
RATE = 2
class Kind(Enum):
    TREE = {"depth", "width", "leaves"}
class Model:
    def __init__(self, **options): self.options = options
    def size(self): return len(self.options)
@memoize_step
def load(names, *more, rate=RATE, **rest):
    RAN.append("load")
    return sorted(names), rate, sorted(rest)
@memoize_step
def fit(model, kind, scale):
    RAN.append("fit")
    return model.size() + len(kind.value) + scale(helpers.OFFSET)
@memoize_step(version="1")
def score(value):
    RAN.append("score")
    return value * 2
@memoize_step
def nothing():
    RAN.append("nothing")
def total():
    rows = load({"b", "a", "c"}, 1, **{name: 1 for name in {"x", "y", "z"}})
    fitted = fit(Model(**{name: name for name in {"p", "q", "r"}}), Kind.TREE, partial(helpers.scale, by=3))
    return [rows, fitted, score(fitted), nothing()]
# after
if __name__ == "__main__":
    print(json.dumps([total(), RAN]))
## helpers.py
OFFSET = 10
def scale(x, by): return x * by
## run.py
import json, main
print(json.dumps([main.total(), main.RAN]))
"""

ALL = ["load", "fit", "score", "nothing"]


def run(*command: str | Path, cwd: Path, seed: int = 0, **environment: str) -> object:
    """Return what a Python process prints, as JSON."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=os.environ | {"PYTHONHASHSEED": str(seed), "PYTHONDONTWRITEBYTECODE": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    return json.loads(done.stdout)


def test_a_later_process_does_not_run_what_ran(tmp_path: Path) -> None:
    """Under another hash seed, in another working directory, as a script, a module and an imported module."""
    here, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    elsewhere.mkdir()
    write(here, PIPELINE)
    expected = [[["a", "b", "c"], 2, ["x", "y", "z"]], 36, 72, None]
    assert [expected, ALL] == run(here / "main.py", cwd=here, seed=1)
    assert [expected, []] == run(here / "main.py", cwd=elsewhere, seed=2)
    assert [expected, []] == run("-m", "main", cwd=here, seed=3)
    assert [expected, []] == run(here / "run.py", cwd=elsewhere, seed=4, PYTHONOPTIMIZE="1")


def test_code_without_a_source_file_does_not_run_twice(tmp_path: Path) -> None:
    program = """
import json
from memo import memoize_step
TABLE = {"b", "a", "c"}
def helper(x): return sorted(TABLE)[x]
@memoize_step
def step(x): return helper(x)
print(json.dumps([step(1), step.info().misses]))
"""
    assert [["b", 1], ["b", 1]] == [run("-c", program, cwd=tmp_path, seed=seed) for seed in (1, 2)]


def test_the_same_file_in_two_projects_with_a_version_is_two_steps(tmp_path: Path) -> None:
    """Both projects call the file and the function alike; without a version their code is one, and so is the step."""
    program = """
import json
from pathlib import Path
from memo import memoize_step
@memoize_step(version="1")
def load(): return (Path(__file__).parent / "data").read_text()
@memoize_step
def plain(): return (Path(__file__).parent / "data").read_text()
print(json.dumps([load(), plain(), load.info().origin]))
"""
    found = []
    for name in ("one", "two"):
        write(tmp_path / name / "project", program)
        (tmp_path / name / "project" / "data").write_text(name)
        found.append(run(tmp_path / name / "project" / "main.py", cwd=tmp_path))
    assert [["one", "one"], ["two", "one"]] == [each[:2] for each in found]
    assert found[0][2] != found[1][2]


EDITED = """
import json, sys
from pathlib import Path
import helpers
from memo import memoize_step
RAN = []
@memoize_step
def step(x):
    RAN.append(x)
    return ["old", x, helpers.helper(x)]
@memoize_step
def late(x):
    RAN.append(x)
    return ["old", x, helpers.helper(x)]
def edit(*pairs):
    for name in ("main.py", "helpers.py"):
        file = Path(__file__).with_name(name)
        file.write_text(file.read_text().replace(*pairs))
if __name__ == "__main__":
    before = [step(1), step.key(1), step.key(2), late.key(1)] if "first" in sys.argv else []
    if "edit" in sys.argv:
        edit(sys.argv[2], sys.argv[3])
    print(json.dumps([before, [step(1), step(2), late(1)], RAN, [step.key(1), step.key(2), late.key(1)]]))
## helpers.py
def helper(x):
    return "old helper"
"""


def test_a_file_that_is_edited_while_the_program_runs(tmp_path: Path) -> None:
    """What runs is the old code, and its results belong to it; the next process runs the new code."""
    write(tmp_path, EDITED)
    main = tmp_path / "main.py"
    old = [["old", 1, "old helper"], ["old", 2, "old helper"], ["old", 1, "old helper"]]
    new = [["new", 1, "new helper"], ["new", 2, "new helper"], ["new", 1, "new helper"]]
    before, results, ran, keys = run(main, "edit", '"old', '"new', "first", cwd=tmp_path)
    assert (old[0], old, [1, 2, 1], before[1:]) == (before[0], results, ran, keys)
    assert "new" in main.read_text()
    _, results, ran, new_keys = run(main, cwd=tmp_path)
    assert (new, [1, 2, 1]) == (results, ran)
    assert not set(keys) & set(new_keys)
    _, results, ran, _ = run(main, "edit", '"new', '"old', cwd=tmp_path)
    assert (new, []) == (results, ran), "edited before the first call"
    assert [[], old, [], keys] == run(main, cwd=tmp_path), "taken back: the old results are there"


def test_an_edit_of_an_inner_step_runs_the_outer_one_unless_a_version_pins_it(tmp_path: Path) -> None:
    program = """
import json, sys
from memo import memoize_step
RAN = []
@memoize_step
def inner(x):
    RAN.append("inner")
    return x + 1
@memoize_step(version="1")
def pinned(x):
    RAN.append("pinned")
    return x + 1
@memoize_step
def outer(x):
    RAN.append("outer")
    return inner(x) * 10
@memoize_step
def other(x):
    RAN.append("other")
    return pinned(x) * 10
print(json.dumps([outer(1), other(1), RAN]))
"""
    write(tmp_path, program)
    assert [20, 20, ["outer", "inner", "other", "pinned"]] == run(tmp_path / "main.py", cwd=tmp_path)
    write(tmp_path, program.replace("x + 1", "x + 2"))
    assert [30, 20, ["outer", "inner"]] == run(tmp_path / "main.py", cwd=tmp_path)
    write(tmp_path, program.replace("x + 1", "x + 2").replace('version="1"', 'version="2"'))
    assert [30, 30, ["other", "pinned"]] == run(tmp_path / "main.py", cwd=tmp_path)
