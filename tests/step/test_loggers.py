"""Loggers that a step uses are no part of it, however they were made."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from memo import UnhashableError, memoize_step


class Audit(logging.Logger):
    """A logger that logging does not know by its name, and that cannot be pickled."""


@pytest.mark.parametrize("kind", [logging.Logger, Audit])
def test_a_logger_that_nobody_else_knows_is_no_part_of_a_step(kind: type[logging.Logger]) -> None:
    log, other = kind("one"), kind("other")

    def make(log: logging.Logger) -> Any:
        @memoize_step
        def step(x: object) -> object:
            log.info("x is %s", x)
            return x

        return step

    assert 1 == make(log)(1)
    assert make(log).key(1) == make(other).key(1)
    with pytest.raises(UnhashableError, match=r"cannot hash x: .*has no deterministic form"):
        make(log).key(log)
    with pytest.raises(UnhashableError, match=r"cannot hash x\[1\]: .*has no deterministic form"):
        make(log).key([make, log])
