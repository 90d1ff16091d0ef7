"""A notebook of marimo that runs as a script: functions of its cells are followed as those of a module are."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.stress,  # each run of a notebook of marimo takes seconds
    pytest.mark.skipif(find_spec("marimo") is None, reason="marimo is not installed"),
]

NOTEBOOK = '''
import marimo

app = marimo.App()

with app.setup:
    from memo import memoize_step


@app.function
def rounded(x):
    return round(x)


@app.cell
def _():
    _OFFSET = 10

    def _added(x):
        return x + _OFFSET

    def helper(x):
        return _added(x)
    return (helper,)


@app.cell
def _(helper):
    @memoize_step
    def step(x):
        """Add and double."""
        print("ran", end=" ")
        return rounded(helper(x) * 2)
    return (step,)


@app.cell
def _(step):
    print(step(1))
    return


if __name__ == "__main__":
    app.run()
'''
MODULE = """
from memo import memoize_step

_OFFSET = 10

def _added(x):
    return x + _OFFSET

def rounded(x):
    return round(x)

def helper(x):
    return _added(x)

@memoize_step
def step(x):
    print("ran", end=" ")
    return rounded(helper(x) * 2)

print(step(1))
"""


def test_an_edit_that_can_change_the_result_runs_again_and_no_other(tmp_path: Path) -> None:
    script = tmp_path / "notebook.py"

    def run(*edits: tuple[str, str], source: str = NOTEBOOK) -> str:
        for before, after in edits:
            assert before in source
            source = source.replace(before, after)
        script.write_text(source)
        done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
        assert 0 == done.returncode, done.stderr
        return done.stdout

    assert "ran 22\n" == run()
    assert "22\n" == run()
    above = "@app.cell\ndef _():\n    inserted = 1\n    return\n\n\n@app.cell\ndef _():\n    _OFFSET"
    assert "22\n" == run(("@app.cell\ndef _():\n    _OFFSET", above))
    assert "22\n" == run(("Add and double.", "Another docstring."), ("x + _OFFSET", "x + _OFFSET  # a comment"))
    assert "ran 42\n" == run(("_OFFSET = 10", "_OFFSET = 20"))
    assert "ran -18\n" == run(("x + _OFFSET", "x - _OFFSET"))
    assert "ran 23\n" == run(("round(x)", "round(x) + 1"))
    assert "22\n" == run()
    assert "22\n" == run(source=MODULE)
