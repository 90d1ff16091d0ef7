"""The client asks the server once: a copy of the example, in fresh processes, before and after edits."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "http_client.py"
CITIES = 3
UNKNOWN = 1  # a city that the server does not know; its error is not kept


class Run(NamedTuple):
    """What one process did."""

    #: How many requests reached the server.
    requests: int
    #: What was printed before that, warnings included.
    printed: str
    #: What was logged.
    logged: str


def run(directory: Path) -> Run:
    """Run the example's copy in *directory*, with the store in there."""
    environment = os.environ | {"MEMO_DIR": str(directory / "store"), "PYTHONUTF8": "1"}
    command = [sys.executable, "http_client.py"]
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert 0 == done.returncode, done.stderr
    *lines, last = done.stdout.splitlines()
    return Run(int(last.split()[-1]), "\n".join(lines), done.stderr)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The directory of a copy of the example."""
    shutil.copy(EXAMPLE, tmp_path)
    return tmp_path


def edit(directory: Path, old: str, new: str) -> None:
    """Replace what is there once in the example's copy."""
    script = directory / "http_client.py"
    before, after = script.read_text("utf-8").split(old)
    script.write_text(before + new + after, "utf-8")


def test_the_first_process_asks_once_for_each_city_and_a_second_one_shows_the_same_without_asking(copy: Path) -> None:
    first, second = run(copy), run(copy)
    assert CITIES + UNKNOWN == first.requests
    assert "It is warmest in São Paulo." in first.printed
    assert "warning: the weather API says: use version 2 from 2027 on" in first.printed
    assert "log: asking for Oslo" in first.logged
    assert Run(UNKNOWN, first.printed, first.logged) == second


def test_what_is_older_than_an_hour_is_asked_for_again(copy: Path) -> None:
    run(copy)
    edit(copy, "timedelta(hours=1)", "timedelta(microseconds=1)")
    assert CITIES * 2 + UNKNOWN == run(copy).requests


def test_an_edit_of_the_client_asks_again_and_one_of_the_server_does_not(copy: Path) -> None:
    run(copy)
    edit(copy, '"Lima": 19', '"Lima": 20')
    assert UNKNOWN == run(copy).requests
    edit(copy, "timeout=10", "timeout=20")
    changed = run(copy)
    assert CITIES + UNKNOWN == changed.requests
    assert "Lima: 20 degrees" in changed.printed
