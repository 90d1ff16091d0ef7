"""Calls of one key that come at the same time compute once, in threads, tasks and processes; and nobody hangs."""

# ruff: noqa: PT031 - one warning for several calls is what these tests are about
from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue
from types import FrameType

import pytest

from memo import OptionError, Store, StoreWarning, config, configure, memoize_step
from memo.step.runner import Step
from memo.store.claims import Claim


class Gate:
    """Holds a body up until it is let through. Only its methods read the count, which is so no part of a key."""

    def __init__(self) -> None:
        self.came: SimpleQueue[object] = SimpleQueue()
        self.opened = threading.Event()
        self.lock = threading.Lock()
        self.count = 0

    def __call__(self, value: object) -> int:
        """Return the how-manieth it was."""
        with self.lock:
            self.count += 1
            count = self.count
        self.came.put(value)
        assert self.opened.wait(60)
        return count


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> SimpleQueue[None]:
    """Tells whenever somebody begins to wait for another's computation."""
    queue: SimpleQueue[None] = SimpleQueue()
    pauses = Claim.pauses

    def telling(claim: Claim, wait: float) -> object:
        for number, pause in enumerate(pauses(claim, wait)):
            if not number:
                queue.put(None)
            yield pause

    monkeypatch.setattr(Claim, "pauses", telling)
    return queue


@pytest.mark.stress  # once, on a machine with eight other programs, one of the threads did not come to wait
def test_threads_compute_once_and_each_gets_an_object_of_its_own(waits: SimpleQueue[None]) -> None:
    gate = Gate()

    @memoize_step
    def train(x):
        gate(x)
        return [x]

    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(train, 1) for _ in range(8)]
        for _ in range(7):
            waits.get(timeout=60)
        gate.opened.set()
        results = [future.result(60) for future in futures]
    assert ([[1]] * 8, 8, 1) == (results, len({id(result) for result in results}), gate.count)
    assert (7, 1) == (train.info().hits, train.info().misses)


def test_another_call_does_not_wait() -> None:
    gate = Gate()

    @memoize_step
    def train(x):
        if x == 1:
            gate(x)
        return x

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(train, 1)
        gate.came.get(timeout=60)
        assert 2 == train(2)
        gate.opened.set()
        assert 1 == future.result(60)


def test_a_leader_that_raises_lets_the_next_one_compute(waits: SimpleQueue[None]) -> None:
    gate = Gate()

    @memoize_step
    def train(x):
        if gate(x) == 1:
            raise LookupError(x)
        return x

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(train, 1) for _ in range(3)]
        for _ in range(2):
            waits.get(timeout=60)
        gate.opened.set()
        outcomes = [future.exception(60) or future.result() for future in futures]
    assert (2, [1, 1]) == (gate.count, [outcome for outcome in outcomes if not isinstance(outcome, LookupError)])


def test_a_leader_that_cannot_store_lets_the_next_one_compute(waits: SimpleQueue[None]) -> None:
    gate = Gate()

    @memoize_step
    def train(x):
        gate(x)
        return threading.Lock()

    with ThreadPoolExecutor(2) as pool, pytest.warns(StoreWarning, match="cannot be stored"):
        futures = [pool.submit(train, 1) for _ in range(2)]
        waits.get(timeout=60)
        gate.opened.set()
        first, second = [future.result(60) for future in futures]
    assert first is not second
    assert 2 == gate.count


def test_an_interrupt_within_the_body_gives_the_claim_back() -> None:
    calls = []

    @memoize_step
    def train(x):
        calls.append(x)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return x

    with pytest.raises(KeyboardInterrupt):
        train(1)
    with ThreadPoolExecutor(1) as pool:
        assert 1 == pool.submit(train, 1).result(60)


def test_a_step_that_calls_itself_with_the_same_key_computes() -> None:
    depths = []

    @memoize_step(ignore=("depth",))
    def train(x, depth=0):
        depths.append(depth)
        return train(x, depth + 1) + 1 if depth < 3 else 0

    assert 3 == train(1)
    assert [0, 1, 2, 3] == depths
    assert 3 == train(1, depth=7)


def test_two_steps_that_call_each_other_in_two_threads_compute(waits: SimpleQueue[None]) -> None:
    """Each is within the one that the other waits for; an ignored argument ends the recursion."""
    barrier = threading.Barrier(2, timeout=60)

    @memoize_step(ignore=("depth",))
    def ping(x, depth):
        if depth == 0:
            barrier.wait()
        return pong(x, depth + 1) + 1 if depth < 2 else 0

    @memoize_step(ignore=("depth",))
    def pong(x, depth):
        if depth == 0:
            barrier.wait()
        return ping(x, depth + 1) + 1 if depth < 2 else 0

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(ping, 1, 0), pool.submit(pong, 1, 0)]
        assert [int, int] == [type(future.result(60)) for future in futures]


