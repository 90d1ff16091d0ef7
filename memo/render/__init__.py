"""Text, tables and outlines from plain data, for people to read.

``memo.render.table`` and ``memo.render.tree``, which need rich, are imported only where one is shown.
"""

from memo.render.html import Card, Table, card_html, html_of
from memo.render.outline import Line, Style, in_ascii, text_of
from memo.render.text import printable
from memo.render.units import (
    UNKNOWN,
    ago,
    exact_seconds,
    human_age,
    human_bytes,
    human_count,
    human_seconds,
    iso_time,
)

__all__ = [
    "UNKNOWN",
    "Card",
    "Line",
    "Style",
    "Table",
    "ago",
    "card_html",
    "exact_seconds",
    "html_of",
    "human_age",
    "human_bytes",
    "human_count",
    "human_seconds",
    "in_ascii",
    "iso_time",
    "printable",
    "text_of",
]
