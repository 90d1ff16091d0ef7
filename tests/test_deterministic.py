"""memo.testing.assert_deterministic() runs a step in two new processes and compares what comes out."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from memo import OptionError, memoize_step
from memo.testing import assert_deterministic

REPOSITORY = Path(__file__).parents[1]


@memoize_step
def ordered(words, *, upper=False):
    return sorted(word.upper() if upper else word for word in set(words))


@memoize_step
def unordered(words):
    return {"count": len(words), "words": list(set(words))}


@memoize_step
async def awaited(words):
    return list(set(words))


@memoize_step
def yielding(words):
    yield from sorted(words)


@memoize_step
async def yielding_later(words):
    for word in sorted(words):
        yield word


class Model:
    def __init__(self, bias):
        self.bias = bias

    @memoize_step
    def fit(self, words):
        return self.bias, list(dict.fromkeys(words))


WORDS = ["red", "green", "blue", "a", "b", "c"]


def test_a_step_that_returns_the_same_passes_and_leaves_nothing_behind(own_store: Path) -> None:
    assert_deterministic(ordered, WORDS, upper=True)
    assert not own_store.exists()


def test_one_that_does_not_is_named_with_both_digests_and_the_place() -> None:
    expected = (
        r":unordered is not deterministic: two new processes got different results, "
        r"[0-9a-f]{64} and [0-9a-f]{64}; they differ at result"
    )
    with pytest.raises(AssertionError, match=expected):
        assert_deterministic(unordered, words=WORDS)


def test_coroutines_generators_and_methods_are_compared_by_what_they_give() -> None:
    with pytest.raises(AssertionError, match="awaited is not deterministic"):
        assert_deterministic(awaited, WORDS)
    assert_deterministic(yielding, WORDS)
    assert_deterministic(Model(3).fit, WORDS)


def test_asynchronous_generators_are_too() -> None:
    assert_deterministic(yielding_later, WORDS)


def test_what_is_defined_within_a_function_is_taken_there() -> None:
    pytest.importorskip("cloudpickle")
    scale = 3

    @memoize_step
    def local(x):
        return x * scale

    assert_deterministic(local, 2)


def test_steps_that_it_calls_run_too_and_what_is_stored_answers_nowhere() -> None:
    @memoize_step(enabled=True)
    def inner():
        return time.time_ns()

    @memoize_step
    def outer():
        return inner()

    outer()
    pytest.importorskip("cloudpickle")
    with pytest.raises(AssertionError, match="outer is not deterministic"):
        assert_deterministic(outer)


@memoize_step
def failing(x):
    raise LookupError("nothing here")


@memoize_step
def ending(x):
    os._exit(7)


def test_a_call_that_fails_is_told_with_its_traceback() -> None:
    with pytest.raises(AssertionError, match=r"(?s)failing failed in a new process: Traceback .*LookupError: nothing"):
        assert_deterministic(failing, 1)
    with pytest.raises(AssertionError, match="its process ended with exit code 7"):
        assert_deterministic(ending, 1)
    with pytest.raises(AssertionError, match=r"missing 1 required positional argument"):
        assert_deterministic(ordered)


def test_what_is_no_step_or_cannot_be_taken_there_is_an_error() -> None:
    with pytest.raises(OptionError, match=r"assert_deterministic\(train\)"):
        assert_deterministic(len, [])
    with pytest.raises(OptionError, match="expected a step and arguments that can be pickled"):
        assert_deterministic(ordered, [Path(), (line for line in "ab")])


SCRIPT = """
from memo import memoize_step
from memo.testing import assert_deterministic
@memoize_step
def good(words): return sorted(set(words))
@memoize_step
def bad(words): return list(set(words))
if __name__ == "__main__":
    words = "the quick brown fox jumps".split()
    assert_deterministic(good, words)
    try:
        assert_deterministic(bad, words)
    except AssertionError as error:
        print(str(error).partition(":")[2])
"""


def run(directory: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=directory, env=environment, input=text, capture_output=True, text=True, check=False
    )


def test_a_step_of_a_script_is_found_there(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(SCRIPT)
    done = run(tmp_path, "main.py")
    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith("bad is not deterministic: ")


CALLED = "from memo.testing import assert_deterministic\nimport steps\nassert_deterministic(steps.step, 1)\n"


def test_a_script_that_is_imported_begins_no_more_processes(tmp_path: Path) -> None:
    (tmp_path / "steps.py").write_text("from memo import memoize_step\n@memoize_step\ndef step(x): return x\n")
    (tmp_path / "main.py").write_text(f"print('begun', flush=True)\n{CALLED}")
    done = run(tmp_path, "main.py")
    assert ("begun\n" * 3, 1) == (done.stdout, done.returncode)
    assert 'expected a call below if __name__ == "__main__":' in done.stderr


def test_a_program_that_is_piped_to_python_can_ask(tmp_path: Path) -> None:
    (tmp_path / "steps.py").write_text("from memo import memoize_step\n@memoize_step\ndef step(x): return x\n")
    done = run(tmp_path, "-", text=CALLED)
    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)
