"""One progress bar at a time, in a terminal or a notebook, and none elsewhere."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

#: Seconds between two drawings.
OFTEN = 0.1
#: Columns that a bar takes in a notebook.
WIDTH = 90

_one = threading.Lock()


class Shown(Protocol):
    """What a bar shows."""

    hits: int
    failed: dict[int, BaseException]

    @property
    def taken(self) -> int:
        """How many things there are so far."""
        ...

    @property
    def done(self) -> int:
        """How many of them are done."""
        ...


@contextmanager
def showing(name: str, shown: Shown, expected: int, wanted: bool, prints: bool) -> Iterator[Callable[[], None]]:
    """Show how far *shown* is, and yield what is to be called whenever it has moved.

    Args:
        name: what the bar says that is going on.
        shown: what has been done.
        expected: of how many, as far as is known at the beginning.
        wanted: whether to show anything.
        prints: whether what is done prints from this thread: its lines are kept apart from the bar. Not where
            processes may be forked, which would print a bar of their own.
    """
    place = _place() if wanted else ""
    # A step that is mapped may map others: the outermost bar is the one to be seen.
    if not place or not _one.acquire(blocking=False):
        yield _nothing
        return
    try:
        kind = NotebookBar if place == "notebook" else TerminalBar
        bar = kind(name, shown, expected, prints)
        try:
            yield bar.look
        finally:
            bar.close()
    finally:
        _one.release()


def _nothing() -> None:
    """Show nothing."""


def _place() -> str:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", _nothing)()
    if getattr(shell, "kernel", None) is not None:
        return "notebook"
    return "terminal" if sys.stderr is not None and sys.stderr.isatty() else ""


class TerminalBar:
    """A bar on standard error, drawn by who looks: a thread that draws may hold a lock when a process is forked."""

    def __init__(self, name: str, shown: Shown, expected: int, prints: bool) -> None:
        from rich.console import Console  # only for who looks at a terminal

        self._shown = shown
        self._begin(name, expected, Console(stderr=True), prints)
        self._progress.start()

    def _begin(self, name: str, expected: int, console: Console, prints: bool) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
        )
        redirected = prints and sys.stdout is not None and sys.stdout.isatty()
        self._progress: Progress = Progress(
            *columns, console=console, auto_refresh=False, redirect_stdout=redirected, redirect_stderr=prints
        )
        self._task: TaskID = self._progress.add_task(name, total=expected or None, told="")
        self._expected = expected
        self._next = monotonic() + OFTEN

    def look(self) -> None:
        """Draw the bar, unless that was just done."""
        if monotonic() >= self._next:
            self._draw()
            self._next = monotonic() + OFTEN

    def _draw(self) -> None:
        shown = self._shown
        counts = {"stored": shown.hits, "failed": len(shown.failed)}
        told = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
        total = max(self._expected, shown.taken) or None
        self._progress.update(self._task, completed=shown.done, total=total, told=told)
        self._show()

    def _show(self) -> None:
        self._progress.refresh()

    def close(self) -> None:
        """Draw the bar for the last time."""
        self._expected = 0
        self._draw()
        self._progress.stop()


class NotebookBar(TerminalBar):
    """A bar below the cell: one display that is changed, as text, which needs no widgets and is kept in the file."""

    def __init__(self, name: str, shown: Shown, expected: int, prints: bool) -> None:  # noqa: ARG002  as above
        from rich.console import Console

        self._shown = shown
        self._text = StringIO()
        self._begin(
            name, expected, Console(file=self._text, width=WIDTH, color_system=None, force_jupyter=False), prints=False
        )
        self._handle: Any = None
        self._draw()

    def _show(self) -> None:
        import IPython.display

        display: Any = IPython.display.display  # IPython ships no types for it
        self._text.seek(0)
        self._text.truncate()
        self._progress.console.print(self._progress.get_renderable())
        shown = {"text/plain": self._text.getvalue().rstrip()}
        if self._handle is None:
            self._handle = display(shown, raw=True, display_id=True)
        else:
            self._handle.update(shown, raw=True)
