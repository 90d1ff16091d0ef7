"""A pseudo-terminal to run the command in, as a person would."""

from __future__ import annotations

import fcntl
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

LONGEST_SILENCE = 300.0  # seconds after which a command hangs; no test waits for it
PROMPT = "$ "
#: Where a shell finds the command that is tested.
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
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
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "memo", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=cwd,
        env=os.environ | {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"} | variables,
        start_new_session=True,
        preexec_fn=_sit_down,  # noqa: PLW1509 - the tests have no threads to be unsafe with
    )
    os.close(theirs)
    received = bytearray()
    try:
        while chunk := _read(ours):
            received += chunk
            if typed and received.rstrip().endswith(b"[y/N]"):
                os.write(ours, typed.encode())
                typed = ""
    finally:
        os.close(ours)  # one that still runs gets a hangup
        exit_code = process.wait(LONGEST_SILENCE)
    return Seen(received.decode().replace("\r\n", "\n"), exit_code)


#: How each shell is started as a person's, with a prompt and nothing else of its own.
SHELLS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "--no-rcs", "--no-globalrcs", "-i", "+o", "promptsp"],
    "fish": ["fish", "--no-config", "-i", "-C", f"function fish_prompt; echo -n '{PROMPT}'; end"],
}
#: What shows each word that ``memo`` is given, in place of the command; completion still asks the command itself.
SHOWING = {
    "bash": """memo() { printf '<%s>\\n' "$@" end; }""",
    "zsh": """memo() { printf '<%s>\\n' "$@" end; }""",
    "fish": """function memo; printf '<%s>\\n' $argv end; end""",
}


def bash_is_old() -> bool:
    """Say whether there is no bash, or one as old as macOS's."""
    if shutil.which("bash") is None:
        return True
    version = subprocess.run(["bash", "-c", "echo $BASH_VERSINFO"], capture_output=True, text=True, check=True).stdout
    return int(version) < 5


needs_new_bash = pytest.mark.skipif(bash_is_old(), reason="needs bash 5")


class Shell:
    """A shell of a person, at a terminal."""

    def __init__(self, name: str, cwd: Path | None = None, columns: int = 200, **variables: str) -> None:
        self._name = name
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self._process = subprocess.Popen(
            SHELLS[name],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=cwd,
            env=os.environ | {"TERM": "dumb", "PS1": PROMPT, "HISTFILE": "", "PATH": PATH} | variables,
            start_new_session=True,
            preexec_fn=_sit_down,  # noqa: PLW1509 - as below
        )
        os.close(theirs)
        self._until_prompt()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.write(self._ours, b"exit\n")
        while _read(self._ours):
            pass
        os.close(self._ours)
        self._process.wait(LONGEST_SILENCE)

    def run(self, typed: str, answers: Iterable[str] = ()) -> list[str]:
        """Type a line, and return it as it stands there then, and what was answered; *answers* are typed when asked."""
        os.write(self._ours, typed.encode() + b"\n")
        return self._until_prompt(answers=iter(answers))

    def show_words(self) -> None:
        """Let ``memo`` show from now on which words it is given, and do nothing else."""
        self.run(SHOWING[self._name])

    def given(self, typed: str) -> list[str]:
        """Type a line, and return which words ``memo`` was given then."""
        os.write(self._ours, typed.encode() + b"\n")
        *words, _ = [line[1:-1] for line in self._until_prompt("<end>") if line.startswith("<")]
        return words

    def _until_prompt(self, behind: str = "", answers: Iterator[str] | None = None) -> list[str]:
        """Read up to a prompt; fish writes one for each character, so that there may be something it is *behind*."""
        received = bytearray()
        text = ""
        while not (behind in text and text.endswith(PROMPT)):
            received += _read(self._ours) or pytest.fail(f"the shell ended: {received!r}")
            text = ESCAPE.sub("", received.decode(errors="ignore"))
            if answers and text.endswith("[y/N] "):
                os.write(self._ours, next(answers).encode() + b"\n")
        return [_as_seen(line) for line in (PROMPT + received.decode()).replace("\r\n", "\n").split("\n")]


def _as_seen(line: str) -> str:
    """Return a line as it stands on the terminal when all backspaces and returns in it were obeyed."""
    seen, at = [" "] * len(line), 0
    for character in ESCAPE.sub("", line):
        if character in "\b\r":
            at = at - 1 if character == "\b" else 0
        elif character.isprintable():
            seen[at] = character
            at += 1
    return "".join(seen).rstrip()


def _sit_down() -> None:
    """Let a ^C that is typed in the terminal be a signal here, also where the tests run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read(descriptor: int) -> bytes:
    """Read what the terminal has; on Linux its end is an error."""
    if not select.select([descriptor], [], [], LONGEST_SILENCE)[0]:
        pytest.fail("the command neither said anything nor ended")
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""
