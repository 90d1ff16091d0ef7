"""Where source comes from: files that change while they run, reloads, cells, the command line, compiled files alone."""

from __future__ import annotations

import json
import os
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

STEP = """
from memo import memoize_step
import helper
RATE = 1
@memoize_step
def step(x):
    return helper.double(x) + RATE
"""
HELPER = "def double(x):\n    return x * 2\n"
ASK = "import steps\nprint(steps.step.key(1))\n"


class Project:
    """A directory with a step and its helper, in which programs run."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(exist_ok=True)
        self.write()

    def write(self, step: str = STEP, helper: str = HELPER) -> None:
        (self.directory / "steps.py").write_text(step)
        (self.directory / "helper.py").write_text(helper)

    def compile(self, step: str = STEP) -> None:
        """Leave compiled files, and no source."""
        self.write(step)
        for name in ("steps", "helper"):
            source = self.directory / f"{name}.py"
            py_compile.compile(str(source), cfile=str(source.with_suffix(".pyc")), doraise=True)
            source.unlink()

    def run(self, *arguments: str, stdin: str | None = None) -> list[str]:
        """Run Python with *arguments* and return the lines that it prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.directory,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def key(self) -> str:
        (line,) = self.run("-c", ASK)
        return line


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


def test_what_runs_is_what_was_loaded_though_its_files_are_edited_meanwhile(project: Project) -> None:
    before = project.key()
    program = """
import steps
from pathlib import Path
for name, old, new in (("steps.py", "+ RATE", "- RATE"), ("helper.py", "* 2", "* 3")):
    file = Path(name)
    file.write_text(file.read_text().replace(old, new))
print(steps.step.key(1))
"""
    assert [before] == project.run("-c", program)
    assert before != project.key()


def test_a_class_that_was_loaded_is_not_described_by_what_its_file_says_now(project: Project) -> None:
    """An edit before the step is decorated: the results of the old class do not go under the keys of the new one."""
    helper = (
        "from dataclasses import dataclass\n@dataclass\nclass Made:\n    a: int\ndef double(x):\n    return Made(x)\n"
    )
    edited = helper.replace("a: int", "a: float")
    project.write(helper=edited)
    after = project.key()
    project.write(helper=helper)
    program = f"import helper\nopen('helper.py', 'w').write({edited!r})\nimport steps\nprint(steps.step.key(1))\n"
    assert [after] != project.run("-c", program)


def test_a_reloaded_helper_is_another_helper_and_back_again(project: Project) -> None:
    program = """
import steps, helper, importlib
from pathlib import Path
def edit(old, new):
    file = Path("helper.py")
    file.write_text(file.read_text().replace(old, new))
print(steps.step.key(1))
edit("* 2", "* 3")
print(steps.step.key(1))
importlib.reload(helper)
print(steps.step.key(1))
edit("* 3", "* 2")
importlib.reload(helper)
print(steps.step.key(1))
"""
    first, edited, reloaded, back = project.run("-c", program)
    assert first == edited
    assert first != reloaded
    assert first == back


def test_a_script_a_module_and_a_moved_script_are_one_step(project: Project) -> None:
    script = STEP + "if __name__ == '__main__':\n    print(step.key(1))\n"
    project.write(script)
    nested = Project(project.directory / "nested")
    (nested.directory / "moved.py").write_text(f"\n\n# Moved.{script}")
    keys = [project.key()]
    for arguments in (["steps.py"], ["-m", "steps"], ["nested/moved.py"]):
        keys += project.run(*arguments)
    assert 1 == len(set(keys))


def test_a_step_without_a_file_is_known_wherever_its_lines_are(project: Project) -> None:
    """By its bytecode, or by its source where Python keeps that, as it does of ``python -c`` since 3.13."""
    source = "from memo import memoize_step\nX = 3\n@memoize_step\ndef step(x):\n    y = x + X\n    return y\n"
    ask = "print(step.key(1))\n"

    def keys(text: str) -> list[str]:
        lines = project.run("-c", text + ask)
        lines += project.run("-", stdin=text + ask)
        lines += project.run("-c", f"exec({text + ask!r}, {{}})")
        return lines

    plain = keys(source)
    assert plain == keys(f"\n\n{source}")
    assert {*plain}.isdisjoint(keys(source.replace("X = 3", "X = 4")))
    assert {*plain}.isdisjoint(keys(source.replace("x + X", "x - X")))


def test_compiled_files_alone_are_enough(project: Project) -> None:
    project.compile()
    before = project.key()
    project.compile(f"\n\n{STEP}")
    assert before == project.key()
    project.compile(STEP.replace("+ RATE", "- RATE"))
    assert before != project.key()


CELLS = """
import json, linecache, sys
from memo import memoize_step
namespace = vars(sys.modules["__main__"])
cells = iter(range(100))
def cell(source):
    name = f"<ipython-input-{next(cells)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    exec(compile(source, name, "exec"), namespace)
keys = {}
cell("def helper(x):\\n    return x + 1\\n")
cell("@memoize_step\\ndef step(x):\\n    return helper(x)\\n")
keys["first"] = step.key(1)
cell("# Again.\\ndef helper(x):\\n    return x + 1\\n")
keys["again"] = step.key(1)
cell("def helper(x):\\n    return x + 2\\n")
keys["edited"] = step.key(1)
cell("other = 1\\n@memoize_step\\ndef step(x):\\n    # Edited elsewhere.\\n    return helper(x)\\n")
keys["another line"] = step.key(1)
model = "class Model:\\n    def run(self): return helper(%d)\\n"
cell(model % 1)
cell("@memoize_step\\ndef use(model):\\n    return model.run()\\n")
old = Model()
keys["class"] = use.key(old)
cell(model % 1)
keys["class again"] = use.key(Model())
keys["older instance"] = use.key(old)
cell(model % 2)
keys["class edited"] = use.key(Model())
print(json.dumps(keys))
"""


