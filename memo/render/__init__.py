"""Text and tables from plain data, for people to read; ``memo.render.table`` is imported only where one is shown."""

from memo.render.text import printable
from memo.render.units import (
    UNKNOWN,
    exact_seconds,
    human_age,
    human_bytes,
    human_count,
    human_seconds,
    iso_time,
)

__all__ = [
    "UNKNOWN",
    "exact_seconds",
    "human_age",
    "human_bytes",
    "human_count",
    "human_seconds",
    "iso_time",
    "printable",
]
