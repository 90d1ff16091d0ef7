"""The line below a cell that says what its hits have saved."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from memo.render import human_seconds
from memo.step.calls.log import hit_listeners


class Hits:
    """The hits in the cell that runs, shown once when it has run: a loop may have thousands.

    Args:
        shell: IPython's shell.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._found: list[tuple[str, float]] = []

    def start(self) -> None:
        """Begin to listen."""
        hit_listeners.append(self._tell)
        self._shell.events.register("post_run_cell", self._show)

    def stop(self) -> None:
        """Listen no more."""
        hit_listeners.remove(self._tell)
        self._shell.events.unregister("post_run_cell", self._show)

    def _tell(self, label: str, seconds: float) -> None:
        self._found.append((label, seconds))

    def _show(self, *_: Any) -> None:
        found, self._found = self._found, []
        if found:
            text = line_of([seconds for _, seconds in found])
            html = hits_html(text, [label for label, _ in found])
            self._shell.display_pub.publish({"text/plain": text, "text/html": html})


def hits_html(text: str, steps: Iterable[str]) -> str:
    """Return the line as HTML, which names the steps where a pointer rests on it."""
    named = ", ".join(dict.fromkeys(steps))
    return f'<small style="opacity:.8" title="{escape(named)}">{escape(text)}</small>'


def line_of(seconds: list[float]) -> str:
    """Return what is said of hits that have saved so many *seconds* each.

    >>> line_of([14.2]), line_of([1.0, 2.0])
    ('hit · 14.2 s saved', '2 hits · 3.0 s saved')
    """
    count = "hit" if len(seconds) == 1 else f"{len(seconds):,} hits"
    return f"{count} · {human_seconds(sum(seconds))} saved"
