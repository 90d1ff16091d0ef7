"""A warning of what makes every call slow: a large global that is looked through each time."""

from __future__ import annotations

import sys
from collections.abc import Sized

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
    size = getattr(value, "nbytes", None)
    if isinstance(size, int):
        return size
    return sys.getsizeof(value, 0) if isinstance(value, Sized) else 0
