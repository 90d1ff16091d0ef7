"""Whatever people decorate: partials, instances, methods of every kind, what a loop or a factory makes."""

from __future__ import annotations

import asyncio
import copy
import functools
import inspect
import json
import operator
import os
import pickle
import subprocess
import sys
from functools import partial, partialmethod
from pathlib import Path

import pytest

from memo import StepError, memoize_step

REPOSITORY = Path(__file__).parents[2]
RUNS = []


def add(a, b, *, c=0):
    RUNS.append((a, b, c))
    return a + b + c


class Scale:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x, y=1):
        RUNS.append((self.factor, x, y))
        return self.factor * x * y

    @memoize_step
    def method(self, x):
        RUNS.append(x)
        return self.factor * x

    @property
    @memoize_step
    def area(self):
        RUNS.append("area")
        return self.factor**2

    @functools.cached_property
    @memoize_step
    def volume(self):
        RUNS.append("volume")
        return self.factor**3

    @memoize_step
    def __len__(self):
        RUNS.append("len")
        return self.factor

    halved = partialmethod(method, 0.5)


@pytest.fixture(autouse=True)
def no_runs():
    RUNS.clear()


def test_a_partial_is_a_step_with_the_parameters_that_are_left() -> None:
    given = partial(add, 1, c=5)
    step = memoize_step(given)
    assert [8, 8, 8] == [step(2), step(b=2), memoize_step(partial(add, 1, c=5))(2)]
    assert [(1, 2, 5)] == RUNS
    assert (9, 2) == (memoize_step(partial(add, 2, c=5))(2), len(RUNS))
    assert 9 == step(2, c=6)
    assert ("add", {}) == (step.__name__, vars(given)), "what was given stays as it is"
    assert (True, False) == (step.is_cached(2), memoize_step(add).is_cached(1, 2, c=5))
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'b'"):
        step()


def test_the_signature_of_a_partial_has_the_parameters_that_are_left() -> None:
    cloudpickle = pytest.importorskip("cloudpickle")
    step = memoize_step(partial(add, 1, c=5))
    assert (
        "(b, *, c=5)" == str(inspect.signature(step)) == str(inspect.signature(pickle.loads(cloudpickle.dumps(step))))
    )


@pytest.mark.parametrize("options", [{}, {"version": "1"}, {"code": "own"}, {"code": "off"}], ids=str)
def test_what_a_partial_or_an_instance_holds_tells_it_from_others(options: dict[str, str]) -> None:
    decorate = memoize_step(**options)
    assert [3, 4, 3] == [decorate(partial(add, n))(2) for n in (1, 2, 1)]
    assert [2, 4, 2] == [decorate(Scale(n))(2) for n in (1, 2, 1)]
    assert 4 == len(RUNS)


def test_partials_of_coroutines_generators_methods_and_instances_are_steps() -> None:
    async def later(a, b):
        return a + b

    def items(a, b):
        yield a
        yield b

    for _ in range(2):
        assert 3 == asyncio.run(memoize_step(partial(later, 1))(2))
        assert [1, 2] == list(memoize_step(partial(items, 1))(2))
        assert 6 == memoize_step(partial(Scale(3), 2))()
    assert [(3, 2, 1)] == RUNS
    if sys.version_info >= (3, 12):
        assert inspect.iscoroutinefunction(memoize_step(partial(later, 1)))


def test_an_instance_is_an_argument_of_its_call() -> None:
    step = memoize_step(Scale(3))
    assert [6, 6, 6] == [step(2), step(x=2, y=1), memoize_step(Scale(3))(2)]
    assert [(3, 2, 1)] == RUNS
    assert (True, False, 1) == (step.is_cached(2), memoize_step(Scale(4)).is_cached(2), step.info().entries)
    assert step.info().origin.endswith(":Scale.__call__")
    step.__self__.factor = 5
    assert 10 == step(2), "its state counts"
    assert (10, 3) == (step.recompute(1, 2), step.clear())


