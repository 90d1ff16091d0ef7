"""Sizes and ages as people type them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

_BYTES: Final = {"": 1, "b": 1} | {
    f"{prefix}{unit}": base**power
    for unit, base in (("b", 1000), ("ib", 1024))
    for power, prefix in enumerate("kmgt", start=1)
}
_SECONDS: Final = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 31_557_600}
_AMOUNT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([A-Za-z]*)")


def size(text: str) -> float:
    """Return *text*, the type of all that is a number of bytes, in bytes."""
    return _amount(text, _BYTES, "a number of bytes, such as 500MB, 5GB or 2.5GiB")


def age(text: str) -> float:
    """Return *text*, the type of all that is a span of time, in seconds; not 0, which would be everything."""
    seconds = _amount(text, _SECONDS, "an age, such as 12h, 30d or 2w (s, min, h, d, w, y)")
    if not seconds:
        raise click.BadParameter("an age is more than nothing, such as 12h, 30d or 2w; memo rm removes everything")
    return seconds


def _amount(text: str, units: Mapping[str, float], expected: str) -> float:
    found = _AMOUNT.fullmatch(text.strip())
    factor = units.get(found[2].lower()) if found else None
    amount = float(found[1]) * factor if found and factor else math.inf
    if math.isinf(amount):
        raise click.BadParameter(f"{text!r} is not {expected}")
    return amount
