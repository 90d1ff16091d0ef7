"""Outlines for people: the same lines as text, in a terminal and in a notebook, whatever names hold."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

from rich.console import Console

from memo.render import Line, html_of, text_of
from memo.render.tree import print_tree, tree_of

EVIL = "\x1b[2J<script>alert(1)</script>[red]&\u202e"
CODE = Line("code", parts=(Line("- old", "removed"), Line("+ new", "added")), is_folded=True)
LINE = Line("step", "title", "key 0", (CODE, Line("opaque", "bad", "why")))


class Reader(HTMLParser):
    """Takes HTML apart; what is not closed in order is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1] != "style":
            self.text.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert [] == reader.open
    return reader


def test_text_shows_the_lines_below_one_another() -> None:
    assert ["step  key 0", "├── code", "│   ├── - old", "│   └── + new", "└── opaque  why"] == text_of(
        LINE
    ).splitlines()


def test_a_terminal_shows_the_same_lines() -> None:
    console = Console(file=io.StringIO(), width=60, color_system=None)
    console.print(tree_of(LINE))
    assert text_of(LINE).splitlines() == [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_long_line_is_folded_and_not_cut_off() -> None:
    file = io.StringIO()
    print_tree(Line("x" * 300, parts=(Line("y" * 300),)), file)
    assert (300, 300) == (file.getvalue().count("x"), file.getvalue().count("y"))


def test_a_notebook_shows_the_same_lines_folded_where_they_are_to_be() -> None:
    reader = read(html_of(LINE))
    assert ["step", "key 0", "code", "- old", "+ new", "opaque", "why"] == [
        text for text in reader.text if text.strip()
    ]
    assert [("open", None)] == [attribute for attribute in reader.attributes if attribute[0] == "open"]
    assert 2 == reader.seen.count("details")


def test_html_needs_nothing_from_outside_and_suits_light_and_dark_themes() -> None:
    html = html_of(LINE)
    assert not re.search(r"https?:|src=|url\(|@import|<link|<script", html)
    assert "prefers-color-scheme:dark" in html
    assert "jp-theme-light=false" in html


def test_a_name_drives_neither_a_terminal_nor_a_notebook() -> None:
    line = Line(EVIL, aside=EVIL, parts=(Line(EVIL, "bad"),))
    assert text_of(line).replace("\n", "").isprintable()
    console = Console(file=io.StringIO(), width=200, color_system=None)
    console.print(tree_of(line))
    assert console.file.getvalue().replace("\n", "").isprintable()
    assert "[red]" in console.file.getvalue()
    reader = read(html_of(line))
    assert "script" not in reader.seen
    assert 3 == sum("<script>alert(1)</script>[red]&" in text for text in reader.text)
