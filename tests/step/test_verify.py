"""With verify= some hits are computed again: a difference is a warning, and the caller gets what is stored."""

from __future__ import annotations

import asyncio
import random
import tempfile
import threading
import warnings

import pytest

import memo
from memo import MemoWarning, OptionError, VerifyWarning, det_hash, memoize_step

LOCK = threading.Lock()


def test_a_hit_that_agrees_is_a_hit_without_a_word() -> None:
    calls = []

    @memoize_step(verify=1)
    def step(x):
        calls.append(x)
        return {"rows": [x]}

    assert [{"rows": [1]}] * 3 == [step(1) for _ in range(3)]
    assert ([1, 1, 1], 2, 1) == (calls, step.info().hits, step.info().misses)


def test_a_difference_names_the_step_both_digests_and_what_may_be_the_cause() -> None:
    results = [[1], [2]]

    @memoize_step(verify=1.0)
    def step(x):
        with LOCK:
            return results.pop(0)

    assert [1] == step(1)
    with pytest.warns(VerifyWarning) as caught:
        assert [1] == step(1)
    sentence = str(caught[0].message)
    assert 1 == len(caught)
    assert __file__ == caught[0].filename
    for fact in (step.info().origin, det_hash([1]), det_hash([2]), "results (list: ", "LOCK (_thread.lock: "):
        assert fact in sentence
    assert [1] == memoize_step(step.__wrapped__)(1), "what is stored stays"


def test_what_is_read_past_names_and_modules_that_answer_otherwise_each_time_are_named() -> None:
    @memoize_step(verify=1)
    def step():
        return random.random(), tempfile.tempdir

    first = step()
    causes = r"random\.random \(random numbers: pass a seed, .*\), tempfile \(it may answer otherwise each time\)$"
    with pytest.warns(VerifyWarning, match=f"may be the cause: {causes}"):
        assert first == step()


def test_what_is_compared_with_a_version_is_said() -> None:
    counter = iter(range(10))

    @memoize_step(verify=1, version="3", name="counted")
    def step():
        return next(counter)

    step()
    with pytest.warns(VerifyWarning, match='version "3" stands for its code, which may have been edited'):
        assert 0 == step()


def test_the_caller_gets_the_stored_result_where_the_run_fails() -> None:
    runs = [False, True, False]  # state, for the step takes from it

    @memoize_step(verify=1)
    def step(x):
        if runs.pop(0):
            raise ValueError("no luck")
        return x

    assert 1 == step(1)
    with pytest.warns(VerifyWarning, match=f"had returned {det_hash(1)}, and now it raised ValueError "):
        assert 1 == step(1)
    assert (1, []) == (step(1), runs)


def test_what_ends_a_program_passes_through() -> None:
    runs = [None, KeyboardInterrupt]

    @memoize_step(verify=1)
    def step():
        stop = runs.pop(0)
        if stop:
            raise stop

    step()
    with pytest.raises(KeyboardInterrupt):
        step()


def test_a_result_without_a_digest_is_returned_with_one_warning() -> None:
    pytest.importorskip("cloudpickle")

    @memoize_step(verify=1)
    def step():
        return {"opened": Unhashable()}

    step()
    with pytest.warns(
        MemoWarning, match=r"verify= failed \(UnhashableError: .*the stored result is returned"
    ) as caught:
        assert Unhashable is type(step()["opened"])
    assert [MemoWarning] == [each.category for each in caught]
    step()


class Unhashable:
    def __det_hash__(self):
        raise memo.UnhashableError("x", "Unhashable")


def test_about_the_fraction_of_hits_is_computed_again() -> None:
    calls = []

    @memoize_step(verify=0.25)
    def step(x):
        calls.append(x)
        return x

    for _ in range(400):
        step(1)
    assert 40 < len(calls) < 200
    state = random.getstate()
    step(1)
    assert state == random.getstate(), "the program's own random numbers are left alone"


def test_nothing_is_computed_again_without_it_or_where_nothing_is_looked_up() -> None:
    calls = []

    @memoize_step(verify=0)
    def never(x):
        calls.append(x)

    @memoize_step(verify=1)
    def always(x):
        calls.append(x)

    memo.configure(verify=1)
    try:
        never(1), never(1)
        assert [1] == calls
        always.recompute(2), always.recompute(2), always.is_cached(2), always.key(2)
        assert [1, 2, 2] == calls
        plain = memoize_step(always.__wrapped__)
        plain(2)
        assert [1, 2, 2, 2] == calls, "a setting holds for steps that say nothing"
    finally:
        memo.configure(verify=0)
    plain(2)
    assert [1, 2, 2, 2] == calls


def test_coroutines_are_verified() -> None:
    results = [1, 1, 2]

    @memoize_step(verify=1)
    async def step():
        await asyncio.sleep(0)
        return results.pop(0)

    assert [1, 1] == [asyncio.run(step()), asyncio.run(step())]
    with pytest.warns(VerifyWarning, match=det_hash(2)):
        assert 1 == asyncio.run(step())
    with pytest.warns(VerifyWarning, match="raised IndexError"):
        assert 1 == asyncio.run(step())


STREAMS = {
    "another item": [1, 5],
    "an item less": [1],
    "an item more": [1, 2, 3],
    "another type": [1, 2.0],
}


@pytest.mark.parametrize("other", STREAMS)
@pytest.mark.parametrize("kind", ["generator", "asynchronous"])
def test_generators_are_verified_item_by_item(other: str, kind: str) -> None:
    runs, closed = [[1, 2], [1, 2], STREAMS[other]], []

    @memoize_step(verify=1)
    def generator():
        try:
            yield from runs.pop(0)
        finally:
            closed.append(True)

    @memoize_step(verify=1)
    async def asynchronous():
        try:
            for item in runs.pop(0):
                yield item
        finally:
            closed.append(True)

    def listed():
        return list(generator()) if kind == "generator" else asyncio.run(collected(asynchronous()))

    assert [[1, 2]] * 2 == [listed(), listed()]
    with pytest.warns(VerifyWarning) as caught:
        assert [1, 2] == listed()
    assert (1, 3) == (len(caught), len(closed))


async def collected(items):
    return [item async for item in items]


def test_a_verified_generator_that_is_not_read_to_its_end_closes_the_run() -> None:
    closed = []

    @memoize_step(verify=1)
    def step():
        try:
            yield from range(3)
        finally:
            closed.append(True)

    list(step())
    replay = step()
    assert 0 == next(replay)
    assert 1 == len(closed)
    replay.close()
    assert 2 == len(closed)


def test_a_verified_generator_that_is_sent_something_runs_plainly_from_there() -> None:
    @memoize_step(verify=1)
    def step():
        got = yield 1
        yield got

    assert [1, None] == list(step())
    replay = step()
    assert (1, "sent") == (next(replay), replay.send("sent"))


@pytest.mark.parametrize("value", [-0.1, 1.1, "0.5", True, (0.5,), float("nan")])
def test_only_a_fraction_is_one(value: object) -> None:
    with pytest.raises(OptionError, match=r"verify=.*: expected a fraction from 0 to 1, such as verify=0.01"):
        memoize_step(verify=value)
    with pytest.raises(OptionError, match=r"verify=.*: expected a fraction"):
        memo.configure(verify=value)


def test_a_warning_that_is_an_error_is_the_callers_wish() -> None:
    counter = iter(range(9))

    @memoize_step(verify=1)
    def step():
        return next(counter)

    step()
    with warnings.catch_warnings():
        warnings.simplefilter("error", VerifyWarning)
        with pytest.raises(VerifyWarning):
            step()
