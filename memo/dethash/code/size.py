"""A warning of what makes every call slow: a large global that is looked through each time."""

from __future__ import annotations

import sys
from collections.abc import Sized

from memo.dethash.attribute import attribute
from memo.dethash.registry import defines
from memo.errors import MemoWarning, warn_user

#: Bytes from which on a global is worth a warning.
LARGE = 1 << 20

_warned: set[str] = set()


def warn_if_large(label: str, value: object) -> None:
    """Warn once of the global *label* if *value* is large; text is not, for it cannot change."""
    if label not in _warned and type(value) not in (str, bytes) and _size(value) > LARGE:
        _warned.add(label)
        warn_user(
            f"a step reads the global {label}, a {type(value).__qualname__} of {_size(value) / 2**20:.0f} MiB, which "
            f"is looked through at every call: pass it as an argument",
            MemoWarning,
        )


def _size(value: object) -> int:
    cls = type(value)
    size = attribute(value, "nbytes") if defines(cls, "nbytes") else None
    if isinstance(size, int):
        return size
    try:
        return sys.getsizeof(value, 0) if issubclass(cls, Sized) else 0
    except Exception:  # noqa: BLE001  what only warns does not fail for a class's own __sizeof__
        return 0
