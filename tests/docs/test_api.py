"""The reference lists every public name, from its docstring."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"
DIRECTIVE = re.compile(r"^\.\. auto(function|class|module|data|decorator):: ([\w.]+)", re.MULTILINE)
PUBLIC = [
    f"{module}.{name}"
    for module in ("memo", "memo.testing", "memo.inspection")
    for name in import_module(module).__all__
]


def found(path: str) -> Any:
    """Return what *path* leads to: a module, or something in one."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


def documented() -> list[Any]:
    """Return what the page documents, with all that is in the modules that it documents as a whole."""
    things = []
    for kind, path in DIRECTIVE.findall(PAGE.read_text("utf-8")):
        thing = found(path)
        things += [each for each in vars(thing).values() if isinstance(each, type)] if kind == "module" else [thing]
    return things


@pytest.mark.parametrize("path", PUBLIC)
def test_each_public_name_is_in_the_reference(path: str) -> None:
    assert any(found(path) is thing for thing in documented())


@pytest.mark.parametrize("path", PUBLIC)
def test_each_public_name_has_a_docstring_that_begins_with_a_sentence(path: str) -> None:
    first = (found(path).__doc__ or "").strip().partition("\n\n")[0]
    assert first.endswith((".", ":", "``"))
