"""Sizes, numbers, durations and times as people say them.

The numbers may come from a damaged entry, so each function takes whatever a float can be.
"""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime

UNKNOWN = "?"

_SIZES = ("KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 31_557_600


def human_bytes(count: float) -> str:
    """Return a number of bytes with two or three digits.

    >>> human_bytes(999), human_bytes(1536), human_bytes(20 * 2**20)
    ('999 B', '1.5 KiB', '20 MiB')
    """
    if not _is_amount(count):
        return UNKNOWN
    if count < 1024:
        return f"{count:.0f} B"
    power = 1
    while power < len(_SIZES) and round(count / 1024**power) >= 1024:
        power += 1
    size = count / 1024**power
    return f"{size:.1f} {_SIZES[power - 1]}" if round(size, 1) < 10 else f"{size:.0f} {_SIZES[power - 1]}"


def human_count(count: int, one: str, many: str) -> str:
    """Return a number and what there are that many of.

    >>> human_count(1, "entry", "entries"), human_count(12345, "entry", "entries")
    ('1 entry', '12,345 entries')
    """
    return f"{count:,} {one if count == 1 else many}"


def human_seconds(seconds: float) -> str:
    """Return a duration in at most two units.

    >>> human_seconds(0.0123), human_seconds(12.34), human_seconds(125), human_seconds(100_000)
    ('12 ms', '12.3 s', '2 min 05 s', '1 d 04 h')
    """
    if not _is_amount(seconds):
        return UNKNOWN
    if seconds == 0:
        return "0 s"
    if seconds < 0.001:
        return "<1 ms"
    # Each unit is chosen by the rounded number, so that 59.96 is a minute and not "60.0 s".
    if round(seconds * 1000) < 1000:
        return f"{seconds * 1000:.0f} ms"
    if round(seconds, 1) < _MINUTE:
        return f"{seconds:.1f} s"
    if round(seconds) < _HOUR:
        return "{} min {:02} s".format(*divmod(round(seconds), 60))
    if round(seconds / _MINUTE) * _MINUTE < _DAY:
        return "{} h {:02} min".format(*divmod(round(seconds / _MINUTE), 60))
    return "{} d {:02} h".format(*divmod(round(seconds / _HOUR), 24))


def exact_seconds(seconds: float) -> str:
    """Return a duration as programs read it, in seconds.

    >>> exact_seconds(12.34)
    '12.340000'
    """
    return f"{seconds:.6f}" if _is_amount(seconds) else UNKNOWN


def human_age(seconds: float) -> str:
    """Return how long ago something was, in one unit; what another clock puts into the future was just now.

    >>> human_age(59.9), human_age(7200), human_age(400 * 86400)
    ('59 s', '2 h', '1.1 y')
    """
    if not math.isfinite(seconds):
        return UNKNOWN
    seconds = max(seconds, 0)
    for unit, name in ((_YEAR, "y"), (_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.1f} {name}" if name == "y" else f"{seconds // unit:.0f} {name}"
    return f"{seconds // 1:.0f} s"


def iso_time(timestamp: float) -> str:
    """Return a time, in seconds since 1970, as ISO 8601 in UTC.

    >>> iso_time(0)
    '1970-01-01T00:00:00Z'
    """
    try:
        return datetime.fromtimestamp(timestamp, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (OSError, OverflowError, ValueError):
        return UNKNOWN


def ago(timestamp: float) -> str:
    """Return when something was, as people say it."""
    return f"{human_age(time.time() - timestamp)} ago ({iso_time(timestamp)})"


def _is_amount(number: float) -> bool:
    return math.isfinite(number) and number >= 0
