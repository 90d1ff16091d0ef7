"""A container that a program puts in the place of one that code fills counts by what it then held."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dethash.code.test_sources import Project

MODULE = """
from memo import memoize_step
TABLE = {}
RATES = {"a": 1}
def get(name):
    return TABLE.setdefault(name, RATES.setdefault(name, 0))
@memoize_step
def step(x):
    return get(x)
"""
ASK = "print(tables.step.key(1))\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path / "project")
    (project.directory / "tables.py").write_text(MODULE)
    return project


def keys(project: Project, *parts: str) -> list[str]:
    """Return the key after each of *parts* of a program."""
    return project.run("-c", "import tables\n" + "".join(f"{part}\n{ASK}" for part in parts))


def test_what_a_program_puts_there_counts_and_what_the_code_fills_in_does_not(project: Project) -> None:
    began, ran, put, ran_again, other, same = keys(
        project,
        "",
        "tables.step(1)",
        "tables.TABLE = {'z': 1}",
        "tables.step(2)",
        "tables.TABLE = {'z': 2}",
        "tables.TABLE = {'z': 1}",
    )
    assert began == ran
    assert put == ran_again == same
    assert len({began, put, other}) == 3
    assert [put] == keys(project, "tables.TABLE = {'z': 1}")


def test_an_empty_one_in_the_place_of_an_empty_one_is_as_before(project: Project) -> None:
    began, cleared, filled = keys(project, "", "tables.TABLE = {}", "tables.step(1)")
    assert began == cleared == filled
    assert [began] != keys(project, "tables.RATES = {}")


def test_the_one_of_the_module_in_its_place_again_is_as_before(project: Project) -> None:
    began, _, back = keys(
        project, "", "own = tables.TABLE; tables.TABLE = {'z': 1}; tables.step(1)", "tables.TABLE = own"
    )
    assert began == back


def test_a_step_that_goes_to_another_process_by_value_has_the_same_key_there(project: Project) -> None:
    pytest.importorskip("cloudpickle")
    script = f"""{MODULE}
import cloudpickle
from pathlib import Path
TABLE = {{"z": NUMBER}}
print(step.key(1))
step(1)
Path("step").write_bytes(cloudpickle.dumps(step))
"""
    load = "import pickle; print(pickle.load(open('step', 'rb')).key(1))"
    found = []
    for number in "12":
        (project.directory / "script.py").write_text(script.replace("NUMBER", number))
        found += project.run("script.py")
        assert found[-1:] == project.run("-c", load)
    assert len(set(found)) == 2
