"""Outlines and cards as HTML for notebooks: small, and in need of nothing from outside.

Colors are the theme's own text color, mixed or made translucent, so that no theme has to be known. Where a notebook's
viewer takes the style away, as GitHub's does, headings, lists and tables are still what they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from memo.render.outline import Line
from memo.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Characters of a name, and lines below a line, that a notebook keeps.
MOST_CHARACTERS, MOST_PARTS = 300, 200

_EDGE: Final = "rgba(128,128,128,.35)"
_GOOD, _BAD = "#0b8a3e", "#d63a2f"
_STYLE: Final = (
    ".memo-shown{line-height:1.5;overflow-wrap:anywhere}"
    f".memo-shown .memo-card{{display:inline-block;max-width:100%;box-sizing:border-box;padding:.5em .9em;"
    f"border:1px solid {_EDGE};border-radius:6px}}"
    f".memo-shown ul.memo-parts{{list-style:none;margin:0 0 0 .3em;padding:0 0 0 .9em;border-left:1px solid {_EDGE}}}"
    ".memo-shown .memo-parts li{margin:0}"
    ".memo-shown summary{cursor:pointer}"
    ".memo-shown .memo-aside,.memo-shown th{opacity:.8;font-weight:normal}"
    ".memo-shown .memo-aside,.memo-shown th,.memo-shown td{font-size:.92em}"
    ".memo-shown .memo-code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}"
    f".memo-shown .memo-good{{color:{_GOOD};color:color-mix(in srgb,{_GOOD} 65%,currentColor)}}"
    f".memo-shown .memo-bad{{color:{_BAD};color:color-mix(in srgb,{_BAD} 65%,currentColor)}}"
    ".memo-shown .memo-line{white-space:pre-wrap;font-size:.92em}"
    ".memo-shown .memo-added{background:rgba(46,160,67,.18)}"
    ".memo-shown .memo-removed{background:rgba(248,81,73,.18)}"
    ".memo-shown .memo-table{border-collapse:collapse;margin:.3em 0;border:0}"
    ".memo-shown .memo-table thead,.memo-shown .memo-table tbody tr{background:none}"
    ".memo-shown .memo-table th,.memo-shown .memo-table td{text-align:left;vertical-align:top;"
    "padding:.1em 0 .1em 1.5em;border:0;max-width:none;white-space:normal}"
    f".memo-shown .memo-table tbody td{{border-top:1px solid {_EDGE}}}"
    ".memo-shown .memo-table tr>:first-child{padding-left:0}"
    ".memo-shown .memo-table .memo-number{text-align:right;white-space:nowrap}"
)


class Table(NamedTuple):
    """Rows below headings.

    Attributes:
        headings: the columns' names.
        rows: the cells.
        words: how many columns, from the left, are words; the others are numbers, and read from the right.
        more: what is said below.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    more: str = ""


class Card(NamedTuple):
    """What is known about one thing.

    Attributes:
        title: its name.
        kind: what it is.
        lines: sentences about it.
        code: what is written about it in a program.
        table: numbers about it.
        folded: more tables, by title, shown when they are asked for.
    """

    title: str
    kind: str = ""
    lines: tuple[str, ...] = ()
    code: str = ""
    table: Table | None = None
    folded: tuple[tuple[str, Table], ...] = ()


def html_of(line: Line) -> str:
    """Return an outline as HTML; whatever a name holds is text there."""
    return _shown(_outline(line))


def card_html(card: Card) -> str:
    """Return a card as HTML."""
    kind = f'<span class="memo-aside">{_text(card.kind)}</span> ' if card.kind else ""
    parts = [f'<div>{kind}<strong class="memo-code">{_text(card.title)}</strong></div>']
    parts += [f"<div>{_text(line)}</div>" for line in card.lines]
    if card.code:
        parts.append(f'<div class="memo-aside memo-code">{_text(card.code)}</div>')
    if card.table is not None:
        parts.append(_table(card.table))
    parts += [f"<details><summary>{_text(title)}</summary>{_table(table)}</details>" for title, table in card.folded]
    return _shown(f'<div class="memo-card">{"".join(parts)}</div>')


def _shown(inside: str) -> str:
    return f'<div class="memo-shown"><style>{_STYLE}</style>{inside}</div>'


def _outline(line: Line) -> str:
    text = _styled(line)
    if not line.parts:
        return text
    parts = [f"<li>{_outline(part)}</li>" for part in line.parts[:MOST_PARTS]]
    if len(line.parts) > MOST_PARTS:
        parts.append(f'<li class="memo-aside">{len(line.parts) - MOST_PARTS:,} more</li>')
    inside = f'<ul class="memo-parts">{"".join(parts)}</ul>'
    return f"<details{'' if line.is_folded else ' open'}><summary>{text}</summary>{inside}</details>"


def _styled(line: Line) -> str:
    if line.style in ("source", "added", "removed"):
        return f'<div class="memo-line memo-code memo-{line.style}">{_text(line.text) or " "}</div>'
    tag = "strong" if line.style == "title" else "span"
    kind = f' class="memo-{line.style}"' if line.style in ("good", "bad") else ""
    aside = f' <span class="memo-aside memo-code">{_text(line.aside)}</span>' if line.aside else ""
    return f"<{tag}{kind}>{_text(line.text)}</{tag}>{aside}"


def _table(table: Table) -> str:
    head = "".join(_cells("th", table.headings, table.words))
    rows = "".join(f"<tr>{''.join(_cells('td', row, table.words))}</tr>" for row in table.rows)
    more = f'<div class="memo-aside">{_text(table.more)}</div>' if table.more else ""
    return f"<table class='memo-table'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _cells(tag: str, cells: Sequence[str], words: int) -> Iterable[str]:
    for place, cell in enumerate(cells):
        kind = "" if place < words else ' class="memo-number"'
        yield f"<{tag}{kind}>{_text(cell)}</{tag}>"


def _text(text: str) -> str:
    """Return *text* as HTML has it; of a very long one the beginning and the end."""
    if len(text) > MOST_CHARACTERS:
        half = MOST_CHARACTERS // 2
        text = f"{text[:half]} … {text[-half:]}"
    from html import escape  # it brings the names of all characters along

    return escape(printable(text))
