"""Record the terminal session that the README shows: ``python docs/record_session.py``.

Each command runs for real, in a pseudo-terminal, in a copy of the example with a store of its own. The home directory
is a temporary one too, so that no other path is in the picture.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

REPOSITORY = Path(__file__).parents[1]
PICTURE = REPOSITORY / "docs" / "_static" / "session.svg"
WIDTH = 84

SESSION = [
    "python flight_delays.py",
    "python flight_delays.py",
    "sed --in-place 's/RUSH_HOURS = .*/RUSH_HOURS = (6, 7, 8, 9)/' flight_delays.py",
    "python flight_delays.py",
    "memo stats",
]


def run(command: str, directory: Path) -> str:
    """Run *command* as a person would, in a terminal, and return what it printed."""
    environment = os.environ | {
        "COLUMNS": str(WIDTH),
        "HOME": str(directory.parent),
        "MEMO_DIR": str(directory / "store"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "TERM": "xterm-256color",
    }
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, shell=True, cwd=directory, env=environment, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        printed = bytearray()
        while chunk := read(ours):
            printed += chunk
    os.close(ours)
    if process.returncode != 0:
        sys.exit(f"{command}: exit code {process.returncode}\n{printed.decode()}")
    return printed.decode().replace("\r\n", "\n").replace(str(directory.parent), "~")


def read(descriptor: int) -> bytes:
    """Read what the terminal has; on Linux its end is an error."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def record() -> str:
    """Run the session and return its picture."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name, "delays")
        directory.mkdir()
        shutil.copy(REPOSITORY / "examples" / "flight_delays.py", directory)
        for command in SESSION:
            console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
            console.print(Text.from_ansi(run(command, directory)))
    picture = console.export_svg(title="memo")
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)  # the fonts would come from a network


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(record(), "utf-8")
    print("wrote", PICTURE.relative_to(REPOSITORY))
