"""A step runs once for each call, and what it returns is as if it had run."""

from __future__ import annotations

import functools
import threading
import traceback

import pytest

from memo import StoreWarning, UnhashableError, memoize_step


def test_the_same_call_runs_once_however_it_is_spelled() -> None:
    calls = []

    @memoize_step
    def train(data, rate=1, *more, verbose=False, **rest):
        calls.append(rate)
        return data, rate, more, verbose, rest

    assert {(1, 1, (), False, ())} == {
        (*train(*args, **kwargs)[:4], ())
        for args, kwargs in [
            ((1,), {}), ((1, 1), {}), ((), {"data": 1}), ((), {"rate": 1, "data": 1}), ((1,), {"verbose": False}),
        ]
    }  # fmt: skip
    assert 1 == len(calls)
    assert (1, 1, (2, 3), False, {"b": 1, "a": 2}) == train(1, 1, 2, 3, b=1, a=2) == train(1, 1, 2, 3, a=2, b=1)
    assert 2 == len(calls)


def test_parameters_may_be_called_as_they_like() -> None:
    @memoize_step
    def step(self, args, kwargs, function=1, *, step=2, bind=3, memo=4):
        return self, args, kwargs, function, step, bind, memo

    expected = (5, 6, 7, 1, 2, 3, 4)
    named = {"self": 5, "args": 6, "kwargs": 7, "bind": 3}
    assert [expected] * 2 == [step(5, 6, 7), step(**named)]
    assert (1, True, expected) == (step.info().entries, step.is_cached(**named), step.recompute(**named))
    assert (step.key(5, 6, 7), True) == (step.key(**named), step.invalidate(**named))


def test_calls_that_differ_in_any_argument_run() -> None:
    calls = []

    @memoize_step
    def train(data, /, rate=1, *more, verbose=False, **rest):
        calls.append(1)
        return data, rate, more, verbose, rest

    every = [
        ((1,), {}), ((2,), {}), ((True,), {}), ((1.0,), {}), (([1],), {}), (((1,),), {}), ((1, 2), {}), ((1, 1, 1), {}),
        ((1, 1, (1,)), {}), ((1,), {"verbose": True}), ((1,), {"verbose": 0}), ((1,), {"data": 1}),
        ((1,), {"more": ()}),
    ]  # fmt: skip
    results = [train(*args, **kwargs) for args, kwargs in every]
    assert len(every) == len(calls)
    assert list(map(repr, results)) == [repr(train(*args, **kwargs)) for args, kwargs in every]


@pytest.mark.parametrize("result", [None, False, 0, "", [], NotImplemented, ...])
def test_a_result_that_looks_like_nothing_is_a_hit(result: object) -> None:
    calls = []

    @memoize_step
    def step():
        calls.append(1)
        return result

    assert [result, result] == [step(), step()]
    assert 1 == len(calls)


def test_a_hit_is_a_fresh_object() -> None:
    @memoize_step
    def step():
        return {"rows": [[1]]}

    for _ in range(3):
        result = step()
        assert {"rows": [[1]]} == result
        result["rows"][0].append(2)
        result["more"] = 1


def test_the_key_is_that_of_the_arguments_before_the_call() -> None:
    calls = []

    @memoize_step
    def drain(rows, into):
        calls.append(1)
        into.extend(rows)
        rows.clear()
        return len(into)

    assert [2, 2, 2] == [drain([1, 2], []) for _ in range(3)]
    assert 1 == len(calls)
    rows = [1, 2]
    assert 2 == drain(rows, [])
    assert [1, 2] == rows, "a hit does not run the body"


def test_an_exception_is_raised_as_it_is_and_nothing_is_stored() -> None:
    calls = []

    class TrainingError(Exception):
        pass

    @memoize_step
    def train(data):
        calls.append(1)
        raise TrainingError(data)

    for _ in range(2):
        with pytest.raises(TrainingError, match="7") as caught:
            train(7)
        error = caught.value
        assert (None, None, False) == (error.__context__, error.__cause__, error.__suppress_context__)
        frames = list(traceback.extract_tb(error.__traceback__))
        assert (__file__, "train") == (frames[-1].filename, frames[-1].name)
        assert 3 >= sum("/memo/" in frame.filename for frame in frames)
    assert 2 == len(calls)
    assert (0, False) == (train.info().entries, train.is_cached(7))


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit, StopIteration])
def test_what_ends_a_program_passes_through(error: type[BaseException]) -> None:
    @memoize_step
    def step():
        raise error

    with pytest.raises(error):
        step()
    assert not step.is_cached()


def test_a_call_that_python_refuses_is_refused_in_its_words() -> None:
    @memoize_step
    def train(data): ...

    for call in (train, train.recompute, train.key, train.is_cached, train.invalidate):
        with pytest.raises(TypeError, match=r"train\(\) missing 1 required positional argument: 'data'"):
            call()


class Refusing:
    """Neither pickle nor a digest can deal with it, and each in its own way."""

    def __init__(self, error: type[Exception] = RuntimeError) -> None:
        self.error = error

    def __reduce_ex__(self, protocol):
        raise self.error("no")


def generator():
    yield 1