def test_partials_and_instances_travel_as_steps() -> None:
    pytest.importorskip("cloudpickle")
    for step in (memoize_step(partial(add, 1)), memoize_step(Scale(3))):
        result = step(2)
        ran = len(RUNS)
        for again in (pickle.loads(pickle.dumps(step)), copy.copy(step), copy.deepcopy(step)):
            assert (step.key(2), result) == (again.key(2), again(2))
        assert ran == len(RUNS)
        assert [result] * 2 == step.map([2, 2])


def test_what_is_memoized_already_is_not_decorated_again() -> None:
    step, instance = memoize_step(add), memoize_step(Scale(1))
    for twice in (step, partial(step, 1), instance, partial(instance, 1), staticmethod(step), classmethod(step)):
        with pytest.raises(StepError, match="a function with @memoize_step already"):
            memoize_step(twice)
    with pytest.raises(StepError, match="an object of class itemgetter, which cannot be a step"):
        memoize_step(operator.itemgetter(0))


def test_methods_of_every_kind_run_once() -> None:
    scale = Scale(2)
    assert [4, 4, 4] == [scale.method(2), Scale(2).method(x=2), Scale.method(Scale(2), 2)]
    assert [1.0, 1.0] == [scale.halved(), Scale(2).method(0.5)]
    assert [4, 4, 8, 8, 2, 2] == [
        scale.area, Scale(2).area, scale.volume, Scale(2).volume, len(scale), len(Scale(2)),
    ]  # fmt: skip
    assert [2, 0.5, "area", "volume", "len"] == RUNS
    assert Scale(2).method.is_cached(2), "a cached property that was used is no state of the instance"
    assert scale.method.is_cached(2)


def test_what_a_loop_makes_is_told_apart() -> None:
    def make(n):
        @memoize_step
        def step(x):
            return x * n

        return step

    for _ in range(2):
        assert [0, 5, 10] == [make(n)(5) for n in range(3)]
        assert [0, 5, 10] == [memoize_step(lambda x, n=n: x * n)(5) for n in range(3)]
        assert [6, 7] == [f(5) for f in (memoize_step(lambda x: x + 1), memoize_step(lambda x: x + 2))]


def test_recursion_runs_each_call_once() -> None:
    @memoize_step
    def fib(n):
        RUNS.append(n)
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    @memoize_step
    def even(n):
        RUNS.append(n)
        return True if n == 0 else odd(n - 1)

    @memoize_step
    def odd(n):
        RUNS.append(n)
        return False if n == 0 else even(n - 1)

    assert 6765 == fib(20)
    assert sorted(RUNS) == list(range(21))
    RUNS.clear()
    assert (True, True) == (even(10), even(10))
    assert RUNS == list(range(10, -1, -1))


MODULE = """
from functools import partial
from memo import memoize_step
class Model:
    def __init__(self, k): self.k = k
    @memoize_step
    def fit(self, x): return {body}
class Plain:
    def __init__(self, k): self.k = k
    def __call__(self, x): return {body}
def base(x, y): return {body}
instance, part = memoize_step(Plain({held})), memoize_step(partial(base, {held}))
fit, model = Model({held}).fit, Model({held})
@memoize_step
def calls_instance(x): return instance(x)
@memoize_step
def calls_partial(x): return part(x)
@memoize_step
def calls_method(x): return fit(x)
@memoize_step
def given(f): return f(1)
"""
MAIN = """
from steps import *
import json
print(json.dumps([instance.key(1), part.key(1), fit.key(1), calls_instance.key(1), calls_partial.key(1),
                  calls_method.key(1), given.key(instance), given.key(part), given.key(fit), given.key(model)]))
"""


def test_an_edit_of_what_is_called_in_the_end_runs_again_in_the_next_process(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(MAIN)
    keys = []
    for body, held in (("x", 1), ("x", 1), ("x + 0", 1), ("x", 2)):
        (tmp_path / "steps.py").write_text(MODULE.format(body=body, held=held))
        command = [sys.executable, "-B", "main.py"]
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert (0, "") == (done.returncode, done.stderr)
        keys.append(json.loads(done.stdout))
    assert keys[0] == keys[1]
    for other in keys[2:]:
        assert all(before != after for before, after in zip(keys[0], other, strict=True))
