"""Every example in README, docs and docstrings runs, each page in a module and a directory of its own."""

from __future__ import annotations

import doctest
import re
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from unittest import SkipTest

import pytest
from sybil import Document
from sybil.document import PythonDocStringDocument
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

REPOSITORY = Path(__file__).parents[2]
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
# Pages that lead to other pages, and records of decisions, have nothing to run.
WITHOUT_EXAMPLES = {"cli.md", "comparison.md", "contributing.md"}
#: The kinds of fences that are run, here and in `test_console.py`, or are no example: what Sphinx is told.
RUN = {"python", "console", "sh", "{eval-rst}", "{image}", "{literalinclude}", "{toctree}"}
#: Those that are run, by tests of their own, on some pages.
RUN_ON = {
    "ipython": ("docs/how-to/use-memo-in-a-notebook.md",),
    "text": ("docs/how-to/use-memo-in-a-notebook.md",),
    "toml": ("docs/reference/settings.md",),
}
MODULES = sorted((REPOSITORY / "memo").rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def is_without_examples(page: Path) -> bool:
    return page.name in WITHOUT_EXAMPLES or page.parent.name == "decisions"


def run(document: Document, monkeypatch: pytest.MonkeyPatch, directory: Path) -> int:
    """Run the document's examples as one module would and return how many there were."""
    page = ModuleType("documented_page")
    page.__file__ = document.path
    monkeypatch.setitem(sys.modules, page.__name__, page)
    monkeypatch.chdir(directory)
    document.namespace = vars(page)
    examples = list(document.examples())
    for example in examples:
        with suppress(SkipTest):  # the page says why, in a comment before it
            example.evaluate()
    return len(examples)


@pytest.mark.filterwarnings("ignore:Module globals is missing a __spec__:DeprecationWarning")  # of a traceback on 3.15
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_example_of_a_page_runs(page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    document = Document.parse(str(page), PythonCodeBlockParser(doctest_optionflags=OPTIONS), SkipParser())
    assert (run(document, monkeypatch, tmp_path) == 0) == is_without_examples(page)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_has_no_fence_that_is_silently_skipped(page: Path) -> None:
    kinds = set(re.findall(r"^ *```(?=\S)(\S+)", page.read_text("utf-8"), re.MULTILINE))
    assert set() == {kind for kind in kinds if kind not in RUN and name_of(page) not in RUN_ON.get(kind, ())}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_every_example_of_a_docstring_runs(module: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run(PythonDocStringDocument.parse(str(module), DocTestParser(OPTIONS)), monkeypatch, tmp_path)
