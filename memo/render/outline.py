"""An outline: lines with lines below them, as plain text; HTML and rich's tree have files of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

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


def text_of(line: Line) -> str:
    """Return an outline as text; names may be anything, and must not drive a terminal.

    >>> print(text_of(Line("step", parts=(Line("code", parts=(Line("helper"),)), Line("arguments", aside="2")))))
    step
    ├── code
    │   └── helper
    └── arguments  2
    """
    return "\n".join(_lines(line))


def _lines(line: Line) -> Iterator[str]:
    yield printable(f"{line.text}  {line.aside}" if line.aside else line.text)
    for place, part in enumerate(line.parts):
        is_last = place == len(line.parts) - 1
        first, *others = _lines(part)
        yield ("└── " if is_last else "├── ") + first
        yield from (("    " if is_last else "│   ") + other for other in others)
