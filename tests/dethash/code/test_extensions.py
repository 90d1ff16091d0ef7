"""An extension module of the user's own has no code to follow: what is in its file counts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from memo import configure, memoize_step
from lib import _bisect

configure(versions="off", first_party=["lib"])


@memoize_step
def step(x):
    return _bisect.bisect_right([1, 2], x)


print(step.key(1))
"""


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return an extension module in a project of its own."""
    file = getattr(pytest.importorskip("_bisect"), "__file__", None)
    if file is None:
        pytest.skip("this Python has _bisect built in")
    (tmp_path / "lib").mkdir()
    (tmp_path / "main.py").write_text(PROGRAM)
    return Path(shutil.copy(file, tmp_path / "lib"))


def test_a_module_that_is_built_again_counts(built: Path) -> None:
    def key() -> str:
        command = [sys.executable, "main.py"]
        return subprocess.run(command, cwd=built.parents[1], capture_output=True, text=True, check=True).stdout

    before = key()
    assert before == key()
    built.write_bytes(built.read_bytes() + b"\0")
    assert before != key()
