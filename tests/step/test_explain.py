"""Why a call runs: each kind of edit, made in a file between two processes, is named by itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.dethash.code.project import write

WORKER, REPOSITORY = Path(__file__).with_name("explained.py"), Path(__file__).parents[2]

PROJECT = """
from dataclasses import dataclass, field
from enum import Enum
from functools import partial, wraps
from memo import DetHashWithVersion, memoize_step
from features import clean
import extlib
import features
RATE = 1
def tidy(arguments): return arguments
def keyed(arguments): return arguments["x"]
class Color(Enum):
    RED = 2
@dataclass
class Config:
    rows: list = field(default_factory=list)
    depth: int = 3
    def width(self): return 4
class Model:
    def __init__(self, bias): self.bias = bias
    @memoize_step
    def fit(self, x): return self.scaled(x) + self.bias
    def scaled(self, x): return x * 5
def doubled(function):
    @wraps(function)
    def wrapper(x): return function(x) * 6
    return wrapper
@doubled
def decorated(x): return x
def given(x): return x + 7
def hidden(x): return x + 8
def make(offset):
    @memoize_step(name="made")
    def step(x): return x + offset
    return step
made = make(9)
@memoize_step
def step(x, y=10): return clean(x), RATE, y, extlib.mean
@memoize_step
def colored(x): return decorated(1), Color.RED
@memoize_step
def apply(function, config=None, options=None): return 11
@memoize_step(version="12")
def pinned(x): return x
@memoize_step(version="13")
def inner(x): return x
@memoize_step
def outer(x): return inner(x)
@memoize_step(depends_on=(hidden, "token 1"))
def dependent(name): return globals()[name](1)
@memoize_step(code="own")
def alone(x): return clean(x)
@memoize_step(ignore=("verbose",))
def talking(x, verbose=False): return x
@memoize_step()
def plain(x): return x
class Versioned(DetHashWithVersion):
    VERSION = "v1"
    def __init__(self, x): self.x = x
    def told(self): return 30
class Base:
    FACTOR = 31
    def run(self, x): return x + 32 + self.FACTOR
    def walk(self, x): return x
class Child(Base): pass
TABLE = {"a": lambda x: x + 33}
def scale(x, factor): return x * factor
partly = partial(scale, factor=34)
@memoize_step
def related(x):
    from features import late
    return Child().run(x), TABLE["a"](x), partly(x), late(x), features.LR
