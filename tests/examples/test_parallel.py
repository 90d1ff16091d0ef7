"""The examples that run steps in parallel run each of them once."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from memo import Store

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(directory: Path, script: Path, *arguments: str) -> str:
    """Run an example with the store in *directory*, and return what it printed."""
    environment = os.environ | {
        "COLUMNS": "100",
        "MEMO_DIR": str(directory / "store"),
        "PYTHONWARNINGS": "ignore::DeprecationWarning",  # of forks beside threads
    }
    command = [sys.executable, str(script), *arguments]
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return done.stdout


def counted(directory: Path) -> tuple[int, int, int]:
    """Return the runs and hits of all processes so far, and the entries that they left."""
    store = Store(directory / "store")
    (counters,) = store.all_counters().values()
    found = counters.misses, counters.hits, len(list(store.entries()))
    store.close()
    return found


def test_a_second_sweep_simulates_nothing_and_a_finer_one_what_is_new(tmp_path: Path) -> None:
    sweep = tmp_path / "parameter_sweep.py"
    before, after = (EXAMPLES / sweep.name).read_text("utf-8").split("PEOPLE = 5000\n")
    sweep.write_text(f"{before}PEOPLE = 100\n{after}", "utf-8")  # who fall ill sooner
    first = run(tmp_path, sweep, "--size", "2")
    assert (4, 0, 4) == counted(tmp_path)
    second = run(tmp_path, sweep, "--size", "2")
    assert (4, 4, 4) == counted(tmp_path)
    assert "4 scenarios, 0 of them stored" == first.splitlines()[0]
    assert "4 scenarios, 4 of them stored" == second.splitlines()[0]
    assert first.splitlines()[1:] == second.splitlines()[1:]
    run(tmp_path, sweep, "--size", "4")
    assert (16, 8, 16) == counted(tmp_path)


@pytest.mark.parametrize(
    "engines",
    [
        pytest.param(("processes", "joblib", "loky", "dask"), id="processes, joblib and dask"),
        pytest.param(("processes", "ray"), id="ray", marks=pytest.mark.ray),
    ],
)
def test_what_one_engine_has_computed_the_others_find(tmp_path: Path, engines: tuple[str, ...]) -> None:
    modules = {"processes": "memo", "loky": "joblib", "dask": "distributed"}
    there = [engine for engine in engines if find_spec(modules.get(engine, engine))]
    if len(there) == 1:
        pytest.skip(f"not installed: {', '.join(engines[1:])}")
    printed = run(tmp_path, EXAMPLES / "engines.py", *there)
    assert 4 == printed.count(" runs in process ")
    assert [f"{engine} [0, 1, 4, 9]" for engine in there] == [line for line in printed.splitlines() if "]" in line]
    assert 4 == counted(tmp_path)[0]
