"""A pseudo-terminal to run the command in, as a person would."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Seen:
    """What a terminal received, and how the command ended."""

    raw: str
    exit_code: int

    @property
    def text(self) -> str:
        return ESCAPE.sub("", self.raw)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.text.splitlines()]


def in_terminal(*arguments: str, columns: int = 80, typed: str = "", cwd: Path | None = None, **variables: str) -> Seen:
    """Run ``memo`` in a terminal with *columns*; *typed* is typed when it asks."""
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}}
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "memo", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=cwd,
        env=environment | {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"} | variables,
        start_new_session=True,
        # A terminal of its own, so that ^C typed there is a signal here; the tests have no threads to be unsafe with.
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
    )
    os.close(theirs)
    received = bytearray()
    while chunk := _read(ours):
        received += chunk
        if typed and received.rstrip().endswith(b"[y/N]"):
            os.write(ours, typed.encode())
            typed = ""
    os.close(ours)
    return Seen(received.decode().replace("\r\n", "\n"), process.wait(timeout=60))


def _read(descriptor: int) -> bytes:
    """Read what the terminal has; on Linux its end is an error."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""
