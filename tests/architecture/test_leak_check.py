"""The leak check in ``tests/conftest.py`` is itself seen failing."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"

LEAKING = """
import subprocess, sys, threading

kept, wait = [], threading.Event()

def test_leaks_a_thread():
    threading.Thread(target=wait.wait, args=(20,), daemon=True, name="lost").start()

def test_leaks_a_file(tmp_path):
    kept.append((tmp_path / "a").open("w"))

def test_leaks_a_process():
    kept.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))

def test_leaks_nothing(tmp_path):
    threading.Thread(target=print).start()
    with (tmp_path / "a").open("w") as file:
        cycle = [file]
        cycle.append(cycle)
    subprocess.run([sys.executable, "-c", ""], check=True)

def test_has_a_store_of_its_own(own_store):
    import os
    assert os.environ["MEMO_DIR"] == str(own_store)
    assert not own_store.exists()

def teardown_module():
    wait.set()
    kept[0].close()
    kept[1].stdin.close()
    kept[1].wait()
"""


def test_a_leaked_thread_file_or_process_fails_the_test(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST.read_text())
    pytester.makepyfile(LEAKING)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=5, errors=3)
    result.stdout.fnmatch_lines(["*left behind by this test: thread lost", "*: open */a", "*: process * (*input()*)"])
