"""Who else claims keys: another thread, another process."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from memo.store import Claim

ENDLESS = 1e9  # seconds: what waits for that long hangs, and so does the test


def acquire(claim: Claim, wait: float = ENDLESS) -> bool:
    """Wait as a step does, and say whether the claim was had in the end."""
    for pause in claim.pauses(wait):
        time.sleep(pause)
    return claim.is_held


class Other:
    """A thread that does what it is told, with a context of its own."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._results: SimpleQueue[object] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._results.put(job())

    def start(self, job: Callable[[], object]) -> None:
        self._jobs.put(job)

    def result(self) -> object:
        return self._results.get(timeout=60)

    def do(self, job: Callable[[], object]) -> object:
        self.start(job)
        return self.result()

    def end(self) -> None:
        self._jobs.put(None)
        self._thread.join()


PROCESS = """
import signal, sys
from memo.store import Store
signal.signal(signal.SIGINT, signal.default_int_handler)  # which is ignored where the tests run in a shell's background
store, claims = Store(sys.argv[1]), {}
for line in sys.stdin:
    word, key = line.split()
    if word == "try":
        claims[key] = store.claim(key)
        print(claims[key].try_acquire(), flush=True)
    else:
        claims.pop(key).release()
        print(None, flush=True)
"""


class Process:
    """Another process, which tries claims and releases them."""

    def __init__(self, directory: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROCESS, directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tries(self, key: str) -> bool:
        return self._say(f"try {key}") == "True\n"

    def releases(self, key: str) -> None:
        self._say(f"release {key}")

    def _say(self, line: str) -> str:
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()

    def end(self, number: int = signal.SIGKILL) -> None:
        self._process.send_signal(number)
        with self._process:
            self._process.stdin.close()
