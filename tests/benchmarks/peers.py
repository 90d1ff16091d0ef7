"""What caches do after an edit, in a new process, with an array, on a damaged disk: print the README's table.

Run it by hand: ``python tests/benchmarks/peers.py``. Nothing is quoted; each cell is what a fresh process just did.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PEERS = {
    "functools.cache": "from functools import cache as cached",
    "joblib.Memory": "import joblib; cached = joblib.Memory('store', verbose=0).cache",
    "diskcache.memoize": "import diskcache; cached = diskcache.Cache('store').memoize()",
    "memo": "from memo import memoize_step as cached",
}

PROGRAM = """
import sys
{peer}

RATE = 2


def helper(x):
    return x * RATE


@cached
def work(x, scale=1):
    # Say that the body runs.
    print("ran")
    return helper(x) * scale


@cached
def count(words):
    print("ran")
    return len(words)


@cached
def table(size):
    import numpy

    print("ran")
    return numpy.arange(size)


if __name__ == "__main__":
    print(repr(eval(sys.argv[1])))
"""


@dataclass(frozen=True)
class Outcome:
    """What one process did."""

    runs: int
    result: str
    failed: bool


class Trial:
    """One peer with a store and a program of its own."""

    def __init__(self, peer: str, directory: Path) -> None:
        self.directory = directory
        self.program = PROGRAM.format(peer=PEERS[peer])

    def run(self, expression: str, *, edit: tuple[str, str] = ("", ""), seed: int = 0) -> Outcome:
        """Evaluate *expression* in a new process, after *edit* (old text, new text) of the program."""
        (self.directory / "program.py").write_text(self.program.replace(*edit) if edit[0] else self.program)
        environment = os.environ | {"PYTHONHASHSEED": str(seed), "MEMO_DIR": "store"}
        command = [sys.executable, "program.py", expression]
        done = subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True, check=False)
        *lines, result = done.stdout.splitlines() or [""]
        return Outcome(lines.count("ran"), result, done.returncode != 0)

    def damage(self) -> bool:
        """Change one byte in the middle of the largest file of the store; say whether there is one."""
        files = [path for path in (self.directory / "store").rglob("*") if path.is_file()]
        if not files:
            return False
        largest = max(files, key=lambda path: path.stat().st_size)
        content = bytearray(largest.read_bytes())
        content[len(content) // 2] ^= 1
        largest.write_bytes(content)
        return True


def hit_or_run(outcome: Outcome) -> str:
    return "error" if outcome.failed else "runs again" if outcome.runs else "hit"


def new_process(trial: Trial) -> str:
    trial.run("work(3)")
    return hit_or_run(trial.run("work(3)"))


def after_edit(trial: Trial, old: str, new: str, expected: str) -> str:
    """Run, edit, run: *expected* is what the edited program computes."""
    trial.run("work(3)")
    outcome = trial.run("work(3)", edit=(old, new))
    return hit_or_run(outcome) if outcome.failed or outcome.result == expected else "**stale result**"


def helper_edited(trial: Trial) -> str:
    return after_edit(trial, "return x * RATE", "return x + RATE", "5")


def constant_edited(trial: Trial) -> str:
    return after_edit(trial, "RATE = 2", "RATE = 3", "9")


def comment_edited(trial: Trial) -> str:
    return after_edit(trial, "# Say that the body runs.", "# Tell that it runs.", "6")


def four_spellings(trial: Trial) -> str:
    outcome = trial.run("[work(3), work(x=3), work(3, 1), work(3, scale=1)]")
    return f"{outcome.runs} of 4 run"


def array_argument(trial: Trial) -> str:
    outcome = trial.run("[work(__import__('numpy').arange(3)).sum() for _ in range(2)]")
    return "TypeError" if outcome.failed else "hit" if outcome.runs == 1 else "runs again"


def set_argument(trial: Trial) -> str:
    expression = "count({'ant', 'bee', 'cat', 'dog', 'elk'})"
    first = trial.run(expression, seed=1)
    return "TypeError" if first.failed else hit_or_run(trial.run(expression, seed=2))


def damaged_store(trial: Trial) -> str:
    expression = "int(table(1_000_000).sum())"
    correct = trial.run(expression).result
    if not trial.damage():
        return "nothing stored"
    outcome = trial.run(expression)
    return hit_or_run(outcome) if outcome.failed or outcome.result == correct else "**wrong result**"


QUESTIONS = {
    "The same call in a new process": new_process,
    "After an edit of a helper that it calls": helper_edited,
    "After an edit of a constant that a helper reads": constant_edited,
    "After an edit of a comment": comment_edited,
    "`f(3)`, `f(x=3)`, `f(3, 1)`, `f(3, scale=1)`, 1 being the default": four_spellings,
    "The same call with an equal NumPy array": array_argument,
    "The same call with an equal set, in a new process": set_argument,
    "After one bit of the stored array has flipped": damaged_store,
}


def answer(question: str, peer: str) -> str:
    """Ask one peer one question, with an empty store."""
    directory = Path(tempfile.mkdtemp())
    try:
        return QUESTIONS[question](Trial(peer, directory))
    finally:
        shutil.rmtree(directory)


def row(question: str) -> str:
    """Return the README's line about *question*."""
    return f"| {question} | " + " | ".join(answer(question, peer) for peer in PEERS) + " |"


def hit_microseconds(peer: str) -> float:
    """Time a hit on a small argument."""
    directory = Path(tempfile.mkdtemp())
    setup = f"import os; os.chdir({str(directory)!r}); os.environ['MEMO_DIR'] = 'store'\n{PEERS[peer]}\n"
    program = directory / "timed.py"
    program.write_text(
        f"{setup}\n@cached\ndef work(x, scale=1):\n    return x\n\n"
        f"if __name__ == '__main__':\n    from timeit import timeit\n    work(3)\n"
        f"    print(min(timeit(lambda: work(3), number=1000) for _ in range(5)) * 1000)\n"
    )
    try:
        done = subprocess.run([sys.executable, str(program)], check=True, capture_output=True, text=True)
        return float(done.stdout)
    finally:
        shutil.rmtree(directory)


if __name__ == "__main__":
    print("|  | " + " | ".join(f"`{peer}`" for peer in PEERS) + " |\n|---", end="")
    print("|---" * len(PEERS) + "|")
    for each in QUESTIONS:
        print(row(each), flush=True)
    print("| A hit, in microseconds | " + " | ".join(f"{hit_microseconds(peer):.3g}" for peer in PEERS) + " |")
