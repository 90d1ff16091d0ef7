"""Tables at any width: nothing is cut off that somebody has to type, nothing is obeyed that a store holds."""

from __future__ import annotations

from io import StringIO

import pytest

from memo.render import table
from memo.render.table import Heading, print_table

HEADINGS = [Heading("KEY"), Heading("STEP"), Heading("SIZE", is_number=True)]
LONG = "project-1a2b3c/package.module:Class.method_with_a_very_long_name.<locals>.inner_function_of_it"


class Terminal(StringIO):
    """A file that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch):
    """Return what a terminal with so many columns receives."""

    def shown(rows, columns: int = 80, **variables: str) -> str:
        for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLORTERM", "LINES"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {"COLUMNS": str(columns), "TERM": "xterm", **variables}.items():
            monkeypatch.setenv(name, value)
        terminal = Terminal()
        print_table(HEADINGS, rows, terminal)
        return terminal.getvalue()

    return shown


def test_columns_are_as_wide_as_their_cells(shown) -> None:
    lines = shown([("3f9a", "p/m:f", "1.5 KiB"), ("b", "p/m:f", "2 B")], columns=200, NO_COLOR="1").splitlines()
    assert ["KEY   STEP      SIZE", "3f9a  p/m:f  1.5 KiB", "b     p/m:f      2 B"] == lines


@pytest.mark.parametrize("columns", [40, 80])
def test_a_long_step_is_folded_and_all_of_it_is_there(shown, columns: int) -> None:
    lines = shown([("3f9a12bc", LONG, "1.5 KiB")], columns=columns, NO_COLOR="1").splitlines()
    assert max(map(len, lines)) <= columns
    step = lines[0].index("STEP")
    assert LONG == "".join(line[step : columns - len("1.5 KiB")].strip() for line in lines[1:])
    assert "3f9a12bc" in lines[1]
    assert "1.5 KiB" in lines[1]


def test_two_keys_that_differ_late_are_folded_rather_than_cut_off(shown) -> None:
    first, second = "a" * 63 + "0", "a" * 63 + "1"
    text = shown([(first, LONG, "1 B"), (second, LONG, "1 B")], columns=60, NO_COLOR="1")
    key = text.splitlines()[0].index("STEP")
    assert first + second == "".join(line[:key].strip() for line in text.splitlines()[1:])


def test_a_cell_is_no_markup_no_emoji_and_no_control(shown) -> None:
    text = shown([("[red]", ":smile: [bold]x[/bold] [link=x]", "\x1b[2J")], NO_COLOR="1")
    assert ["[red]", ":smile: [bold]x[/bold] [link=x]", "\\x1b[2J"] == [
        cell.strip() for cell in text.splitlines()[1].split("  ") if cell.strip()
    ]


def test_headings_are_bold_unless_no_color_is_wanted(shown) -> None:
    rows = [("3f9a", "p/m:f", "2 B")]
    assert "\x1b[1m" in shown(rows)
    assert "\x1b" not in shown(rows, NO_COLOR="1")
    assert "\x1b" not in shown(rows, TERM="dumb")
    assert "\x1b[1m" in shown(rows, NO_COLOR="")  # as https://no-color.org has it


def test_no_rows_no_headings(shown) -> None:
    assert "" == shown([])


@pytest.mark.parametrize("columns", [10, 20])
def test_where_no_table_fits_a_row_is_lines_and_nothing_is_lost(shown, columns: int) -> None:
    text = shown([("3f9a12bc", LONG, "1.5 KiB"), ("b", "p/m:f", "2 B")], columns=columns, NO_COLOR="1")
    assert max(map(len, text.splitlines())) <= columns
    assert text.replace("\n", "") == f"KEY 3f9a12bcSTEP {LONG}SIZE 1.5 KiBKEY bSTEP p/m:fSIZE 2 B"
    assert 2 == text.count("\n\n")


@pytest.mark.parametrize("columns", ["0", "abc", "-5", "1e3"])
def test_a_width_that_is_none_is_not_believed(shown, columns: str) -> None:
    assert "3f9a12bc  p/m:f   2 B" in shown([("3f9a12bc", "p/m:f", "2 B")], columns=columns, NO_COLOR="1")


def test_a_long_listing_begins_before_it_ends(shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "PAGE", 2)
    printed: list[str] = []
    terminal = Terminal()

    def rows():
        for number in range(5):
            printed.append(terminal.getvalue())
            yield str(number), "p/m:f", "1 B"

    print_table(HEADINGS, rows(), terminal)
    assert [False, False, True, True, True] == ["0  " in text for text in printed]
    assert "4  " in terminal.getvalue()
