"""``step.map()``: hits from the store, misses to an executor, results in order."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

import memo
from memo import MemoWarning, OptionError, StepError, UnhashableError, memoize_step
from memo.testing import assert_runs

FACTOR = 10


@memoize_step
def scale(x):
    if x < 0:
        raise ValueError(x)
    return [x * FACTOR]


class Model:
    def __init__(self, size):
        self.size = size

    @memoize_step
    def fit(self, x, rate=1):
        return self.size * x * rate

    @memoize_step
    def summary(self):
        return self.size

    @memoize_step
    @classmethod
    def build(cls, x):
        return cls(x).size

    @memoize_step
    @staticmethod
    def load(x):
        return x + 1


class Inline(Executor):
    """Runs what it is given when it is given it, and counts."""

    def __init__(self) -> None:
        self.count = 0

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.count += 1
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001
            future.set_exception(error)
        return future


class Held(Executor):
    """Runs nothing before it is told to."""

    def __init__(self) -> None:
        self.tasks: list[tuple[Future[Any], Any]] = []

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.tasks.append((future, lambda: function(*args, **kwargs)))
        return future

    def run(self, number: int) -> None:
        future, call = self.tasks[number]
        future.set_running_or_notify_cancel()
        future.set_result(call())


@pytest.mark.parametrize("workers", [None, "threads", "processes"])
def test_results_come_in_order_and_each_item_runs_once(workers: str | None, tmp_path: Path) -> None:
    ran = tmp_path / "ran"

    @memoize_step(ignore=("ran",))
    def step(x, ran=ran):
        with ran.open("a") as file:
            file.write(f"{x}\n")
        return x * 2

    items = [3, 1, 2, 3, 1]
    step(2)
    if workers is None:
        results = step.map(items)
    else:
        with (ThreadPoolExecutor if workers == "threads" else ProcessPoolExecutor)(2) as executor:
            results = step.map(iter(items), executor)
    assert [6, 2, 4, 6, 2] == results
    assert ["1", "2", "3"] == sorted(ran.read_text().split())
    assert [True] * 3 == [step.is_cached(x) for x in (1, 2, 3)]


def test_what_is_stored_does_not_go_to_the_executor() -> None:
    executor = Inline()
    scale.map([1, 2], executor)
    with assert_runs(scale, 1):
        assert [[10], [20], [30]] == scale.map([1, 2, 3], executor)
    assert 3 == executor.count


def test_items_of_one_key_get_an_object_each() -> None:
    with ThreadPoolExecutor(1) as executor, assert_runs(scale, 1):
        first, second = scale.map([4, 4], executor)
    assert ([40], [40], True) == (first, second, first is not second)
    with assert_runs(scale, 1):
        first, second = scale.map([5, 5])
    assert ([50], [50], True) == (first, second, first is not second)


@pytest.mark.parametrize("executor", [None, Inline(), "threads"])
def test_items_of_one_key_run_once_even_if_the_result_cannot_be_stored(executor: Any) -> None:
    @memoize_step
    def lock(x):
        return threading.Lock()

    with pytest.warns(memo.StoreWarning), assert_runs(lock, 1), ThreadPoolExecutor(1) as threads:
        first, second = lock.map([1, 1], threads if executor == "threads" else executor)
    assert first is second


def test_methods_are_mapped_over_their_first_argument_after_self() -> None:
    assert [2, 4] == Model(2).fit.map([1, 2])
    assert [1, 2] == Model.summary.map([Model(1), Model(2)])
    assert [1, 2] == Model.build.map([1, 2])
    assert [2, 3] == Model.load.map((1, 2))
    assert (True, True) == (Model(2).fit.is_cached(1), Model.build.is_cached(2))


def test_tuples_are_not_unpacked() -> None:
    @memoize_step
    def pair(both, more=0):
        return both

    assert [(1, 2)] == pair.map([(1, 2)])


@pytest.mark.parametrize("workers", [None, ThreadPoolExecutor, ProcessPoolExecutor])
def test_failures_lose_nothing_and_the_first_in_order_is_raised(workers: Any) -> None:
    items = [1, -2, 3, -4, -2, 5]
    with nullcontext() if workers is None else workers(2) as executor, pytest.raises(ValueError, match="-2") as raised:
        scale.map(items, executor)
    (note,) = raised.value.__notes__
    failed, _, stored = note.partition("; ")
    assert "item 1 of scale.map() failed, as did 2 more: 3 (ValueError), 4 (ValueError)" == failed
    assert "the results of the other 3 are stored, and another map() finds them" == stored
    assert [True] * 3 == [scale.is_cached(x) for x in (1, 3, 5)]


def test_an_item_without_a_key_or_of_which_there_is_no_call_fails_alone() -> None:
    with pytest.raises(UnhashableError) as raised:
        scale.map([1, threading.Lock(), 2])
    assert "item 1 of scale.map() failed; the results of the other 2 are stored" in raised.value.__notes__[0]
    assert (True, True) == (scale.is_cached(1), scale.is_cached(2))

    @memoize_step
    def two(x, y):
        return x

    with pytest.raises(TypeError, match="missing 1 required positional argument: 'y'"):
        two.map([1])


def test_after_an_interruption_nothing_new_begins_and_what_has_ended_is_stored() -> None:
    executor = Held()

    def items():
        yield 1
        yield 2
        executor.run(0)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scale.map(items(), executor)
    assert [False, True] == [future.cancelled() for future, _ in executor.tasks]
    assert (True, False) == (scale.is_cached(1), scale.is_cached(2))


def test_an_interruption_of_what_runs_here_ends_the_map() -> None:
    @memoize_step
    def step(x):
        if x == 2:
            raise KeyboardInterrupt
        return x

    with pytest.raises(KeyboardInterrupt):
        step.map([1, 2, 3])
    assert (True, False) == (step.is_cached(1), step.is_cached(3))


def test_a_future_that_somebody_else_cancels_is_a_failure() -> None:
    class Cancelling(Inline):
        def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:
            future = super().submit(*args, **kwargs) if self.count else Future()
            self.count += 1
            if future.cancel():
                future.set_running_or_notify_cancel()
            return future

    with pytest.raises(CancelledError) as raised:
        scale.map([1, 2], Cancelling())
    assert "item 0 of scale.map() failed; the results of the other 1 are stored" in raised.value.__notes__[0]
    assert (False, True) == (scale.is_cached(1), scale.is_cached(2))


def test_results_of_other_code_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the workers have imported a module before it was changed here."""

    class Elsewhere(Inline):
        def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:
            with pytest.MonkeyPatch.context() as patch:
                patch.setitem(globals(), "FACTOR", 100)
                return super().submit(*args, **kwargs)

    with pytest.warns(MemoWarning, match=r"2 results of map\(\) are not taken from there, but computed here"):
        assert [[10], [20], [10]] == scale.map([1, 2, 1], Elsewhere())
    assert (True, [10]) == (scale.is_cached(1), scale(1))


