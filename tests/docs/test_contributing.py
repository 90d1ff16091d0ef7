"""What the page for contributors names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "contributing.md").read_text("utf-8")
#: Paths, but for those of files that are to be written, whose names are in capitals.
PATHS = sorted({
    path
    for path in re.findall(r"`((?:memo|docs|tests|\.ci)/[\w./-]+|[\w-]+\.(?:toml|md))`", PAGE)
    if not re.search(r"LIBRARY|COMMAND", path)
})  # fmt: skip
#: How many of the ten lines that it may take each recipe has.
RECIPES = {
    title: len(re.findall(r"^\d+\. ", text, re.MULTILINE))
    for title, text in re.findall(r"^## (A new .*?)\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
}


@pytest.mark.parametrize("path", PATHS)
def test_each_path_is_there(path: str) -> None:
    if path.startswith("memo/") and not (REPOSITORY / "memo").exists():
        pytest.skip("the installed wheel is tested, and no memo/ is beside the tests")
    if path.startswith(".ci") and not (REPOSITORY / ".ci").exists():
        pytest.skip("a source distribution has no .ci/")
    assert (REPOSITORY / path).exists()


@pytest.mark.parametrize("name", ["type encoder", "format", "command", "surface"])
def test_each_recipe_has_ten_lines_at_most(name: str) -> None:
    assert RECIPES[f"A new {name}"] in range(5, 11)
