"""A file has one subject, and a reader holds it in the head."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
MOST_LINES = 350


def source_files() -> list[Path]:
    """List the Python files of the repository; where only the tests are (the wheel's run), theirs."""
    folders = ("memo", "tests", "examples", "docs")
    return sorted(path for folder in folders for path in (REPOSITORY / folder).rglob("*.py"))


@pytest.mark.parametrize("path", source_files(), ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_a_file_is_short_enough_to_hold_in_the_head(path: Path) -> None:
    assert len(path.read_text().splitlines()) < MOST_LINES
