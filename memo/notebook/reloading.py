"""Steps under ``%autoreload``: one that was imported by name becomes what its module says now, as a function does."""

from __future__ import annotations

from typing import Any

from memo.step.wrapper import StepWrapper, become


def _are_steps(old: Any, new: Any) -> bool:
    return type(old) is StepWrapper and type(new) is StepWrapper


_RULE = (_are_steps, become)


def add_rule() -> None:
    """Tell IPython how the old object of a step is brought up to date."""
    _rules().append(_RULE)


def remove_rule() -> None:
    """Take it back."""
    rules = _rules()
    if _RULE in rules:
        rules.remove(_RULE)


def _rules() -> list[Any]:
    """Return IPython's rules; it promises nobody to keep them, and the magics are to load without."""
    from IPython.extensions import autoreload

    rules: list[Any] = getattr(autoreload, "UPDATE_RULES", [])
    return rules
