"""Sphinx's autodoc shows of steps what it shows of the functions and methods that they are made of."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys
from pathlib import Path
from types import MethodType
from typing import Any

import pytest

from memo import memoize_step

MODULE = '''
"""A module."""
from memo import memoize_step as decorate

class Loader:
    """A class."""

    @decorate
    @classmethod
    def made(cls, path: str, count: int = 1) -> list[str]:
        """Make some."""
        return [path] * count

    @decorate
    @staticmethod
    def parsed(line: str) -> list[str]:
        """Parse one."""
        return line.split()

    @classmethod
    @decorate
    def made_below(cls, path: str, count: int = 1) -> list[str]:
        """Make some."""
        return [path] * count

    @staticmethod
    @decorate
    def parsed_below(line: str) -> list[str]:
        """Parse one."""
        return line.split()

    @decorate
    def loaded(self, path: str, *, more: int = 2) -> int:
        """Load one."""
        return more

    @property
    @decorate
    def size(self) -> int:
        """Measure."""
        return 1

    @decorate
    async def fetched(self, path: str) -> int:
        """Fetch one."""
        return 1

@decorate
def function(a: int, /, b: str = "x", *args: int, c: float, **more: str) -> dict[str, int]:
    """Do something."""
    return {}

@decorate
async def awaited(a: int) -> int:
    """Wait for something."""
    return a

@decorate
def items(a: int):
    """Yield something."""
    yield a
'''
PLAIN = MODULE.replace("from memo import memoize_step as decorate", "def decorate(function): return function")


@pytest.mark.stress  # where Sphinx is
def test_autodoc_shows_what_it_shows_of_plain_functions(tmp_path: Path) -> None:
    pytest.importorskip("sphinx")
    shown = []
    for name, text in (("steps", MODULE), ("plain", PLAIN)):
        directory = tmp_path / name
        directory.mkdir()
        (directory / "module.py").write_text(text)
        (directory / "conf.py").write_text("import sys\nsys.path.insert(0, '.')\nextensions = ['sphinx.ext.autodoc']\n")
        (directory / "index.rst").write_text("all\n===\n\n.. automodule:: module\n   :members:\n")
        command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "text", ".", "out"]
        subprocess.run(command, cwd=directory, check=True)
        shown.append((directory / "out" / "index.txt").read_text())
    assert "classmethod made(path: str, count: int = 1) -> list[str]" in shown[0]
    assert shown[0] == shown[1]


def test_what_a_class_holds_is_told_for_what_it_is() -> None:
    namespaces: list[dict[str, Any]] = []
    for text in (MODULE, PLAIN):
        namespaces.append({"__name__": __name__})
        exec(text, namespaces[-1])
    steps, plain = (namespace["Loader"] for namespace in namespaces)
    kinds = [
        {each.name: each.kind for each in inspect.classify_class_attrs(cls) if not each.name.startswith("_")}
        for cls in (steps, plain)
    ]
    assert kinds[0] == kinds[1]
    for name in ("made", "made_below"):
        assert isinstance(getattr(steps, name), MethodType), name
    assert pydoc.render_doc(plain, renderer=pydoc.plaintext) == pydoc.render_doc(steps, renderer=pydoc.plaintext)


def test_what_passes_for_a_method_is_a_step() -> None:
    class Counter:
        @memoize_step
        @classmethod
        def made(cls, count: int) -> int:
            return count + 1

        @memoize_step
        @staticmethod
        def parsed(line: str) -> list[str]:
            return line.split()

    for step, argument in ((Counter.made, 1), (Counter.parsed, "a b"), (Counter().made, 2), (Counter().parsed, "c")):
        step(argument)
        assert step.is_cached(argument)
        assert step.info().entries
