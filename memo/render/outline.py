"""An outline: lines with lines below them, as plain text; HTML and rich's tree have files of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from memo.render.text import printable

#: ``source``, ``added`` and ``removed`` are lines of source text, whose spaces count.
Style = Literal["", "title", "good", "bad", "source", "added", "removed"]


class Line(NamedTuple):
    """A line and the lines below it.

    Attributes:
        text: what it says.
        style: how it is shown.
        aside: what only some readers want to know, such as a digest.
        parts: the lines below.
        is_folded: whether these are shown in a notebook only when they are asked for.
    """

    text: str
    style: Style = ""
    aside: str = ""
    parts: tuple[Line, ...] = ()
    is_folded: bool = False


#: What leads to a line and past it, for what comes last and what does not; and where there is nothing but ASCII.
_GUIDES: Final = (("├── ", "│   "), ("└── ", "    "))
_ASCII_GUIDES: Final = (("|-- ", "|   "), ("`-- ", "    "))


def text_of(line: Line, *, ascii_only: bool = False) -> str:
    """Return an outline as text; names may be anything, and must not drive a terminal.

    >>> print(text_of(Line("step", parts=(Line("code", parts=(Line("helper"),)), Line("arguments", aside="2")))))
    step
    ├── code
    │   └── helper
    └── arguments  2
    """
    return "\n".join(_lines(in_ascii(line), _ASCII_GUIDES) if ascii_only else _lines(line, _GUIDES))


def in_ascii(line: Line) -> Line:
    """Return an outline without the arrows that are its own; a name is as it is."""
    return line._replace(aside=line.aside.replace(" → ", " -> "), parts=tuple(map(in_ascii, line.parts)))


def _lines(line: Line, guides: tuple[tuple[str, str], tuple[str, str]]) -> Iterator[str]:
    yield printable(f"{line.text}  {line.aside}" if line.aside else line.text)
    for place, part in enumerate(line.parts):
        before, past = guides[place == len(line.parts) - 1]
        first, *others = _lines(part, guides)
        yield before + first
        yield from (past + other for other in others)
