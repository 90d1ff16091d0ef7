"""Each command line of ``memo`` that a page shows is one that the program understands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from memo.cli import main

REPOSITORY = Path(__file__).parents[2]
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
#: In a console block or as a magic of a notebook: a line, of which a command goes up to a pipe; or within a sentence.
SHOWN = re.compile(r"^(?:\$ .*|%memo .*)$|(?<=`)memo [a-z]+ --?[^`\n]*(?=`)", re.MULTILINE)
COMMAND = re.compile(r"\bmemo [a-z]+[^|)]*")
LINES = sorted({
    command.strip()
    for page in PAGES
    for line in SHOWN.findall(page.read_text("utf-8"))
    for command in COMMAND.findall(line)
})  # fmt: skip
OWN = {"off", "on"}  # of the magic alone


def understood(line: str) -> Any:
    """Parse a command line as the program does; raise click's error where it does not understand it."""
    _, name, *arguments = shlex.split(line)
    group: Any = main
    command = group.commands[name]
    try:
        command.make_parser(click.Context(command)).parse_args(arguments)
    except click.BadOptionUsage:  # a sentence names an option without a value
        command.make_parser(click.Context(command)).parse_args([*arguments, "value"])


def test_there_are_such_lines() -> None:
    assert len(LINES) > 30


@pytest.mark.parametrize("line", LINES)
def test_each_line_is_understood(line: str) -> None:
    if line.split()[1] not in OWN:
        understood(line)


@pytest.mark.parametrize("line", ["memo lss", "memo ls --steps a", "memo gc --max-size 5GB"])
def test_one_that_is_not_is_noticed(line: str) -> None:
    with pytest.raises((KeyError, click.NoSuchOption)):
        understood(line)
