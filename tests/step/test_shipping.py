"""A step that is taken to another process memoizes over there, against the same store and under the same keys."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from memo import memoize_step
from memo.step.processes import shipping

#: By engine what was said of each step, by engine what was said of what differs there, and the sizes of pickles.
Program = tuple[dict[str, dict[str, list[str]]], dict[str, list[object]], dict[str, int]]

PROGRAM = Path(__file__).with_name("shipping_program.py")
STARTS = [method for method in multiprocessing.get_all_start_methods() if "loky" not in method]  # which joblib adds
ENGINES = [*STARTS, "ProcessPoolExecutor", "cloudpickle", "loky"]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Run the program that ships its steps, in a process of its own: what is shipped is a script's."""
    directory = tmp_path_factory.mktemp("shipping")
    environment = os.environ | {"MEMO_DIR": str(directory / "store"), "PYTHONWARNINGS": "ignore::DeprecationWarning"}
    done = subprocess.run(
        [sys.executable, PROGRAM], cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_shipped_step_finds_over_there_what_was_stored_here(program: Program, engine: str) -> None:
    if engine in ("cloudpickle", "loky"):
        pytest.importorskip("joblib")
        pytest.importorskip("cloudpickle")
    answers = program[0][engine]
    if engine in ("spawn", "forkserver", "fork", "ProcessPoolExecutor"):
        pytest.importorskip("cloudpickle", reason="a closure has no name to be found by")
    place = "here" if engine == "cloudpickle" else "elsewhere"
    assert 12 == len(answers)
    assert {name: ["same key", "stored", "same result", place] for name in answers} == answers


@pytest.mark.parametrize("engine", ["spawn", "loky"])
def test_what_differs_over_there_has_another_key(program: Program, engine: str) -> None:
    """A global of a module that the program changed: the other process imports the module as it is written."""
    if engine == "loky":
        pytest.importorskip("joblib")
    is_same_key, there, here = program[1][engine]
    assert (False, 4990) == (is_same_key, here - there)


def test_a_step_of_a_script_is_pickled_by_its_name(program: Program) -> None:
    """Multiprocessing runs the script in its workers, and pickles the function with every task."""
    pytest.importorskip("cloudpickle")
    sizes = program[2]
    assert (True, True, True, False) == tuple(size < 100 for size in sizes.values())


def test_a_notebooks_step_keeps_its_origin_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its functions have no file, and where they arrive the working directory is another project."""
    pytest.importorskip("cloudpickle")
    namespace = {"__name__": "__main__", "memoize_step": memoize_step}
    exec("def make():\n    @memoize_step(version='1')\n    def step(x): return x\n    return step", namespace)
    step = namespace["make"]()
    key, data = step.key(1), pickle.dumps(step)
    monkeypatch.chdir(tmp_path)
    again = pickle.loads(data)
    assert (key, step.info().origin) == (again.key(1), again.info().origin)


@memoize_step
def of_a_module(x):
    return x + 1


class Holder:
    @memoize_step
    def method(self, x):
        return x + 2

    @classmethod
    @memoize_step
    def build(cls, x):
        return cls.__name__, x


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_step_of_a_module_is_pickled_by_its_name(protocol: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or sys.modules["tests.step.test_shipping"])
    monkeypatch.setattr("memo.config._configured", {})  # another test may have told something, and sent it along
    monkeypatch.setattr("memo.step.processes.shipping._has_told", False)
    monkeypatch.setattr("memo.step.processes.shipping._began_with", shipping._variables())
    data = pickle.dumps(of_a_module, protocol)
    assert pickle.loads(data) is of_a_module
    assert len(data) < 100
    assert 3 == pickle.loads(pickle.dumps(Holder().method, protocol))(1)
    assert 3 == pickle.loads(pickle.dumps(Holder.method, protocol))(Holder(), 1)


@pytest.mark.parametrize("packer", ["pickle", "cloudpickle"])
def test_a_step_that_a_class_binds_is_found_there(packer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    packer = pytest.importorskip(packer)
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or sys.modules["tests.step.test_shipping"])
    for step in (vars(Holder)["method"], vars(Holder)["build"].__func__):
        assert pickle.loads(packer.dumps(step)) is step
    assert ("Holder", 1) == pickle.loads(packer.dumps(Holder.build))(1)


def test_a_closure_is_pickled_by_value_where_cloudpickle_is_installed() -> None:
    pytest.importorskip("cloudpickle")
    calls = []

    def make(factor):
        @memoize_step(name="scaling", ignore=("verbose",))
        def scale(x, verbose=False):
            calls.append(x)
            return x * factor

        return scale

    step = make(3)
    again = pickle.loads(pickle.dumps(step))
    assert step is not again
    assert (step.key(2), step.info().origin) == (again.key(2, verbose=True), again.info().origin)
    assert (6, True, 6) == (step(2), again.is_cached(2), again(2))
    assert [2] == calls


def test_without_cloudpickle_a_closure_is_refused_as_a_function_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cloudpickle", None)

    @memoize_step
    def step(): ...

    with pytest.raises((pickle.PicklingError, AttributeError), match="step"):
        pickle.dumps(step)


def test_the_store_and_the_options_go_along(tmp_path: Path) -> None:
    pytest.importorskip("cloudpickle")

    @memoize_step(store=tmp_path / "own", version="2", depends_on=([1],))
    def step(x):
        return x

    again = pickle.loads(pickle.dumps(step))
    again(1)
    assert (True, step.key(1)) == (step.is_cached(1), again.key(1))
    assert (tmp_path / "own").exists()
