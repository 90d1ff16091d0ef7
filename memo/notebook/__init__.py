"""What ``%load_ext memo`` adds to IPython and its notebooks."""

from __future__ import annotations

from typing import Any

_loaded: dict[int, Any] = {}


def load(shell: Any) -> None:
    """Add the magics to *shell*."""
    from memo.notebook.magics import Magics
    from memo.notebook.reloading import add_rule

    if id(shell) not in _loaded:
        add_rule()
        _loaded[id(shell)] = Magics(shell)
        _loaded[id(shell)].add()


def unload(shell: Any) -> None:
    """Take the magics from *shell*."""
    magics = _loaded.pop(id(shell), None)
    if magics is not None:
        from memo.notebook.reloading import remove_rule

        magics.remove()
        remove_rule()