@pytest.mark.parametrize(
    "make",
    [generator, threading.Lock, Refusing, functools.partial(Refusing, KeyError)],
    ids=["generator", "lock", "refusing", "refusing otherwise"],
)
def test_a_result_that_cannot_be_stored_is_returned_with_one_warning(make) -> None:
    calls = []

    @memoize_step(name="making")
    def step():
        calls.append(1)
        return [make()]

    with pytest.warns(StoreWarning, match=r"the result of .*/making, a list, cannot be stored .* runs again") as warned:
        results = [step() for _ in range(3)]
    assert {type(make())} == {type(result[0]) for result in results}
    assert (1, 3) == (len(warned), len(calls))
    assert __file__ == warned[0].filename
    assert not step.is_cached()


def test_a_generator_comes_back_unconsumed() -> None:
    @memoize_step
    def step():
        return (i for i in range(3))

    with pytest.warns(StoreWarning, match="a generator, cannot be stored"):
        assert [0, 1, 2] == list(step())


def test_an_argument_without_a_digest_is_an_error_that_says_where_and_what_to_do() -> None:
    calls = []

    @memoize_step
    def train(data, **options):
        calls.append(1)

    with pytest.raises(UnhashableError) as caught:
        train(1, hooks={"each": [1, threading.Lock()]})
    assert [] == calls
    assert "options['hooks']['each'][1]" == caught.value.path.replace('"', "'")
    for way in ("register_det_hash", "__det_hash__", "ignore=("):
        assert way in str(caught.value)

    @memoize_step(ignore=("options",))
    def told(data, **options):
        calls.append(1)

    told(1, hooks=threading.Lock())
    assert told.is_cached(1, hooks=threading.RLock())


def test_recursion_is_answered_from_below() -> None:
    calls = []

    @memoize_step
    def fibonacci(n):
        calls.append(n)
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

    assert 55 == fibonacci(10)
    assert list(range(11)) == sorted(calls)


def test_steps_call_steps() -> None:
    calls = []

    @memoize_step
    def even(n):
        calls.append(n)
        return n == 0 or odd(n - 1)

    @memoize_step
    def odd(n):
        calls.append(n)
        return n != 0 and even(n - 1)

    assert even(6)
    assert 7 == len(calls)
    assert (True, True, True) == (even(6), odd(5), even(4))
    assert 7 == len(calls)


def test_closures_that_captured_different_values_are_different_steps() -> None:
    calls = []

    def scaled(factor):
        @memoize_step
        def scale(x):
            calls.append(factor)
            return x * factor

        return scale

    steps = [scaled(factor) for factor in (1, 2, 1.0, True)]
    assert [3, 6, 3.0, 3] == [step(3) for step in steps]
    assert [1, 2, 1.0, True] == calls
    assert [3, 6, 3.0, 3] == [scaled(factor)(3) for factor in (1, 2, 1.0, True)]
    assert 4 == len(calls)


def test_steps_made_in_a_loop_see_the_loops_last_value_as_python_does() -> None:
    by_cell, by_default = [], []
    for factor in (1, 2, 3):
        by_cell.append(memoize_step(lambda x: x * factor))  # noqa: B023  as the test says
        by_default.append(memoize_step(lambda x, factor=factor: x * factor))
    assert [30, 30, 30] == [step(10) for step in by_cell]
    assert [10, 20, 30] == [step(10) for step in by_default]


def test_lambdas_on_one_line_are_different_steps() -> None:
    one, two = memoize_step(lambda x: x + 1), memoize_step(lambda x: x + 2)
    assert [(11, 12)] * 2 == [(one(10), two(10)) for _ in range(2)]


def test_a_step_may_be_given_a_function_or_a_step() -> None:
    calls = []

    @memoize_step
    def apply(function, x):
        calls.append(x)
        return function(x)

    @memoize_step
    def double(x):
        return x * 2

    results = [apply(function, 3) for function in (double, double.__wrapped__, lambda x: x * 3, abs, lambda x: x * 3)]
    assert [6, 6, 9, 3, 9] == results
    assert 3 == len(calls), "a step is what its function does"


def test_what_a_bound_default_holds_counts() -> None:
    @memoize_step
    def step(x, table={"a": [1]}):  # noqa: B006
        return x, sum(table["a"])

    assert (0, 1) == step(0)
    step.__wrapped__.__defaults__[0]["a"].append(5)
    assert (0, 6) == step(0)


def test_a_partial_of_a_step_is_answered_too() -> None:
    calls = []

    @memoize_step
    def add(x, y):
        calls.append(x)
        return x + y

    assert [3, 3] == [functools.partial(add, 1)(2), add(1, 2)]
    assert 1 == len(calls)


def test_threads_that_call_one_step_at_once_all_get_the_right_result() -> None:
    count, rounds = 8, 20
    barrier = threading.Barrier(count)
    wrong = []

    @memoize_step
    def square(x):
        return [x] * x

    def work(number):
        for turn in range(rounds):
            barrier.wait()
            wrong.extend(x for x in (turn, turn + number) if square(x) != [x] * x)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == wrong
    assert rounds + count - 1 == square.info().entries
