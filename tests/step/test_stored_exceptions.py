"""With cache_exceptions= an exception is stored like a result, and a hit raises an equal one that says so."""

from __future__ import annotations

import asyncio
import threading
import traceback
import warnings

import pytest

from memo import JsonFormat, OptionError, StoreWarning, VerifyWarning, memoize_step


class RefusedError(ValueError):
    """It keeps more than its arguments."""

    def __init__(self, reason, code=0):
        super().__init__(reason)
        self.code = code


class UnpicklableError(ValueError):
    """It takes other arguments than it keeps."""

    def __init__(self, a, b):
        super().__init__(f"{a} {b}")


class ForgetfulError(ValueError):
    """It comes back as another one."""

    def __reduce__(self):
        return ForgetfulError, ("something",)


def failing(error, exceptions=(ValueError,), **options):
    calls = []

    @memoize_step(cache_exceptions=exceptions, **options)
    def step(x=0):
        calls.append(x)
        raise error

    return step, calls


def raised_by(call, *args, **kwargs) -> BaseException:
    try:
        call(*args, **kwargs)
    except BaseException as error:  # noqa: BLE001 - it is looked at
        return error
    raise AssertionError("nothing was raised")


def test_a_hit_raises_an_equal_exception_with_a_note_and_runs_nothing() -> None:
    error = RefusedError("no", 7)
    error.add_note("mine")
    step, calls = failing(error)
    first = raised_by(step, 1)
    second = raised_by(step, 1)
    third = raised_by(step, x=1)
    assert error is first
    assert ["mine"] == first.__notes__
    assert 1 == len(calls)
    for again in (second, third):
        assert (RefusedError, ("no",), 7) == (type(again), again.args, again.code)
        assert again is not error
        assert "mine" == again.__notes__[0]
        assert 2 == len(again.__notes__)
        assert again.__notes__[1].startswith("memo: this was raised on 20")
        assert "did not run" in again.__notes__[1]
        assert (None, None) == (again.__cause__, again.__context__)
    frames = traceback.extract_tb(second.__traceback__)
    assert all("raise error" != frame.line for frame in frames), "not the stored one's traceback"
    assert (2, 1, 1) == (step.info().hits, step.info().misses, step.info().entries)


def test_without_it_and_for_other_classes_nothing_is_stored() -> None:
    for options in ({}, {"exceptions": (KeyError, OSError)}, {"exceptions": ()}):
        step, calls = failing(ValueError("x"), **({"exceptions": ()} | options))
        assert [ValueError] * 2 == [type(raised_by(step)) for _ in range(2)]
        assert (2, False, 0) == (len(calls), step.is_cached(), step.info().entries)


def test_subclasses_are_stored_too_and_results_as_ever() -> None:
    step, calls = failing(UnicodeError("x"), exceptions=(OSError, ValueError))
    assert [UnicodeError] * 2 == [type(raised_by(step)) for _ in range(2)]
    assert 1 == len(calls)

    @memoize_step(cache_exceptions=(ValueError,))
    def returning(x):
        return ValueError(x)

    assert [("a",), ("a",)] == [returning("a").args, returning("a").args]


def test_what_would_not_come_back_as_it_is_is_raised_and_not_stored_with_a_warning() -> None:
    class LocalError(ValueError):
        pass

    for error in (
        UnpicklableError(1, 2),
        ForgetfulError("x"),
        LocalError("here"),
        ValueError(lambda: 0),
        ValueError(threading.Lock()),
    ):
        step, calls = failing(error)
        with pytest.warns(StoreWarning, match="step: what it raised, a .*Error, cannot be stored ") as caught:
            assert [True] * 2 == [raised_by(step) is error for _ in range(2)]
        assert (1, 2, False) == (len(caught), len(calls), step.is_cached())


def test_where_warnings_are_errors_what_was_raised_is_raised_all_the_same() -> None:
    error = UnpicklableError(1, 2)
    step, _ = failing(error)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert raised_by(step) is error


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError])
def test_what_ends_a_program_is_never_stored(error: type[BaseException]) -> None:
    step, calls = failing(error(), exceptions=(Exception,))
    assert [error] * 2 == [type(raised_by(step)) for _ in range(2)]
    assert (2, False) == (len(calls), step.is_cached())


def test_a_stored_exception_is_no_result_of_a_step_that_was_told_otherwise() -> None:
    """The option counts for no key: the same entry is looked at by a step that does not name its class any more."""
    runs = [True, False]

    def body(x):
        if runs.pop(0):
            raise ValueError(x)
        return x

    storing = memoize_step(cache_exceptions=(ValueError,))(body)
    plain = memoize_step(cache_exceptions=(KeyError,))(body)
    assert ("1",) == tuple(map(str, raised_by(storing, 1).args))
    assert storing.key(1) == plain.key(1)
    assert (True, False) == (storing.is_cached(1), plain.is_cached(1))
    assert "its entry is an exception, and cache_exceptions= does not name its class" == plain.explain(1).why
    assert (1, 1, 1) == (plain(1), plain(1), storing(1)), "its result replaces the exception"


