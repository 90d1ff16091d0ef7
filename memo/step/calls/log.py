"""The logger ``memo``: one line a call at INFO, silent unless asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable

logger = logging.getLogger("memo")
logger.addHandler(logging.NullHandler())

#: What is told of each hit, whatever the log's level: the step's label, and the seconds that were saved.
hit_listeners: list[Callable[[str, float], None]] = []


def tell_hit(origin: str, seconds: float, saved: float) -> None:
    """Say that a call was answered from the store; the arguments are nobody's business."""
    logger.info("%s hit in %.3f s, saved %.3f s", origin, seconds, saved)
    for tell in hit_listeners:
        tell(origin, saved)


def log_run(origin: str, reason: str, seconds: float, *, stored: bool) -> None:
    """Say that a call ran, and why."""
    logger.info(
        "%s ran: %s; it took %.3f s%s", origin, reason, seconds, "" if stored else ", its result was not stored"
    )
