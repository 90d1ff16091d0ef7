"""What ``%load_ext memo`` adds to IPython and its notebooks."""

from __future__ import annotations

from typing import Any

_loaded: dict[int, Any] = {}


def load(shell: Any) -> None:
    """Add the magics to *shell*."""
    from memo.notebook.magics import Magics

    if id(shell) not in _loaded:
        _loaded[id(shell)] = Magics(shell)
        _loaded[id(shell)].add()


def unload(shell: Any) -> None:
    """Take the magics from *shell*."""
    magics = _loaded.pop(id(shell), None)
    if magics is not None:
        magics.remove()
