"""Steps of a notebook memoize in other processes as well, and a map shows its bar below the cell."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

pytest.importorskip("ipykernel")
pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("cloudpickle")
pytest.importorskip("joblib")

EXECUTE = """
import sys, nbclient, nbformat
made = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(made, timeout=300, startup_timeout=300, iopub_timeout=300).execute()
nbformat.write(made, sys.argv[1])
"""
DEFINITIONS = """
import os, multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
import joblib
from memo import Store, memoize_step

RATE = 3
SEEN = {}

def helper(x):
    with Path(os.environ["RAN"]).open("a") as file:
        file.write(f"{os.getpid()}\\n")
    return x * RATE
"""
CLASSES = """
@dataclass
class Point:
    x: int

    @memoize_step
    def norm(self, scale):
        return helper(self.x) * scale
"""
STEPS = """
@memoize_step
def step(x):
    SEEN[x] = helper(x)
    return SEEN[x] + 1

@memoize_step(version="1")
def given(point):
    return helper(point.x) + 2

def scaled(factor):
    @memoize_step
    def scale(x):
        return helper(x) * factor
    return scale
"""
RUNS = """
def ran():
    return Path(os.environ["RAN"]).read_text().split() if Path(os.environ["RAN"]).exists() else []

def tried(run, step, argument):
    before = len(ran())
    results = run(step, argument), run(step, argument)
    return len(ran()) - before, str(os.getpid()) in ran(), step.is_cached(argument), results[0] == results[1]

def pooled(method):
    def run(step, argument):
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as executor:
            return executor.submit(step, argument).result()
    return run

ways = {
    "fork": pooled("fork"),
    "spawn": pooled("spawn"),
    "loky": lambda step, argument: joblib.Parallel(n_jobs=2)([joblib.delayed(step)(argument)])[0],
}
for number, (name, run) in enumerate(ways.items()):
    print(name, tried(run, step, number), tried(run, scaled(2), 10 + number))
    if name != "spawn":  # where plain pickle does not take the instances of a notebook's classes
        print(name, tried(run, given, Point(20 + number)), tried(run, Point(30 + number).norm, 2))
"""
MAP = """
with ProcessPoolExecutor(1) as executor:
    results = step.map(range(0, 60, 20), executor)
results
"""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """A notebook that has run."""
    directory = tmp_path_factory.mktemp("notebook")
    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_code_cell(cell.strip()) for cell in (DEFINITIONS, CLASSES, STEPS, RUNS, MAP)]
    file = directory / "notebook.ipynb"
    nbformat.write(made, file)
    environment = os.environ | {
        "MEMO_DIR": str(directory / "store"),
        "RAN": str(directory / "ran"),
        "IPYTHONDIR": str(directory),
        "PYTHONWARNINGS": "ignore::DeprecationWarning",  # of forks beside threads
    }
    # In a process of its own: what a client leaves open is not ours.
    command = [sys.executable, "-c", EXECUTE, str(file)]
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return nbformat.read(file, 4)


def test_the_steps_of_a_notebook_memoize_in_other_processes(notebook: nbformat.NotebookNode) -> None:
    printed = "".join(output.text for output in notebook.cells[3].outputs)
    good = (1, False, True, True)  # ran once, elsewhere, stored under the key that it has here, the same result
    ways = ("fork", "fork", "spawn", "loky", "loky")
    assert [f"{way} {good} {good}" for way in ways] == printed.splitlines()


def test_a_map_shows_one_bar_below_the_cell(notebook: nbformat.NotebookNode) -> None:
    bar, results = notebook.cells[4].outputs
    assert re.fullmatch(r"step ━+ 3/3 1 stored +0:00:\d\d", bar.data["text/plain"]), bar
    assert "[1, 61, 121]" == results.data["text/plain"]
