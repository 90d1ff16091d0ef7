"""Outlines for people: the same lines as text, in a terminal and in a notebook, whatever names hold."""

from __future__ import annotations

import io

from rich.console import Console

from memo.render import Line, html_of, text_of
from memo.render.tree import print_tree, tree_of
from tests.render.reading import EVIL, SHOWN, read

CODE = Line("code", parts=(Line("- old", "removed"), Line("+ new", "added")), is_folded=True)
LINE = Line("step", "title", "key 0", (CODE, Line("opaque", "bad", "why")))


def test_text_shows_the_lines_below_one_another() -> None:
    assert ["step  key 0", "├── code", "│   ├── - old", "│   └── + new", "└── opaque  why"] == text_of(
        LINE
    ).splitlines()


def test_where_there_is_only_ascii_the_lines_are_drawn_with_that_and_names_are_as_they_are() -> None:
    line = LINE._replace(parts=(*LINE.parts, Line("größe → 数", aside="0 → 1")))
    assert [
        "step  key 0", "|-- code", "|   |-- - old", "|   `-- + new", "|-- opaque  why", "`-- größe → 数  0 -> 1",
    ] == text_of(line, ascii_only=True).splitlines()  # fmt: skip


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


def test_a_name_drives_neither_a_terminal_nor_a_notebook() -> None:
    line = Line(EVIL, aside=EVIL, parts=(Line(EVIL, "bad"),))
    assert text_of(line).replace("\n", "").isprintable()
    console = Console(file=io.StringIO(), width=200, color_system=None)
    console.print(tree_of(line))
    assert console.file.getvalue().replace("\n", "").isprintable()
    assert "[red]" in console.file.getvalue()
    assert [SHOWN, " ", SHOWN, SHOWN] == read(html_of(line)).text
