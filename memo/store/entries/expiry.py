"""When a result is too old: a function of its age and of what a step was told, and nothing else."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any, Final

from memo.errors import OptionError

MOST: Final = sys.float_info.max  # seconds; an int may be larger, and is then no time that could be counted with


def checked_span(option: str, span: Any) -> float | None:
    """Return *span*, seconds or a ``timedelta``, in seconds.

    Raises:
        OptionError: it is something else, or nothing could be as young as that.
    """
    if span is None:
        return None
    seconds = span.total_seconds() if isinstance(span, timedelta) else span
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 < seconds <= MOST:
        expected = f"seconds or a timedelta above 0, such as {option}=3600 or {option}=timedelta(hours=1)"
        raise OptionError(option, repr(span), expected)
    return float(seconds)


def is_expired(created: float, expire: float | None, now: float) -> bool:
    """Say whether a result of the time *created* is older than *expire* seconds.

    One from the future is of unknown age, for a clock was wrong: it is expired too, lest it be served for ever. What
    replaces it has the clock's present time, so that a clock that jumps back costs one run and not one a call.
    """
    return expire is not None and not 0 <= now - created <= expire
