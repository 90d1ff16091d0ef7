"""``det_hash`` itself."""

from __future__ import annotations

from memo.dethash.plans import Plans
from memo.dethash.walk import Walk


def det_hash(obj: object) -> str:
    """Compute the deterministic hash of an arbitrary Python object.

    Equal values have equal digests in every process, on every supported Python; different values differ.

    Args:
        obj: any object that has a deterministic form.

    Returns:
        64 hexadecimal digits.

    Raises:
        UnhashableError: *obj* or something in it has no deterministic form; the error says where and what to do.

    .. versionadded:: 0.1
    """
    return Walk(Plans()).digest(obj).hex()