def test_cells_count_by_what_they_define(project: Project) -> None:
    (line,) = project.run("-c", CELLS)
    keys = json.loads(line)
    assert keys["first"] == keys["again"]
    assert keys["first"] != keys["edited"]
    assert keys["edited"] == keys["another line"]
    assert keys["class"] == keys["class again"] == keys["older instance"]
    assert keys["class"] != keys["class edited"]


SCRIPT = """
from memo import memoize_step
from dataclasses import dataclass
import json
@dataclass
class Point:
    x: int = 1
@memoize_step
def step(point):
    return json.dumps(point.x)
print(step.key(Point()))
"""
#: What IPython does with a cell: it compiles each of its statements by itself.
CELL_BY_CELL = """
import ast, linecache, sys
In = []
for number, source in enumerate(sys.argv[1:]):
    In.append(source)
    name = f"<ipython-input-{number}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    for statement in ast.parse(source).body:
        exec(compile(ast.Module([statement], []), name, "exec"), globals())
"""


def test_a_script_is_the_same_steps_in_one_cell_and_in_two(project: Project) -> None:
    """Python compiles ``json.dumps(x)`` in another way where what it compiles imports json, too."""
    (project.directory / "script.py").write_text(SCRIPT)
    before = project.run("script.py")
    assert before == project.run("-c", CELL_BY_CELL, SCRIPT)
    first, _, second = SCRIPT.partition("@memoize_step")
    assert before == project.run("-c", CELL_BY_CELL, first, f"@memoize_step{second}")


FILLED = """
from memo import memoize_step
TABLE = {"a": 1}
class Table:
    def __init__(self, rows): self.rows = rows
    def get(self, name): return self.rows.setdefault(name, 0)
table = Table({"a": 2})
def get(name):
    return TABLE.setdefault(name, 0) + table.get(name)
@memoize_step
def step(x):
    return get("a")
print(step.key(1))
"""


@pytest.mark.parametrize("edit", [("1}", "3}"), ("2}", "3}")])
def test_what_is_filled_later_counts_as_it_is_set_up_now(project: Project, edit: tuple[str, str]) -> None:
    """A cell that is edited and run again, or a module that is loaded again, sets up something else."""
    texts = [FILLED, FILLED.replace(*edit), FILLED]
    keys = project.run("-c", CELL_BY_CELL, *texts)
    assert keys[0] == keys[2] != keys[1]
    reload = "import importlib, pathlib, sys\nimport filled\nfor text in sys.argv[1:]:\n"
    (project.directory / "filled.py").write_text(FILLED)
    reload += "    pathlib.Path('filled.py').write_text(text); importlib.reload(filled)\n"
    assert [keys[0], *keys] == project.run("-c", reload, *texts)


FILLING = """
from memo import memoize_step
def get(name):
    return TABLE.setdefault(name, 0)
@memoize_step
def step(x):
    return get("a")
"""
ASK_CELL = "print(step.key(1))"


@pytest.mark.parametrize("program", [CELL_BY_CELL, CELL_BY_CELL.replace("In", "Names")], ids=["IPython", "another"])
def test_what_another_cell_sets_up_counts_as_that_cell_does_it_now(project: Project, program: str) -> None:
    def keys(*cells: str) -> list[str]:
        asked = [each for cell in cells for each in (cell, ASK_CELL)]
        return project.run("-c", program, "TABLE = {}", FILLING, *asked)

    nothing, one, two, again, more = keys(
        "", "TABLE = {'a': 1}", "TABLE = {'a': 2}", "TABLE = {'a': 1}", "TABLE['b'] = 3"
    )
    assert len({nothing, one, two, more}) == 4
    assert one == again
    quiet = ["get('b')", "TABLE.clear()", FILLING, "TABLE = {}", "repr(TABLE)\nprint(*TABLE, end='')", "step(2)"]
    assert {nothing} == set(keys(*quiet))
    module = f"TABLE = {{}}{FILLING}"
    (project.directory / "filling.py").write_text(f"{module}{ASK_CELL}")
    assert [nothing] == project.run("filling.py")


def test_two_lambdas_on_one_line_are_told_apart(project: Project) -> None:
    program = """
from memo import det_hash
one, two, three = (lambda x: x + 1), (lambda x: x + 2), (lambda x: x + 1)
for function in (one, two, three):
    print(det_hash(function))
"""
    (project.directory / "lambdas.py").write_text(program)
    one, two, three = project.run("lambdas.py")
    assert one != two
    assert one == three


def test_state_of_code_without_source_is_state_as_well(project: Project) -> None:
    source = """
RAN, MEMO, SEEN = [], {}, set()
class Stats:
    calls = 0
def step(x):
    RAN.append(x)
    MEMO[x] = x
    SEEN.add(x)
    Stats.calls += 1
    return x
"""
    program = f"""
from memo.dethash import CodeWatch
space = {{"__name__": "__main__"}}
exec({source!r}, space)
for _ in range(3):
    print(CodeWatch(space["step"]).manifest().digest)
    space["step"](1)
"""
    assert 1 == len(set(project.run("-c", program)))
