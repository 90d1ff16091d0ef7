"""What a command says: a table on a terminal, lines for grep and cut in a pipe, or one JSON document."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import click

from memo.render import in_ascii, printable, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from memo.render import Line


class Item(Protocol):
    """What is listed."""

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as for JSON."""


T = TypeVar("T", bound=Item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[T]):
    """One column of a listing, for both of its readers.

    Attributes:
        title: what stands above it on a terminal.
        shown: an item's cell on a terminal, rounded and short.
        plain: an item's field in a pipe, in full; the same unless it is given.
        is_number: whether it is read from the right.
    """

    title: str
    shown: Callable[[T], str]
    plain: Callable[[T], str] | None = None
    is_number: bool = False


class Output:
    """Standard output, for one command on one store.

    Args:
        directory: where the store is.
        as_json: whether there is to be one JSON document and nothing else.
    """

    def __init__(self, directory: Path, *, as_json: bool) -> None:
        self.directory = directory
        self.as_json = as_json
        self.is_terminal = sys.stdout.isatty()

    def document(self, **fields: object) -> None:
        """Print the JSON document, if one is wanted."""
        if self.as_json:
            document = _finite({"store": str(self.directory), **fields})
            click.echo(json.dumps(document, indent=2, allow_nan=False))

    def listing(
        self, name: str, columns: Sequence[Column[T]], items: Iterable[T], *, below: Sequence[T] = (), **fields: object
    ) -> None:
        """Print *items*: under *name* and before *fields* in the document, else as rows or lines.

        *below* are more rows for people, as sums are; programs add up themselves.
        """
        if self.as_json:
            self.document(**{name: [item.to_dict() for item in items], **fields})
        elif self.is_terminal:
            from memo.render.table import Heading, print_table

            headings = [Heading(column.title, column.is_number) for column in columns]
            rows = ([column.shown(item) for column in columns] for item in chain(items, below))
            print_table(headings, rows, sys.stdout)
        else:
            fields_of = [column.plain or column.shown for column in columns]
            for item in items:
                sys.stdout.write("\t".join(printable(field(item)) for field in fields_of) + "\n")

    def outline(self, line: Line, **fields: object) -> None:
        """Print an outline for people, or the document with *fields*."""
        if self.as_json:
            self.document(**fields)
        elif self.is_terminal:
            from memo.render.tree import print_tree

            print_tree(in_ascii(line) if _is_ascii_only() else line, sys.stdout)
        else:
            sys.stdout.write(text_of(line, ascii_only=_is_ascii_only()) + "\n")

    def say(self, sentence: str) -> None:
        """Say what was done, unless that is in the document."""
        if not self.as_json:
            click.echo(printable(sentence))

    def note(self, sentence: str) -> None:
        """Say what only people want to know, and only where they are looking."""
        if self.is_terminal and not self.as_json:
            click.echo(printable(sentence), err=True)


def _is_ascii_only() -> bool:
    """Say whether standard output lacks the lines that outlines are drawn with."""
    try:
        "├└│─→".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return True
    return False


def _finite(value: object) -> object:
    """Return plain data as JSON can say it: a number that a damaged entry made up is null."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
