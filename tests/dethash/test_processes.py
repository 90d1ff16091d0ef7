"""Threads and processes: digests are the same in forked and spawned children and in many threads at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from memo.dethash import det_hash
from memo.dethash.registry import PLANS
from tests.dethash.test_golden import now
from tests.dethash.values import NAMES

ROOT = Path(__file__).parents[2]


def run(program: str, directory: Path, **environment: str) -> Any:
    """Run a program in a file of its own and return what it printed last."""
    path = directory / "program.py"
    path.write_text(program)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(path)],
        capture_output=True, text=True, check=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


FORKED = """
import json, os, sys, threading
from memo import det_hash

big = bytes(8 << 20)
values = [big, [big, {1: bytearray(big)}], {"a": {1, (2,)}}]
before = [det_hash(value) for value in values]  # the hasher's threads have run by now
busy = threading.Thread(target=lambda: [det_hash(big) for _ in range(20)])
busy.start()
read, write = os.pipe()
children = []
for _ in range(3):
    child = os.fork()
    if not child:
        os.write(write, json.dumps([det_hash(value) for value in values]).encode() + b"\\n")
        os._exit(0)
    children.append(child)
busy.join()
for child in children:
    os.waitpid(child, 0)
os.close(write)
answers = [json.loads(line) for line in open(read)]
print(json.dumps([before] + answers))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_hashes_large_values_too(tmp_path: Path) -> None:
    """Children that were forked after and while the hasher's threads ran do not hang, and agree."""
    answers = run(FORKED, tmp_path)
    assert 4 == len(answers)
    assert 1 == len({json.dumps(answer) for answer in answers})


SPAWNED = """
import json, multiprocessing, sys
from dataclasses import dataclass
from enum import Enum

from memo import det_hash

@dataclass
class Config:
    x: int

class Color(Enum):
    RED = 1

def digests(value):
    return [det_hash(value), det_hash(Config(1)), det_hash(Color.RED), det_hash([Config(2), {"a"}])]

if __name__ == "__main__":
    value = [Config(1), Color.RED, {"b", "c"}]
    out = [digests(value)]
    for method in ("spawn", "forkserver"):
        with multiprocessing.get_context(method).Pool(1) as pool:
            out.append(pool.apply(digests, (value,)))
    print(json.dumps(out))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no forkserver")
def test_a_spawned_child_agrees_about_the_main_modules_classes(tmp_path: Path) -> None:
    """The main module has another name in the child, its classes have the same digests."""
    answers = run(SPAWNED, tmp_path)
    assert 3 == len(answers)
    assert answers[0] == answers[1] == answers[2]


FIRST_IN_THREADS = """
import json, sys, threading
sys.setswitchinterval(1e-6)
from tests.dethash.values import NAMES, make
from memo import det_hash

values = [make(name) for name in NAMES]
start = threading.Barrier(8)
answers = []

def work():
    start.wait()
    answers.append([det_hash(value) for value in values])

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(answers))
"""


def test_threads_that_load_the_encoders_at_once_agree(tmp_path: Path) -> None:
    """The first value of each library arrives in eight threads at the same time."""
    answers = run(FIRST_IN_THREADS, tmp_path)
    assert 8 == len(answers)
    assert [list(now(NAMES).values())] * 8 == answers


def test_threads_hash_one_value_at_once() -> None:
    """Large and cyclic values are read by many threads while plans are forgotten and made again."""
    cycle: list[Any] = [{"a": [1, {2, (3,)}]}, bytes(3 << 20)]
    cycle.append({"me": cycle, "rows": [{"n": n, "t": (n, str(n))} for n in range(3000)]})
    expected = det_hash(cycle)
    found: list[str] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        for _ in range(5):
            PLANS.clear()
            found.append(det_hash(cycle))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [expected] * 20 == found


def test_optimisation_and_isolation_do_not_count(tmp_path: Path) -> None:
    """Neither ``-O`` nor UTF-8 mode nor development mode changes a digest."""
    program = "import json; from tests.dethash.test_golden import *; print(json.dumps(now(NAMES)))"
    environment = {"PYTHONOPTIMIZE": "2", "PYTHONUTF8": "1", "PYTHONDEVMODE": "1", "PYTHONMALLOC": "debug"}
    assert now(NAMES) == run(program, tmp_path, **environment)
