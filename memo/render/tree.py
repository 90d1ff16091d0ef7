"""An outline as rich's tree, and how to print one."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

from rich.text import Text
from rich.tree import Tree

from memo.render.table import console_for
from memo.render.text import printable

if TYPE_CHECKING:
    from memo.render.outline import Line, Style

_STYLES: Final[dict[Style, str]] = {
    "": "",
    "title": "bold",
    "good": "green",
    "bad": "red",
    "source": "",
    "added": "green",
    "removed": "red",
}


def tree_of(line: Line) -> Tree:
    """Return an outline as a tree, for rich to show."""
    tree = Tree(_label(line), guide_style="dim")
    for part in line.parts:
        tree.children.append(tree_of(part))
    return tree


def print_tree(line: Line, file: IO[str]) -> None:
    """Print an outline to *file*, a terminal."""
    console_for(file).print(tree_of(line))


def _label(line: Line) -> Text:
    label = Text(printable(line.text), style=_STYLES[line.style], overflow="fold")
    if line.aside:
        label.append(f"  {printable(line.aside)}", style="dim")
    return label
