"""The encoder of time zones by name."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from memo.dethash.instances import NoDigestError
from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(ZoneInfo, subclasses=True)
def encode_zone(value: ZoneInfo) -> Node:
    """Encode a zone by its key: the rules behind it are the machine's time zone database."""
    try:
        value.__reduce__()
    except Exception as error:
        raise NoDigestError("it was read from a file and has no key that tells its rules") from error
    return Node(("ZoneInfo",), (value.key,))
