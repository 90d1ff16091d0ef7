"""Takes HTML apart, as a browser would, for the tests of what a notebook shows."""

from __future__ import annotations

import re
from html.parser import HTMLParser

EVIL = "\x1b[2J<script>alert(1)</script>[red]&\u202e\"'>"
SHOWN = "\\x1b[2J<script>alert(1)</script>[red]&\\u202e\"'>"
#: The elements that an output is made of; none of them loads or runs anything.
HARMLESS = {
    "details", "div", "li", "span", "strong", "style", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


class Reader(HTMLParser):
    """Takes HTML apart; what is not closed in order is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text: list[str] = []
        self.rows: list[list[str]] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.append(tag)
        self.attributes += attrs
        if tag == "tr":
            self.rows.append([])

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1] == "style":
            return
        self.text.append(data)
        if self.open[-1] in ("td", "th"):
            self.rows[-1].append(data)


def read(html: str) -> Reader:
    """Return what is in an output, which must be closed in order, load nothing and run nothing."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert [] == reader.open
    assert set() == set(reader.seen) - HARMLESS
    assert set() == {name for name, _ in reader.attributes} - {"class", "open"}
    assert not re.search(r"https?:|src=|url\(|@import", html)
    assert html.replace("\n", "").isprintable()
    return reader
