"""Small projects that are written, hashed in a fresh process, edited, and hashed in another one under another hash seed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WORKER = Path(__file__).with_name("worker.py")
REPOSITORY = Path(__file__).parents[3]


@dataclass(frozen=True)
class Case:
    """A project and an edit of it.

    Attributes:
        name: what the edit is.
        before: the files, each after a line ``## name``; what is before the first one is ``main.py``.
        old: a text in there.
        new: what the edit makes of it.
        call: an expression in ``main.py``'s names whose key is asked for.
    """

    name: str
    before: str
    old: str
    new: str
    call: str = "key(step)"

    @property
    def after(self) -> str:
        """The files after the edit."""
        assert self.before.count(self.old) == 1, f"{self.name}: {self.old!r} is not there once"
        return self.before.replace(self.old, self.new)


def edits(
    prefix: str, before: str, *changes: tuple[str, str] | tuple[str, str, str], call: str = "key(step)"
) -> list[Case]:
    """Return one case for each change of *before*: old text, new text, and (where it is not *call*) the call."""
    return [
        Case(
            f"{prefix}: {old.strip()} -> {new.strip()}{' in '.join(['', *rest])}", before, old, new, *(rest or (call,))
        )
        for old, new, *rest in changes
    ]


def write(directory: Path, text: str) -> None:
    """Write a project's files."""
    parts = re.split(r"^## (\S+)\n", text, flags=re.MULTILINE)
    for name, content in zip(["main.py", *parts[1::2]], parts[::2], strict=True):
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def keys(directory: Path, projects: dict[str, tuple[str, str]], seed: int, worker: Path = WORKER) -> dict[str, Any]:
    """Write projects below *directory* and return the keys of their calls, or what was raised, from one new process.

    Args:
        directory: where to.
        projects: each project's text and call, by name; what several names have in common is written and asked once.
        seed: the process's ``PYTHONHASHSEED``.
        worker: what answers there.
    """
    asked = {}
    for project in projects.values():
        if project not in asked:
            asked[project] = str(len(asked)), str(directory / str(len(asked))), project[1]
            write(directory / asked[project][0], project[0])
    variables = {"PYTHONHASHSEED": str(seed), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, str(worker)], input=json.dumps([*asked.values()]), capture_output=True, text=True, check=False,
        env=os.environ | variables,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = dict(json.loads(done.stdout))
    return {name: answers[asked[project][0]] for name, project in projects.items()}


def before_and_after(directory: Path, cases: list[Case], worker: Path = WORKER) -> dict[str, tuple[Any, Any]]:
    """Return each case's key, or what else *worker* answers, before and after its edit."""
    before = keys(directory / "before", {case.name: (case.before, case.call) for case in cases}, 1, worker)
    after = keys(directory / "elsewhere" / "after", {case.name: (case.after, case.call) for case in cases}, 2, worker)
    return {case.name: (before[case.name], after[case.name]) for case in cases}