## features.py
from deeper import limit
LR = 36
def late(x): return x + 35
def clean(x): return limit(x) + 20
## deeper.py
from deepest import LIMIT, floor
def limit(x): return min(floor(x), LIMIT)
## deepest.py
LIMIT = 21
def floor(x): return x // 22
## site-packages/extlib.py
def mean(x): return x
## site-packages/extlib-1.0.dist-info/RECORD
extlib.py,sha256=aaa,10
"""


class Edit(NamedTuple):
    """An edit, the call that runs before and after it, and what is said of the second one."""

    old: str
    new: str
    said: str
    call: str = "step(1)"
    again: str = ""


EDITS = [
    Edit("x // 22", "x // 220", "helper floor() changed (deepest.py)"),
    Edit("LIMIT = 21", "LIMIT = 210", "global LIMIT, which limit() reads, changed (deeper.py)"),
    Edit("RATE = 1\n", "RATE = 100\n", "global RATE, which step() reads, changed (main.py)"),
    Edit("return clean(x), RATE", "return clean(x), -RATE", "its own code changed (main.py)"),
    Edit("y=10", "y=100", "default y of step() changed (main.py)"),
    Edit("extlib-1.0", "extlib-1.1", "package extlib changed from 1.0 to 1.1"),
    Edit("make(9)", "make(90)", "captured variable offset of make.<locals>.step() changed (main.py)", "made(1)"),
    Edit("* 6", "* 60", "helper doubled.<locals>.wrapper() changed (main.py)", "colored(1)"),
    Edit("RED = 2", "RED = 200", "class Color changed: members (main.py)", "colored(1)"),
    Edit("return 4", "return 40", "in argument config: method Config.width() changed (main.py)", "apply(1, Config())"),
    Edit("x * 5", "x * 50", "in argument self: method Model.scaled() changed (main.py)", "Model(1).fit(1)"),
    Edit("", "", "argument self.bias changed", "Model(1).fit(1)", "Model(2).fit(1)"),
    Edit("x + 7", "x + 70", "in argument function: helper given() changed (main.py)", "apply([given])"),
    Edit('version="12"', 'version="120"', "version changed from 12 to 120", "pinned(1)"),
    Edit('version="13"', 'version="130"', "global inner, which outer() reads, changed (main.py)", "outer(1)"),
    Edit("x + 8", "x + 80", "helper hidden() changed (main.py)", 'dependent("hidden")'),
    Edit('code="own"', 'code="deep"', "code= changed from own to deep", "alone(1)"),
    Edit('ignore=("verbose",)', "ignore=()", "ignore= changed: argument verbose counts now", "talking(1)"),
    Edit("@memoize_step()", "@memoize_step(skip_defaults={'x': 1})",
         "skip_defaults= changed: argument x does not count any more", "plain(1)"),
    Edit("@memoize_step()", "@memoize_step(normalize=tidy)", "normalize= is new", "plain(1)"),
    Edit("@memoize_step()", "@memoize_step(key=keyed)", "key= is new", "plain(1)"),
    Edit('version="12"', 'version="12", normalize=tidy, key=keyed', "key= is new, normalize= is new", "pinned(1)"),
    Edit("depends_on=(hidden,", "depends_on=('new', hidden,", "depends_on[0] is new", 'dependent("hidden")'),
    Edit("def plain(x)", "def plain(x, z=1)", "its own code changed: parameter z is new (main.py)", "plain(1)"),
    Edit("@doubled\n", "", "global decorated, which colored() reads, changed: "
         "from function doubled.<locals>.wrapper to function decorated (main.py)", "colored(1)"),
    Edit("depth: int = 3", "depth: int = 3\n    more: int = 5",
         "in argument config: class Config changed: more is new (main.py), argument config.more is new",
         "apply(1, Config())"),
    Edit("", "", "argument function.keywords[key 0] changed",
         "apply(partial(scale, factor=1))", "apply(partial(scale, factor=2))"),
    Edit("", "", "argument function.__func__ changed: from function Base.run to function Base.walk",
         "apply(Child().run)", "apply(Child().walk)"),
    Edit("@memoize_step()", "@memoize_step(refresh=True)", "it was told to run, whatever is stored", "plain(1)"),
    Edit("", "", "argument config.rows[1][key 1] changed", 'apply(1, Config([1, {"a": 1, "b": 2}]))',
         'apply(1, Config([1, {"a": 1, "b": 3}]))'),
    Edit("", "", "argument config.x changed", "apply(1, Versioned(1))", "apply(1, Versioned(2))"),
    Edit('VERSION = "v1"', 'VERSION = "v2"', "in argument config: class Versioned changed: VERSION (main.py)",
         "apply(1, Versioned(1))"),
    Edit("", "", "argument function changed: from function given to function hidden", "apply(given)", "apply(hidden)"),
    Edit('"token 1"', '"token 2"', "depends_on[1] changed", 'dependent("hidden")'),
    Edit("FACTOR = 31", "FACTOR = 310", "class Base changed: FACTOR (main.py)", "related(1)"),
    Edit("x + 32", "x + 320", "method Base.run() changed (main.py)", "related(1)"),
    Edit("x + 33", "x + 330", "helper <lambda>() changed (main.py)", "related(1)"),
    Edit("factor=34", "factor=340", "global partly, which related() reads, changed (main.py)", "related(1)"),
    Edit("x + 35", "x + 350", "helper late() changed (features.py)", "related(1)"),
    Edit("LR = 36", "LR = 360", "global features.LR, which related() reads, changed (main.py)", "related(1)"),
    Edit("", "", "its result was evicted on {time}",
         "plain(1); Store(main + '/store').evict(max_bytes=0)", "plain(1)"),
    Edit("", "", "argument options[key 1] is new", 'apply(1, None, {"a": 1})', 'apply(1, None, {"a": 1, "b": 2})'),
    Edit("", "", "argument options[2] is new", "apply(1, None, [1, 2, 3, 4])", "apply(1, None, [1, 2, 5, 3, 4])"),
    Edit("", "", "argument options changed: somewhere below", "apply(1, None, [0] * 100)", "apply(1, None, [1] * 100)"),
    Edit("", "", "argument options changed: from int to float", "apply(1, None, 1)", "apply(1, None, 1.0)"),
    Edit("@memoize_step()", "@memoize_step(expire=1e-9)",
         "its entry is older than 1e-09 seconds, after which it expires", "plain(1)"),
    Edit("@memoize_step()", '@memoize_step(store="other")',
         "nothing of this step was stored before in {other}", "plain(1)"),
    Edit("", "", "its result was removed on {time}", "plain(1); plain.invalidate(1)", "plain(1)"),
    Edit("", "", "the step's results were removed on {time}", "plain(1); plain.clear()", "plain(1)"),
]  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return what is said of each edit: two processes, and all files edited between them."""
    root = tmp_path_factory.mktemp("projects")
    asked = []
    for number, edit in enumerate(EDITS):
        assert not edit.old or PROJECT.count(edit.old) == 1, edit
        write(root / str(number), PROJECT)
        asked.append((str(number), str(root / str(number)), edit.call, ""))
    run(root, asked)
    again = []
    for number, edit in enumerate(EDITS):
        rename = ("extlib-1.0", "extlib-1.1") if "extlib" in edit.old else None
        if rename is not None:
            info = root / str(number) / "site-packages"
            (info / f"{rename[0]}.dist-info").rename(info / f"{rename[1]}.dist-info")
        write(root / str(number), PROJECT.replace(edit.old, edit.new) if edit.old else PROJECT)
        call = edit.again or edit.call
        name, _, rest = call.partition("(") if not call.startswith("Model(") else spell(call)
        again.append((str(number), str(root / str(number)), call, f"{name}.explain({rest}"))
    said = run(root, again)
    return [said[str(number)] | {"root": root / str(number)} for number in range(len(EDITS))]


