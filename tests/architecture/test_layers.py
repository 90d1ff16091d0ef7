"""A layer imports only from layers below it: the contracts of ``pyproject.toml``, kept here and seen broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

pytest.importorskip("importlinter")
pytestmark = pytest.mark.skipif(not (REPOSITORY / "memo").exists(), reason="the sources are not beside the tests")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the package and its contracts, to break."""
    shutil.copytree(REPOSITORY / "memo", tmp_path / "memo", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


def lint(directory: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache"]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)


def test_the_contracts_hold(copy: Path) -> None:
    done = lint(copy)
    assert 0 == done.returncode, done.stdout


@pytest.mark.parametrize(
    ("file", "statement", "broken"),
    [
        ("dethash/node.py", "import memo.step", "layers BROKEN"),
        ("key/__init__.py", "import memo.store", "layers BROKEN"),
        ("brand_new.py", "", "layers BROKEN"),
        ("step/__init__.py", "import diskcache", "diskcache stays behind one adapter BROKEN"),
        ("store/__init__.py", "import wrapt", "wrapt stays behind one wrapper BROKEN"),
        ("dethash/node.py", "import xxhash", "dethash stands on the standard library and blake3 BROKEN"),
    ],
)
def test_an_import_that_goes_up_or_around_is_found(copy: Path, file: str, statement: str, broken: str) -> None:
    with (copy / "memo" / file).open("a") as source:
        source.write(f"\n{statement}\n")
    done = lint(copy)
    assert 0 != done.returncode
    assert broken in done.stdout
