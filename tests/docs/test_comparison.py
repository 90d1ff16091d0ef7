"""The comparison page holds the tables of its script: the same tools, the same questions, and what memo does now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.benchmarks import comparison
from tests.benchmarks.comparison_cases import QUESTIONS, answer
from tests.benchmarks.comparison_peers import PEERS

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "comparison.md"
HELD = PAGE.read_text("utf-8").partition(comparison.BEGIN)[2].partition(comparison.END)[0]
#: What takes another Python, a kernel, a while, or differs each time.
NOT_ASKED = ("kernel", "version of Python", "two processes", "microseconds")


def tables() -> list[tuple[list[str], dict[str, list[str]]]]:
    """Return the names of the columns and the rows of each table."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", HELD, re.MULTILINE):
        head, _, *rows = [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in block.splitlines()]
        found.append((head[1:], {row[0]: row[1:] for row in rows}))
    return found


def test_the_page_holds_two_tables_with_each_question_and_each_tool() -> None:
    first, second = tables()
    assert list(QUESTIONS) == list(first[1]) == list(second[1])
    missing = re.search(r"^Not installed, and so not asked: (.*)\.$", HELD, re.MULTILINE)
    shown = {*first[0], *second[0], *(missing.group(1).split(", ") if missing else ())}
    assert {peer.name for peer in PEERS} == shown
    assert all(len(row) == len(head) and all(row) for head, rows in tables() for row in rows.values())


def test_the_page_says_when_and_with_which_versions_it_was_made() -> None:
    said = re.search(r"^Run on (\d{4}-\d\d-\d\d) with Python (3\.\d+\.\d+): (.*)\.$", HELD, re.MULTILINE)
    assert said is not None
    asked = {name for head, _ in tables() for name in head}
    assert all(f"{name} " in said.group(3) for name in asked)


@pytest.mark.parametrize("question", [each for each in QUESTIONS if not any(word in each for word in NOT_ASKED)])
@pytest.mark.stress
def test_memo_does_what_the_page_says(question: str) -> None:
    pytest.importorskip("numpy")
    (head, rows), _ = tables()
    assert rows[question][head.index("memo")] == answer(question, PEERS[0])
