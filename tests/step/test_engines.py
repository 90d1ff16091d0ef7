"""Every engine that runs steps elsewhere: they memoize over there, in the same store and under the same keys.

Another process that does not share the driver's memory would have to find code, classes and store again. What each
engine does with the steps of a script is said by ``engines_program.py``, once for each family of engines.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

PROGRAM = Path(__file__).with_name("engines_program.py")
STEPS = 18
#: The steps that a map does not take: a generator and a coroutine function.
UNMAPPED = 2

HERE = ("pickle", "cloudpickle", "copy", "deepcopy")
PROCESSES = ("fork", "spawn", "forkserver", "ProcessPoolExecutor", "map by fork", "map by spawn")
JOBLIB = ("joblib.Parallel", "map by loky")
DASK = ("dask submit", "dask map", "dask delayed", "map by dask")
RAY = ("ray task", "ray captured")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")


@cache
def said(*engines: str) -> dict[str, dict[str, str]]:
    """Return what the program says about *engines*, each step's by engine; it runs once for all tests."""
    with TemporaryDirectory() as directory:
        environment = os.environ | {
            "MEMO_DIR": str(Path(directory, "store")),
            "RAN": str(Path(directory, "ran")),
            "PYTHONWARNINGS": "ignore::DeprecationWarning",  # of forks beside threads
        }
        command = [sys.executable, str(PROGRAM), *engines]
        done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout)


def check(family: tuple[str, ...], engine: str) -> None:
    pytest.importorskip("cloudpickle", reason="a closure has no name to be found by")
    place = "here" if engine in HERE else "elsewhere"
    answers = said(*family)[engine]
    assert dict.fromkeys(answers, f"once, {place}") == answers
    assert STEPS - UNMAPPED * engine.startswith("map") == len(answers)


@pytest.mark.parametrize("engine", HERE)
def test_a_copy_of_a_step_memoizes(engine: str) -> None:
    check(HERE, engine)


@pytest.mark.parametrize("engine", PROCESSES)
def test_a_step_memoizes_in_pythons_own_processes(engine: str) -> None:
    check(PROCESSES, engine)


@pytest.mark.parametrize("engine", JOBLIB)
def test_a_step_memoizes_in_the_processes_of_joblib(engine: str) -> None:
    pytest.importorskip("joblib")
    check(JOBLIB, engine)


@pytest.mark.parametrize("engine", DASK)
def test_a_step_memoizes_in_the_workers_of_dask(engine: str) -> None:
    pytest.importorskip("distributed")
    check(DASK, engine)


@pytest.mark.ray
@pytest.mark.parametrize("engine", RAY)
def test_a_step_memoizes_in_the_workers_of_ray(engine: str) -> None:
    pytest.importorskip("ray")
    check(RAY, engine)