def spell(call: str) -> tuple[str, str, str]:
    """Return a call as the step, nothing, and the arguments with the closing bracket."""
    for name in ("Model(1).fit", "Model(2).fit"):
        if call.startswith(name + "("):
            return name, "", call[len(name) + 1 :]
    raise AssertionError(call)


def run(root: Path, asked: list[tuple[str, ...]]) -> dict[str, dict[str, Any]]:
    variables = {name: value for name, value in os.environ.items() if name != "MEMO_DIR"}  # each project has its own
    variables |= {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, str(WORKER)], input=json.dumps(asked), capture_output=True, text=True, check=False,
        env=variables, cwd=root,
    )  # fmt: skip
    assert (0, "") == (done.returncode, done.stderr)
    found = dict(json.loads(done.stdout))
    assert [] == [each["error"] for each in found.values() if "error" in each]
    return found


@pytest.mark.parametrize("number", range(len(EDITS)), ids=lambda number: EDITS[number].said)
def test_the_edit_is_named_and_nothing_else(answers: list[dict[str, Any]], number: int) -> None:
    answer, edit = answers[number], EDITS[number]
    assert not answer["is_stored"]
    assert said_of(edit, answer["root"]) == without_time(answer["why"]).replace("; ", ", ")


@pytest.mark.parametrize("number", range(len(EDITS)), ids=lambda number: EDITS[number].said)
def test_the_run_is_logged_with_the_reason_and_explained_afterwards(answers: list[dict[str, Any]], number: int) -> None:
    answer, edit = answers[number], EDITS[number]
    said = said_of(edit, answer["root"])
    line = next(line for line in answer["log"] if answer["data"]["origin"] in line)
    assert f"{answer['data']['origin']} ran: {said}" == without_time(line.rpartition("; it took ")[0])
    assert said == without_time(answer["last"]).replace("; ", ", ")


def test_a_source_difference_shows_the_edit_and_nothing_older(tmp_path: Path) -> None:
    """The first edit changes what a class holds and not its own code; the second one does not show it again."""
    diffs, project = [], PROJECT
    for old, new in (("", ""), ("FACTOR = 31", "FACTOR = 310"), ("FACTOR = 310", "FACTOR = 310\n    MORE = 1")):
        project = project.replace(old, new) if old else project
        write(tmp_path / "project", project)
        said = run(tmp_path, [("said", str(tmp_path / "project"), "related(1)", "related.explain(1)")])["said"]
        diffs += [[line for line in change["diff"] if line[0] in "+-"] for change in said["data"]["changes"]]
    assert [["-    FACTOR = 31", "+    FACTOR = 310"], ["+    MORE = 1"]] == diffs


def said_of(edit: Edit, root: Path) -> str:
    return edit.said.replace("{other}", str(root.parent / "other"))


def without_time(line: str) -> str:
    return re.sub(r"(?<=(?:removed|evicted) on )\S+$", "{time}", line)