def test_a_block_of_this_process_holds_for_what_others_run() -> None:
    with ProcessPoolExecutor(1) as executor:
        executor.submit(int).result()  # its process is there before the blocks
        with memo.disabled():
            assert [[10]] == scale.map([1], executor)
        assert not scale.is_cached(1)
        scale.map([1], executor)
        store = memo.Store.shared()
        before = store.metadata(scale.key(1)).created
        with memo.refreshing(scale):
            assert [[10], [10]] == scale.map([1, 1], executor)
        assert before < store.metadata(scale.key(1)).created


@pytest.mark.parametrize("normalize", [None, lambda arguments: {"x": arguments["x"] % 10}])
def test_hits_are_verified_as_those_of_calls(normalize: Any) -> None:
    """And with the same arguments: those that were normalized."""
    seen = []

    @memoize_step(normalize=normalize, verify=1.0)
    def step(x):
        seen.append(x)
        return len(seen)

    assert [1, 2] == step.map([11, 12])
    with pytest.warns(memo.VerifyWarning):
        assert [1, 2] == step.map([11, 12])
    assert seen[:2] == seen[2:]


def test_a_stored_exception_fails_its_item() -> None:
    @memoize_step(cache_exceptions=(ValueError,))
    def step(x):
        if x < 0:
            raise ValueError(x)
        return x

    for runs in (3, 0):
        with assert_runs(step, runs), pytest.raises(ValueError, match="-1") as raised:
            step.map([1, -1, 2])
        assert "item 1 of step.map() failed; the results of the other 2 are stored" in raised.value.__notes__[-1]


def test_what_cannot_be_mapped_is_refused() -> None:
    @memoize_step
    async def coroutine(x):
        return x

    @memoize_step
    def generator(x):
        yield x

    with pytest.raises(StepError, match=r"coroutine function, which cannot be mapped: await asyncio\.gather"):
        coroutine.map([1])
    with pytest.raises(StepError, match=r"generator function, which cannot be mapped: loop over generator\(item\)"):
        generator.map([1])
    with pytest.raises(OptionError, match=r"executor=a int: expected a concurrent\.futures\.Executor"):
        scale.map([1], 4)
    with pytest.raises(OptionError, match=r"executor=<class '.*ThreadPoolExecutor'>: expected a concurrent\.futures\."):
        scale.map([1], ThreadPoolExecutor)
    with pytest.raises(OptionError, match="progress='yes': expected True or False"):
        scale.map([1], progress="yes")
    with pytest.raises(TypeError, match="not iterable"):
        scale.map(1)
