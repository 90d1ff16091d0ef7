"""The questions of the comparison. Each is answered by processes that were just run, with an empty store."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.comparison_peers import NOTE, PARTS, PROGRAM, Peer

SOURCES = {"program.py", "note.py", "parts.py", "ran", "go"}
SITE = """
import builtins
import os


class Planted:
    def __reduce__(self):
        return os.system, ("touch owned",)


builtins.RESULT = Planted()
"""
#: A pickle that runs the same command.
PLANTED = b"\x80\x04cos\nsystem\n(X\x0b\x00\x00\x00touch ownedtR."


class Outcome(NamedTuple):
    """What one process did."""

    runs: int
    result: str
    error: str


class Trial:
    """One tool with a directory, a store and a program of its own."""

    def __init__(self, peer: Peer, other: str | None) -> None:
        self.peer = peer
        self.other = other
        self.directory = Path(tempfile.mkdtemp()).resolve()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory), "MEMO_DIR": "store"}
        self.write()

    def write(self, old: str = "", new: str = "") -> None:
        """Write the program, with an edit of the one place where *old* is."""
        texts = {"program.py": PROGRAM.replace("{prelude}", self.peer.prelude), "note.py": NOTE, "parts.py": PARTS}
        if old:
            (name,) = (name for name, text in texts.items() if text.count(old) == 1)
            texts[name] = texts[name].replace(old, new)
        texts["program.py"] = self.peer.program(texts["program.py"])
        for name, text in texts.items():
            (self.directory / name).write_text(text)
        shutil.rmtree(self.directory / "__pycache__", ignore_errors=True)

    def start(self, expression: str, *, python: str = sys.executable, **environment: str) -> subprocess.Popen[str]:
        """Start a process that evaluates *expression*."""
        return subprocess.Popen(
            [python, "program.py", expression],
            cwd=self.directory,
            env=self.environment | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, expression: str, **options: str) -> Outcome:
        """Evaluate *expression* in a new process, and return how often a body ran and what came out."""
        before = self.ran()
        process = self.start(expression, **options)
        printed, errors = process.communicate(timeout=300)
        results = [line.removeprefix("result: ") for line in printed.splitlines() if line.startswith("result: ")]
        error = "" if results else (errors.strip() or "nothing was printed").splitlines()[-1]
        return Outcome(self.ran() - before, results[-1] if results else "", error)

    def ran(self) -> int:
        """Return how often a body has run in this directory."""
        path = self.directory / "ran"
        return path.stat().st_size if path.exists() else 0

    def stored(self) -> list[Path]:
        """Return the files that the tool has written."""
        files = [path for path in self.directory.rglob("*") if path.is_file() and path.name not in SOURCES]
        return sorted(files, key=lambda path: path.stat().st_size)


def hit_or_run(outcome: Outcome) -> str:
    return "error" if outcome.error else "runs" if outcome.runs else "hit"


def edited(expression: str, old: str, new: str, after: str) -> Callable[[Trial], str]:
    """Ask what happens after an edit: *after* is what the edited program computes."""

    def ask(trial: Trial) -> str:
        first = trial.run(expression)
        trial.write(old, new)
        outcome = trial.run(expression)
        if first.error or outcome.error:
            return "error"
        return hit_or_run(outcome) if outcome.result == after else "**stale**"

    return ask


def again(expression: str) -> Callable[[Trial], str]:
    """Ask whether a call hits in a new process with another hash seed."""

    def ask(trial: Trial) -> str:
        first = trial.run(expression)
        return "error" if first.error else hit_or_run(trial.run(expression, PYTHONHASHSEED="1"))

    return ask


def other_python(trial: Trial) -> str:
    if trial.other is None:
        return "not run"
    first = trial.run("work(3)", python=trial.other)
    return "error" if first.error else hit_or_run(trial.run("work(3)"))


def kernel_restart(trial: Trial) -> str:
    """Define and call a function in the cells of a notebook, in two kernels."""
    if not trial.peer.in_jupyter:
        return "not made for it"
    import nbformat
    from nbclient import NotebookClient

    text = PROGRAM.replace("{prelude}", trial.peer.prelude)
    before = 0
    for _ in range(2):
        before = trial.ran()
        cells = [nbformat.v4.new_code_cell(cell) for cell in (*text.split("\n\n\n@cached")[:2], "work(3)")]
        cells[1].source = "@cached" + cells[1].source
        client = NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=300, kernel_name="python3")
        client.execute(cwd=str(trial.directory), env=os.environ | trial.environment)
    return "runs" if trial.ran() > before else "hit"


def spellings(trial: Trial) -> str:
    outcome = trial.run("[work(3), work(x=3), work(3, 1), work(3, scale=1)]")
    return "error" if outcome.error else f"{outcome.runs} of 4 run"


def apart(*values: str) -> Callable[[Trial], str]:
    """Ask whether calls with different values are different calls."""

    def ask(trial: Trial) -> str:
        found = ", ".join(f"shown({value})" for value in values)
        expected = ", ".join(f"look({value})" for value in values)
        outcome = trial.run(f"[{found}] == [{expected}]")
        return "refused" if outcome.error else "apart" if outcome.result == "True" else "**mixed up**"

    return ask


def changed_by_caller(trial: Trial) -> str:
    outcome = trial.run("[listed(3).append(9), listed(3)][1]")
    return "error" if outcome.error else "as stored" if outcome.result == "[3]" else "**changed**"


def flipped_bit(trial: Trial) -> str:
    if not trial.peer.stores:
        return "stores nothing"
    expression = "int(table(1_000_000).sum())"
    correct = trial.run(expression)
    stored = trial.stored()
    if correct.error or not stored:
        return "error" if correct.error else "stores nothing"
    largest = stored[-1]
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    largest.write_bytes(content)
    outcome = trial.run(expression)
    return hit_or_run(outcome) if outcome.error or outcome.result == correct.result else "**wrong result**"


def planted_pickle(trial: Trial) -> str:
    """Let somebody who can write the store keep an object there whose pickle runs a command; then make the call."""
    if not trial.peer.stores:
        return "stores nothing"
    site = trial.directory / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(SITE)
    found = after_planting(trial, str(site))
    if trial.peer.guard is None:
        return found
    name, environment = trial.peer.guard
    return f"{found}; with {name}: {after_planting(trial, str(site), **environment)}"


def after_planting(trial: Trial, site: str, **guard: str) -> str:
    """Plant, without the guard, and make the call with it."""
    owned = trial.directory / "owned"
    trial.run("hidden(3)", PYTHONPATH=site)
    owned.unlink(missing_ok=True)
    outcome = trial.run("hidden(3)", **guard)
    if not owned.exists() and not outcome.runs:
        replace_pickles(trial)
        outcome = trial.run("hidden(3)", **guard)
    is_owned = owned.exists()
    owned.unlink(missing_ok=True)
    return "**runs it**" if is_owned else hit_or_run(outcome)


def replace_pickles(trial: Trial) -> None:
    """Put a pickle that runs a command in the place of each stored file that is a pickle."""
    for path in trial.stored():
        if path.read_bytes()[:1] == PLANTED[:1]:
            path.write_bytes(PLANTED)


def two_at_once(trial: Trial) -> str:
    """Start a call, and while its body is running the same call in another process."""
    first = trial.start("work(3)", STAY="1")
    wait_for(lambda: inside(trial) or first.poll() is not None)
    second = trial.start("work(3)", STAY="1")
    wait_for(lambda: len(inside(trial)) == 2 or second.poll() is not None, seconds=15)
    (trial.directory / "go").touch()
    for process in (first, second):
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return "**one hangs**"
    return "error" if first.returncode or second.returncode else "one runs" if trial.ran() == 1 else "both run"


def inside(trial: Trial) -> list[Path]:
    return list(trial.directory.glob("inside-*"))


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)


def microseconds(trial: Trial) -> str:
    """Time a hit on a small argument: the best of five times twenty."""
    outcome = trial.run("[work(3), min(__import__('timeit').repeat(lambda: work(3), number=20, repeat=5)) / 20][1]")
    return "error" if outcome.error else f"{float(f'{float(outcome.result) * 1e6:.2g}'):,.10g}"


QUESTIONS: dict[str, Callable[[Trial], str]] = {
    "**Should run** after an edit of its body": edited("work(3)", "x * 7 * scale", "x * 8 * scale", "24"),
    "… of a helper": edited("helped(3)", "return x * 10", "return x * 11", "33"),
    "… of a helper in another module": edited("taxed(3)", "return x + 5", "return x + 6", "9"),
    "… of a global that it reads": edited("limited(3)", "LIMIT = 2", "LIMIT = 3", "9"),
    "… of what a closure captured": edited("closed(3)", "add = make(1)", "add = make(2)", "5"),
    "… of a method of its argument's class": edited(
        "area(Shape(3))", "return self.side * self.side", "return 4 * self.side", "12"
    ),
    "**Should hit** in a new process": again("work(3)"),
    "… in a notebook, after a restart of the kernel": kernel_restart,
    "… in another version of Python": other_python,
    "… after an edit of a comment": edited("work(3)", "# The body runs.", "# It runs.", "21"),
    "… of its docstring": edited("work(3)", '"""Do the work."""', '"""Do all the work."""', "21"),
    "… of its formatting": edited("work(3)", "x * 7 * scale", "(x * 7) * scale", "21"),
    "… of another function above it": edited(
        "work(3)", "def unrelated(x):\n    return x", "def unrelated(x):\n    x += 1\n    return x", "21"
    ),
    "… with an equal NumPy array": again("shown(__import__('numpy').arange(3))"),
    "… with an equal set": again("shown({'ant', 'bee', 'cat', 'dog', 'elk'})"),
    "… with an equal instance": again("area(Shape(3))"),
    "`f(3)`, `f(x=3)`, `f(3, 1)`, `f(3, scale=1)`": spellings,
    "**Should be apart**: `1`, `True`, `1.0`": apart("1", "True", "1.0"),
    "… `[1, 2]`, `(1, 2)`": apart("[1, 2]", "(1, 2)"),
    "… arrays of a million numbers, one of which differs": apart(
        "__import__('numpy').zeros(1_000_000)", "(__import__('numpy').arange(1_000_000) == 777_777) * 1.0"
    ),
    "… arrays of the texts `a-b`, `c` and `a`, `b-c`": apart(
        "__import__('numpy').array(['a-b', 'c'], dtype=object)", "__import__('numpy').array(['a', 'b-c'], dtype=object)"
    ),
    "… two lambdas on one line": apart("PLUS[0]", "PLUS[1]"),
    "… closures that captured different values": apart("make(1)", "make(2)"),
    "**Results**: after the caller changed one that it got": changed_by_caller,
    "… after one bit of the store has flipped": flipped_bit,
    "… after somebody planted a pickle in the store": planted_pickle,
    "… when two processes ask at once": two_at_once,
    "A hit, in microseconds": microseconds,
}


def answer(question: str, peer: Peer, other: str | None = None) -> str:
    """Ask one tool one question."""
    trial = Trial(peer, other)
    try:
        return QUESTIONS[question](trial)
    finally:
        shutil.rmtree(trial.directory, ignore_errors=True)
