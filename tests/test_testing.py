"""What users' own tests get: a store of their own and a look at what ran; blocks in which steps behave otherwise."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import memo
from memo import memoize_step
from memo.errors import OptionError
from memo.testing import assert_runs, temporary_store


@memoize_step
def double(x: int) -> int:
    return x * 2


@memoize_step(enabled=True)
def always(x: int) -> int:
    return x * 3


def test_a_block_says_how_often_a_step_runs() -> None:
    with assert_runs(double, times=2):
        double(1), double(2)
    with assert_runs(double, times=0):
        double(1), double(2)
    with assert_runs(double):
        double(3)


@pytest.mark.parametrize(("times", "message"), [(0, "ran once and not 0 times"), (2, "ran once and not 2 times")])
def test_another_number_of_runs_fails_the_test(times: int, message: str) -> None:
    with pytest.raises(AssertionError, match=f"double {message}"), assert_runs(double, times=times):
        double(1)


def test_an_exception_in_the_block_is_not_replaced() -> None:
    with pytest.raises(ZeroDivisionError), assert_runs(double, times=5):
        raise ZeroDivisionError


def test_a_temporary_store_takes_the_results_of_every_step_and_is_gone_afterwards(tmp_path: Path) -> None:
    @memoize_step(store=tmp_path / "own")
    def elsewhere(x):
        return x

    double(1), elsewhere(1)
    with temporary_store() as store:
        assert not double.is_cached(1)
        assert not elsewhere.is_cached(1)
        with assert_runs(double), assert_runs(elsewhere):
            double(1), elsewhere(1)
        assert 2 == len(list(store.entries()))
        with temporary_store():
            assert not double.is_cached(1)
        assert double.is_cached(1)
    assert not store.directory.exists()
    assert double.is_cached(1)
    assert elsewhere.is_cached(1)


def test_disabled_steps_run_plainly_in_every_thread_whatever_their_decorators_say() -> None:
    double(1), always(1)
    with memo.disabled(), assert_runs(double, times=2), assert_runs(always, times=1):
        double(1), always(1)
        thread = threading.Thread(target=double, args=(1,))
        thread.start()
        thread.join()
    with assert_runs(double, times=0), assert_runs(always, times=0):
        double(1), always(1)


def test_refreshed_steps_run_and_store_the_new_result() -> None:
    results = iter([1, 2, 3])

    @memoize_step(version="1")
    def draw():
        return next(results)

    assert 1 == draw()
    with memo.refreshing(draw):
        assert 2 == draw()
    assert 2 == draw()
    assert draw.is_cached()


@pytest.mark.parametrize("names", ["double", "other, double", "*", f"{__name__}:double"])
def test_a_variable_refreshes_steps_by_name(monkeypatch: pytest.MonkeyPatch, names: str) -> None:
    double(1), always(1)
    monkeypatch.setenv("MEMO_REFRESH", names)
    with assert_runs(double), assert_runs(always, times=int(names == "*")):
        double(1), always(1)
    monkeypatch.setenv("MEMO_REFRESH", "")
    with assert_runs(double, times=0):
        double(1)


@pytest.mark.parametrize("block", [memo.refreshing, assert_runs])
def test_what_is_no_step_is_an_error_that_says_what_one_is(block) -> None:
    with pytest.raises(OptionError, match="expected a function with @memoize_step"), block(len):
        pass
