"""The progress bar of ``step.map()``: one, in a terminal or a notebook, and silence elsewhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest

from memo import memoize_step
from memo.step import progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@contextmanager
def terminal(stdout: StringIO | None = None) -> Iterator[Terminal]:
    """Let standard error be a terminal, and standard output unless another one is given; yield what it is sent."""
    stream = Terminal()
    with pytest.MonkeyPatch.context() as patch:  # not a fixture: pytest has streams of its own for each phase
        patch.setattr(sys, "stderr", stream)
        patch.setattr(sys, "stdout", stdout or stream)
        patch.setenv("TERM", "xterm")
        patch.setenv("COLUMNS", "100")
        yield stream
        assert (stdout or stream) is sys.stdout


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the bar whenever something has moved."""
    monkeypatch.setattr(progress, "OFTEN", 0.0)


def lines(stream: StringIO) -> list[str]:
    """Return what was written between two returns of the cursor, without colours."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    return [line.rstrip() for line in re.split(r"[\r\n]+", text) if line.strip()]


@memoize_step
def step(x):
    if x < 0:
        raise ValueError(x)
    return x


@memoize_step
def printing(x):
    print("printed", x)
    return x


@memoize_step
def outer(x):
    return step.map(range(x))


def test_elsewhere_than_in_a_terminal_nothing_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    step.map(range(3))
    with ThreadPoolExecutor(1) as executor:
        step.map(range(6), executor)
    assert ("", "") == capfd.readouterr()


def test_a_terminal_shows_one_bar_with_what_was_stored() -> None:
    step(1)
    with terminal() as shown:
        step.map(range(3))
    last = lines(shown)[-1]
    assert re.fullmatch(r"step ━+ 3/3 1 stored 0:00:00", last), last
    assert 1 == shown.getvalue().count("\n")


def test_of_how_many_is_known_in_the_end() -> None:
    with terminal() as shown:
        step.map(iter(range(3)))
    assert " 3/3 " in lines(shown)[-1]


def test_failures_are_counted() -> None:
    with terminal() as shown, pytest.raises(ValueError, match="-1"):
        step.map([1, -1, -2])
    assert " 3/3 2 failed " in lines(shown)[-1]


@pytest.mark.usefixtures("always")
def test_what_a_step_prints_is_kept_apart_from_the_bar() -> None:
    with terminal() as shown:
        printing.map(range(2))
    assert {"printed 0", "printed 1"} <= {*lines(shown)}


def test_what_is_printed_is_not_taken_from_a_file() -> None:
    file = StringIO()
    with terminal(file) as shown:
        printing.map(range(2))
    assert "printed 0\nprinted 1\n" == file.getvalue()
    assert " 2/2 " in lines(shown)[-1]


@pytest.mark.usefixtures("always")
def test_of_maps_within_maps_the_outermost_has_the_bar() -> None:
    with terminal() as shown:
        outer.map([1, 2])
        assert {"outer"} == {line.split()[0] for line in lines(shown)}
        step.map([7])
    assert "step" == lines(shown)[-1].split()[0]  # and the next one has one again


def test_a_bar_can_be_unwanted() -> None:
    with terminal() as shown:
        step.map(range(3), progress=False)
        step.map(range(4), None, False)
    assert "" == shown.getvalue()


def test_a_notebook_shows_one_text_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    ipython = pytest.importorskip("IPython")
    shown: list[tuple[str, str]] = []

    class Handle:
        def update(self, data: Any, *, raw: bool) -> None:
            shown.append(("changed", data["text/plain"]))

    def display(data: Any, *, raw: bool, display_id: bool) -> Handle:
        shown.append(("new", data["text/plain"]))
        return Handle()

    monkeypatch.setattr(ipython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr(progress, "OFTEN", 1e9)  # only in the beginning and in the end
    step.map(range(3))
    assert ["new", "changed"] == [what for what, _ in shown]
    assert re.fullmatch(r"step ━+ 3/3 +0:00:\d\d", shown[-1][1]), shown[-1]