def test_recompute_invalidate_and_refreshing_run_again() -> None:
    step, calls = failing(ValueError("x"))
    for call in (step, step.recompute):
        assert ("x",) == raised_by(call).args
    assert 2 == len(calls)
    assert (True, False) == (step.invalidate(), step.is_cached())


def test_other_options_look_at_stored_exceptions() -> None:
    entries = []
    step, calls = failing(ValueError("x"), validate=entries.append, cache_if=lambda result: 1 / 0)
    raised_by(step), raised_by(step)
    assert (2, [(True, "ValueError")]) == (len(calls), [(each.raised, each.result_type) for each in entries])
    step, calls = failing(ValueError("x"), format=JsonFormat, compress=None)
    raised_by(step, 5)
    assert ("x",) == raised_by(step, 5).args
    assert [5] == calls, "a format is for results"


def test_a_stored_exception_is_verified() -> None:
    runs = [ValueError("x"), ValueError("x"), ValueError("y"), None]

    @memoize_step(cache_exceptions=(ValueError,), verify=1)
    def step():
        error = runs.pop(0)
        if error is not None:
            raise error

    for _ in range(2):
        assert ("x",) == raised_by(step).args
    with pytest.warns(VerifyWarning, match="it had raised ValueError [0-9a-f]{64}, and now it raised ValueError "):
        assert ("x",) == raised_by(step).args
    with pytest.warns(VerifyWarning, match="and now it returned "):
        assert ("x",) == raised_by(step).args


def test_a_step_that_calls_it_gets_the_exception_as_if_it_had_run() -> None:
    inner, calls = failing(ValueError("x"))

    @memoize_step
    def outer(x):
        try:
            inner(x)
        except ValueError as error:
            return f"caught {error}"

    raised_by(inner, 1)
    assert ("caught x", 1) == (outer(1), len(calls))


def test_map_raises_what_is_stored() -> None:
    calls = []

    @memoize_step(cache_exceptions=(ValueError,))
    def step(x):
        calls.append(x)
        raise ValueError("x")

    for _ in range(2):
        assert ("x",) == raised_by(step.map, [1, 1]).args
    assert 1 == len(calls)


def test_coroutines_keep_exceptions_and_waiters_get_one_each() -> None:
    calls = []

    @memoize_step(cache_exceptions=(ValueError,))
    async def step():
        calls.append(1)
        await asyncio.sleep(0)
        raise ValueError("x")

    async def three():
        return await asyncio.gather(step(), step(), step(), return_exceptions=True)

    first = asyncio.run(three())
    again = asyncio.run(three())
    assert [("x",)] * 6 == [error.args for error in (*first, *again)]
    assert (6, 1) == (len(set(map(id, (*first, *again)))), len(calls))


def test_generators_yield_what_came_before_and_raise_then() -> None:
    calls = []

    @memoize_step(cache_exceptions=(ValueError,))
    def step():
        calls.append(1)
        yield 1
        yield 2
        raise ValueError("x")

    @memoize_step(cache_exceptions=(ValueError,))
    async def asynchronous():
        calls.append(1)
        yield 1
        yield 2
        raise ValueError("x")

    async def collected(items):
        async for item in asynchronous():
            items.append(item)

    for _ in range(3):
        more = []
        assert ("x",) == raised_by(list, step()).args
        assert ("x",) == raised_by(asyncio.run, collected(more)).args
        assert [1, 2] == more
    assert 2 == len(calls)
    replay = step()
    assert [1, 2] == [next(replay), next(replay)]
    with pytest.raises(ValueError, match="x"):
        next(replay)
    plain = memoize_step(step.__wrapped__)
    assert (step.key(), False) == (plain.key(), plain.is_cached())
    with pytest.raises(ValueError, match="x"):
        list(plain())
    assert 3 == len(calls), "to a step that was told otherwise it is a miss"


def test_what_is_thrown_into_a_generator_is_not_stored() -> None:
    @memoize_step(cache_exceptions=(ValueError,))
    def step():
        yield 1

    running = step()
    next(running)
    with pytest.raises(ValueError, match="thrown"):
        running.throw(ValueError("thrown"))
    assert not step.is_cached()


@pytest.mark.parametrize(
    "value",
    [
        ValueError,
        "ValueError",
        (3,),
        (KeyboardInterrupt,),
        (BaseException,),
        (ValueError, int),
        (ValueError("x"),),
        None,
    ],
    ids=repr,
)
def test_only_classes_of_exceptions_are_taken(value: object) -> None:
    with pytest.raises(OptionError, match=r"cache_exceptions=.*: expected (a tuple|subclasses of Exception)"):
        memoize_step(cache_exceptions=value)
