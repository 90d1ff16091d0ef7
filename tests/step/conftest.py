"""What tests of replays share: all that is shown, of all kinds, in one order."""

from __future__ import annotations

import io
import logging
import sys
import warnings

import pytest


class Lines(logging.Handler):
    """Writes log records to standard output, among the other kinds."""

    def emit(self, record: logging.LogRecord) -> None:
        print(f"{record.levelname} {record.name} {record.getMessage()}")


@pytest.fixture
def lines():
    """Return a handler that writes log records to standard output, among the other kinds."""
    return Lines()


@pytest.fixture
def log(lines):
    """Return a logger whose records are seen on standard output."""
    logger, handler = logging.getLogger("tests.replay"), lines
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield logger
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


@pytest.fixture
def watch(monkeypatch):
    """Return a function to be called first, that returns one that returns all that was shown since, in one order.

    Of all kinds; pytest puts its own streams and its own warnings into place when the test begins.
    """
    stream = io.StringIO()

    def take() -> str:
        text = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        return text

    def show(message, category, filename, lineno, file=None, line=None) -> None:
        print(f"{category.__name__}: {message}", file=sys.stderr)

    def start():
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr(warnings, "showwarning", show)
        warnings.simplefilter("default")
        return take

    return start
