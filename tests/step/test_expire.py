"""A result that is too old is a miss that is replaced."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from time import time

import pytest

from memo import File, OptionError, Store, memoize_step
from memo.store import Keeping, Metadata
from memo.store.entries.expiry import is_expired
from memo.typing import MISSING


@pytest.mark.parametrize("expire", [0, -1, True, "1h", math.nan, math.inf, 10**400, timedelta(0), timedelta(-1), [60]])
def test_a_span_that_is_none_is_an_error_that_says_what_to_type(expire: object) -> None:
    with pytest.raises(OptionError) as caught:
        memoize_step(expire=expire)(lambda x: x)
    assert (
        f"expire={expire!r}: expected seconds or a timedelta above 0, such as expire=3600 or expire=timedelta(hours=1)"
        == str(caught.value)
    )


@pytest.mark.parametrize("expire", [60, 60.0, timedelta(minutes=1)])
def test_seconds_and_a_timedelta_are_the_same(expire: float | timedelta) -> None:
    assert 60.0 == Keeping.checked(format=None, compress=None, mmap="c", expire=expire).expire


def test_what_is_older_than_that_or_from_the_future_is_expired() -> None:
    ages = {-math.inf: True, -3600: True, -0.5: True, 0: False, 59: False, 60: False, 60.5: True, math.nan: True}
    assert ages == {age: is_expired(1e9 - age, 60, 1e9) for age in ages}
    assert {False} == {is_expired(1e9 - age, None, 1e9) for age in ages}


def test_a_store_decides_by_the_time_that_it_is_told(own_store: Path) -> None:
    store, keeping = Store(own_store), Keeping(expire=60)
    store.save("a", 1, Metadata(key="a", origin="p/m:step", created=1e9))
    for now, is_found in {1e9 - 1: False, 1e9: True, 1e9 + 60: True, 1e9 + 61: False}.items():
        assert is_found == store.contains("a", keeping, now=now) == (store.load("a", keeping, now=now) is not MISSING)
    assert store.contains("a"), "for a step without expire it is as good as ever"


def make_older(step, seconds: float, *args: object) -> None:
    """Store the result of a call again as if it had ended *seconds* ago."""
    store, key = Store.shared(), step.key(*args)
    found = store.load(key)
    store.save(key, found.value, Metadata(key=key, origin=found.metadata.origin, created=time() - seconds))


def test_a_result_that_is_too_old_runs_once_and_is_replaced() -> None:
    ran = []

    @memoize_step(expire=timedelta(hours=1), depends_on=("test",), version="1", name="aging")
    def step(x):
        ran.append(x)
        return [x, len(ran)]

    assert ([1, 1], [1, 1], True) == (step(1), step(1), step.is_cached(1))
    make_older(step, 3500, 1)
    assert ([1, 1], True) == (step(1), step.is_cached(1))
    for age in (3700, -3700):  # the clock jumped back, too
        make_older(step, age, 1)
        before = len(ran)
        assert not step.is_cached(1)
        assert [1, before + 1] == step(1) == step(1)
        assert step.is_cached(1)
    assert (1, 3) == (step.info().entries, step.info().misses)


def test_a_large_result_leaves_no_file_behind_when_it_is_replaced(own_store: Path) -> None:
    @memoize_step(expire=60, version="1", name="large")
    def step():
        return bytes(2**17)

    step()
    make_older(step, 3600)
    assert bytes(2**17) == step()
    assert 1 == len(list(own_store.rglob("*.entry")))


def test_a_file_of_an_expired_result_is_not_put_back(tmp_path: Path) -> None:
    """The step that is to run again finds the file as its user left it."""
    path = tmp_path / "model.bin"

    @memoize_step(expire=60, version="1", name="file")
    def step():
        seen.append(path.exists() and path.read_text())
        path.write_text("model")
        return File(path)

    seen: list[object] = []
    step()
    make_older(step, 3600)
    path.write_text("mine")
    step()
    assert [False, "mine"] == seen


@pytest.mark.parametrize("kind", ["coroutine", "generator"])
def test_coroutines_and_generators_expire_alike(kind: str) -> None:
    import asyncio

    ran = []

    @memoize_step(expire=60, version="1", name="coroutine")
    async def coroutine():
        ran.append(1)

    @memoize_step(expire=60, version="1", name="generator")
    def generator():
        ran.append(1)
        yield 1

    step, call = {
        "coroutine": (coroutine, lambda: asyncio.run(coroutine())),
        "generator": (generator, lambda: list(generator())),
    }[kind]
    call(), call()
    assert 1 == len(ran)
    make_older(step, 3600)
    assert not step.is_cached()
    call()
    assert 2 == len(ran)