@pytest.mark.parametrize("how", ["wait", "timedelta", "single_flight", "configured", "configured off"])
def test_who_need_not_wait_computes_too(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_configured", {})
    options = {"wait": {"wait": 0}, "timedelta": {"wait": timedelta(0)}, "single_flight": {"single_flight": False}}
    gate = Gate()

    @memoize_step(**options.get(how, {}))
    def train(x):
        return gate(x)

    if how == "configured":
        configure(wait=0.001)
    elif how == "configured off":
        configure(single_flight=False)
    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(train, 1) for _ in range(3)]
        for _ in range(3):
            gate.came.get(timeout=60)
        gate.opened.set()
        assert [1, 2, 3] == sorted(future.result(60) for future in futures)
    configure(single_flight=True)


def test_the_decorator_comes_before_what_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_configured", {"wait": 5.0, "single_flight": False})
    monkeypatch.setattr(config, "_current", (None, config.Settings()))

    def patience(**options: object) -> object:
        step: Step = memoize_step(**options)(lambda: 1)._step
        return step.patience(step.attempt((), {}))

    assert [None, None, 2.0, 5.0] == [
        patience(), patience(wait=1), patience(wait=2, single_flight=True), patience(single_flight=True)
    ]  # fmt: skip


@pytest.mark.parametrize("bad", [-1, "1", True, float("nan"), timedelta(-1), [1]], ids=repr)
def test_what_is_no_time_to_wait_is_refused(bad: object) -> None:
    for use in (memoize_step, configure):
        with pytest.raises(OptionError, match=r"^wait=.*: expected seconds or a timedelta, not negative"):
            use(wait=bad)
    for use in (memoize_step, configure):
        with pytest.raises(OptionError, match=r"single_flight=.*: expected True or False"):
            use(single_flight=bad if bad is not True else "yes")


def test_a_hit_asks_for_no_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    @memoize_step
    def train(x):
        return x

    assert 1 == train(1)
    monkeypatch.setattr(Store, "claim", lambda *_: pytest.fail("asked for a claim"))
    assert 1 == train(1)
    assert train.is_cached(1)


def test_what_is_computed_anew_waits_for_nobody() -> None:
    gate = Gate()

    @memoize_step
    def train(x):
        return gate(x)

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(train, 1), pool.submit(train.recompute, 1), pool.submit(train.recompute, 1)]
        for _ in range(3):
            gate.came.get(timeout=60)
        gate.opened.set()
        assert [1, 2, 3] == sorted(future.result(60) for future in futures)


def test_a_task_waits_for_a_thread_without_holding_up_its_loop(waits: SimpleQueue[None]) -> None:
    gate = Gate()

    @memoize_step
    async def train(x):
        await asyncio.to_thread(lambda: gate(x))
        return [x]

    async def both() -> tuple[object, int]:
        waiting, turns = asyncio.ensure_future(train(1)), 0
        await asyncio.to_thread(waits.get, timeout=60)
        for _ in range(100):
            await asyncio.sleep(0)
            turns += 1
        gate.opened.set()
        return await waiting, turns

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(asyncio.run, train(1))
        gate.came.get(timeout=60)
        assert ([1], 100) == asyncio.run(both())
        assert [1] == future.result(60)
    assert 1 == gate.count


PROGRAM = """
import json, os, random, sys
from memo import memoize_step

@memoize_step
def square(x, log):
    with open(log, "a") as file:
        print(x, file=file)
    return [x * x]

if __name__ == "__main__":
    log, seed, calls, keys = sys.argv[1], *map(int, sys.argv[2:])
    chosen = random.Random(seed)
    numbers = [*range(keys)] + [chosen.randrange(keys) for _ in range(calls - keys)]
    chosen.shuffle(numbers)
    print("ready", flush=True)
    input()
    print(json.dumps(all([x * x] == square(x, log) for x in numbers)))
"""


def run_processes(directory: Path, processes: int, calls: int, keys: int) -> None:
    """Let *processes* call at once, and count what ran."""
    (directory / "main.py").write_text(PROGRAM)
    log = directory / "log"
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", directory / "main.py", log, *map(str, (seed, calls, keys))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(processes)
    ]
    for process in started:
        assert "ready\n" == process.stdout.readline()
    for process in started:
        process.stdin.write("\n")
        process.stdin.flush()
    assert [True] * processes == [json.loads(process.communicate()[0]) for process in started]
    assert sorted(range(keys)) == sorted(map(int, log.read_text().split()))


def test_processes_compute_each_key_once(tmp_path: Path) -> None:
    run_processes(tmp_path, processes=3, calls=60, keys=30)


@pytest.mark.stress
def test_many_processes_compute_each_key_once(tmp_path: Path) -> None:
    run_processes(tmp_path, processes=8, calls=500, keys=200)


def test_an_interrupt_at_the_very_end_of_a_claim_leaves_nobody_waiting() -> None:
    step = memoize_step(lambda x: x, version="1", name="interrupted")
    at_exit, interrupted = Claim.__exit__.__code__, []

    def interrupt(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is at_exit and not interrupted:
            interrupted.append(event)
            raise KeyboardInterrupt

    before = sys.gettrace()
    sys.settrace(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            step(1)
    finally:
        sys.settrace(before)
    claim = Store().claim(step.key(1))
    try:
        assert claim.try_acquire()
    finally:
        claim.release()
