"""To tools and readers a step is the function that was decorated."""

from __future__ import annotations

import copy
import doctest
import functools
import inspect
import pydoc
import sys
import types
import typing

import pytest

from memo import memoize_step


def train(data: list[int], rate: "float" = 0.5, *, verbose: bool = False) -> int | None:  # noqa: UP037
    """Train a model.

    >>> train([1])
    1
    """
    return len(data)


plain = train
train = memoize_step(train)


@memoize_step(version="1")
def told(x):
    """Say more."""


class Model:
    @memoize_step
    def fit(self, data: int) -> str:
        """Fit it."""
        return "x" * data


STEPS = [(train, plain), (told, told.__wrapped__), (Model().fit, None), (Model.fit, Model.fit.__wrapped__)]


@pytest.mark.parametrize(
    "name", [*functools.WRAPPER_ASSIGNMENTS, "__defaults__", "__kwdefaults__", "__code__", "__globals__"]
)
def test_attributes_are_the_functions(name: str) -> None:
    for step, function in STEPS:
        if hasattr(plain, name):  # not every Python has all of them
            assert getattr(function or Model.fit.__wrapped__, name) == getattr(step, name)


def test_the_signature_is_the_functions() -> None:
    assert inspect.signature(plain) == inspect.signature(train)
    assert "(data: 'int') -> 'str'" == str(inspect.signature(Model().fit))
    assert "(self, data: 'int') -> 'str'" == str(inspect.signature(Model.fit))
    assert inspect.getfullargspec(plain) == inspect.getfullargspec(train)


def test_type_hints_are_the_functions() -> None:
    assert {"data": list[int], "rate": float, "verbose": bool, "return": int | None} == typing.get_type_hints(train)
    assert {"data": int, "return": str} == typing.get_type_hints(Model.fit) == typing.get_type_hints(Model().fit)


def test_the_source_and_the_documentation_are_the_functions() -> None:
    assert inspect.getsource(plain) == inspect.getsource(train)
    assert inspect.getdoc(plain) == inspect.getdoc(train)
    shown = pydoc.render_doc(train, renderer=pydoc.plaintext)
    assert "train(data: " in shown
    assert "Train a model." in shown
    assert "fit(self, data: " in pydoc.render_doc(Model, renderer=pydoc.plaintext)


def test_examples_in_the_documentation_are_found() -> None:
    module = types.ModuleType("examples")
    module.train = train
    train.__wrapped__.__module__, before = "examples", train.__module__
    try:
        finder = doctest.DocTestFinder(exclude_empty=True)
        found = finder.find(module, "examples", module=module, globs={"train": train})
    finally:
        train.__wrapped__.__module__ = before
    assert ["examples.train"] == [test.name for test in found if test.examples]
    assert 0 == doctest.DocTestRunner(verbose=False).run(found[-1]).failed


def test_what_kind_of_thing_it_is() -> None:
    assert callable(train)
    assert inspect.isroutine(train)
    assert isinstance(train, typing.Callable)
    for question in (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isclass, inspect.isabstract):
        assert not question(train)
    assert plain is inspect.unwrap(train)


def test_it_can_be_wrapped_as_a_function_can() -> None:
    @functools.wraps(train)
    def wrapper(*args):
        return train(*args)

    assert ("train", inspect.signature(plain), 2) == (wrapper.__name__, inspect.signature(wrapper), wrapper([1, 2]))
    assert 2 == functools.lru_cache(train)(data=(1, 2))


def test_it_is_equal_to_itself_and_its_function_and_can_be_a_key() -> None:
    assert {train: 1}[train] == 1
    assert train == train  # noqa: PLR0124
    assert train != told


def test_attributes_that_are_set_are_the_functions() -> None:
    train.note = "set"
    assert "set" == plain.note == train.note
    del train.note
    assert not hasattr(plain, "note")
    with pytest.raises(AttributeError, match="missing"):
        train.missing  # noqa: B018


def test_a_copy_is_the_step() -> None:
    assert (train, train) == (copy.copy(train), copy.deepcopy(train))
    assert copy.copy(train) is train is copy.deepcopy(train)
    assert copy.deepcopy({"step": train, "steps": [told]})["steps"][0] is told


def test_it_shows_what_it_is_and_what_can_be_asked() -> None:
    origin = train.info().origin
    assert f"<step {origin}>" == repr(train) == str(train)
    assert origin.endswith("tests.step.test_looks:train")
    for step in (train, Model().fit):
        assert {"key", "is_cached", "recompute", "invalidate", "clear", "info", "__wrapped__"} <= set(dir(step))
        assert "_step" not in dir(step)


def test_decorating_does_not_call_the_function_or_change_it() -> None:
    before = dict(vars(plain)), plain.__code__, plain.__defaults__
    memoize_step(plain)
    assert before == (dict(vars(plain)), plain.__code__, plain.__defaults__)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
def test_a_generic_function_stays_one() -> None:
    namespace: dict[str, typing.Any] = {}
    exec("def first[T](values: list[T]) -> T: return values[0]", namespace)
    step = memoize_step(namespace["first"])
    assert (namespace["first"].__type_params__, 1) == (step.__type_params__, step([1]))
