"""Tables for a terminal: the one file that knows rich."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from memo.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Columns in which a word may be folded.
NARROWEST = 8
PAGE = 500  # rows whose widths are decided together, so that a long listing begins at once


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a column of a table.

    Attributes:
        title: the column's name.
        is_number: whether its cells are short and read from the right. The others give way where a terminal is
            narrow: they are folded over several lines, the widest first, and never cut off.
    """

    title: str
    is_number: bool = False


def print_table(headings: Sequence[Heading], rows: Iterable[Sequence[str]], file: IO[str]) -> None:
    """Print *rows* to *file*, a terminal, below their headings; nothing if there are none.

    Cells are shown as they are, whatever markup, control characters or emoji codes they seem to hold.
    """
    console = console_for(file)
    remaining = iter(rows)
    while page := list(islice(remaining, PAGE)):
        if _least(headings, page) > console.width:
            _print_records(headings, page, console)
            continue
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for heading in headings:
            if heading.is_number:
                table.add_column(Text(heading.title), justify="right", no_wrap=True, overflow="ellipsis")
            else:
                table.add_column(Text(heading.title), overflow="fold")
        for row in page:  # as Text: a str would be read as markup
            table.add_row(*[Text(printable(cell)) for cell in row])
        console.print(table)


def _least(headings: Sequence[Heading], rows: Sequence[Sequence[str]]) -> int:
    """Return how many columns a table needs at least: numbers are not cut off, and words are still words."""
    columns = [max(map(len, cells)) for cells in zip([each.title for each in headings], *rows, strict=True)]
    return sum(
        2 + (width if heading.is_number else min(width, NARROWEST))
        for heading, width in zip(headings, columns, strict=True)
    )


def _print_records(headings: Sequence[Heading], rows: Sequence[Sequence[str]], console: Console) -> None:
    """Print each row as lines of its own, where the terminal is too narrow for a table."""
    for row in rows:
        for heading, cell in zip(headings, row, strict=True):
            line = Text.assemble((f"{heading.title} ", "bold"), printable(cell), overflow="fold")
            console.print(line, overflow="fold")
        console.print()


def console_for(file: IO[str]) -> Console:
    """Return what shows things in a terminal: without color where none is wanted, and names as they are."""
    # Without a color system no escape sequence is sent at all; rich's own NO_COLOR still sends bold.
    width = 80 if os.environ.get("COLUMNS") == "0" else None  # which says that nobody knows, and not that none fits
    color_system = None if os.environ.get("NO_COLOR") else "auto"
    # In a notebook rich would display things instead of writing them to the file.
    return Console(file=file, width=width, color_system=color_system, force_jupyter=False)  # type: ignore[arg-type]
