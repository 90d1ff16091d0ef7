"""Ask a value of the user's for an attribute: whatever its class makes of the question, nothing is raised."""

from __future__ import annotations

from typing import Any


def attribute(value: object, name: str, default: Any = None) -> Any:
    """Return the attribute *name* of *value*, or *default* if asking for it raises anything.

    ``getattr`` forgives an ``AttributeError`` only, and ``__getattr__ = dict.__getitem__`` raises another error.
    """
    try:
        return getattr(value, name, default)
    except Exception:  # noqa: BLE001  a metaclass or __getattr__ may raise anything
        return default
