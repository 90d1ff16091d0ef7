"""One call has one set of bound arguments, however it is spelled; what Python refuses is refused in the same words."""

from __future__ import annotations

import functools
import inspect
from itertools import product

import pytest

from memo.errors import OptionError
from memo.key import Binder

SIGNATURES = [
    "", "a", "a, b", "a, b=1", "a=0, b=1", "a, /", "a, /, b", "a, b, /", "a=0, /, b=1", "*, a", "*, a, b=1",
    "*, a=0, b", "args, *kw", "bind=0",
    "*args", "*args, a", "*args, a=0", "a, *args", "a, b=1, *args", "a, /, *args, b=1", "**kw", "a, **kw", "a, /, **kw",
    "a=0, *, b=1, **kw", "*args, **kw", "a, b=1, *args, c=2, **kw", "a=0, /, b=1, *args, c, **kw",
]  # fmt: skip
POSITIONAL = [(), (7,), (7, 8), (7, 8, 9)]
KEYWORDS = [dict(pairs) for size in range(3) for pairs in product([(n, v) for n in "abcd" for v in (5,)], repeat=size)]
CALLS = list(product(POSITIONAL, KEYWORDS))


@pytest.mark.parametrize("signature", SIGNATURES)
def test_every_small_call_is_bound_as_python_binds_it(signature: str) -> None:
    function = eval(f"lambda {signature}: locals()")
    binder = Binder(function)

    def bound(*args, **kwargs):
        return dict(zip(binder.names, binder.bind(args, kwargs), strict=True))

    assert [outcome(function, *call) for call in CALLS] == [outcome(bound, *call) for call in CALLS]


def outcome(function, args, kwargs):
    try:
        return function(*args, **kwargs)
    except TypeError:
        return "refused"


def test_what_python_says_of_a_wrong_call_is_said_here() -> None:
    def train(data, *, rate): ...

    for args, kwargs in [((), {}), ((1, 2), {}), ((1,), {}), ((1,), {"rat": 2}), ((1,), {"rate": 1, "data": 2})]:
        with pytest.raises(TypeError) as here:
            Binder(train).bind(args, kwargs)
        with pytest.raises(TypeError) as there:
            train(*args, **kwargs)
        assert str(there.value) == str(here.value)


def test_an_ignored_parameter_is_not_among_the_values() -> None:
    def train(data, rate=1, *more, verbose=False, **rest): ...

    binder = Binder(train, ("verbose", "rate"))
    assert ("data", "more", "rest") == binder.names
    assert (1, (3,), {"x": 4}) == binder.bind((1, 2, 3), {"verbose": True, "x": 4})


def test_a_parameter_that_there_is_not_cannot_be_ignored_and_the_error_lists_those_that_there_are() -> None:
    def train(data, *, rate): ...

    with pytest.raises(OptionError, match=r"ignore=\('rate', 'typo'\).*train has no 'typo', .* are: data, rate"):
        Binder(train, ("typo", "rate"))
    with pytest.raises(OptionError, match="its parameters are: none"):
        Binder(lambda: 0, ("typo",))


def test_a_default_that_was_replaced_is_bound() -> None:
    def train(data=[1], *, rate=2): ...  # noqa: B006

    binder = Binder(train)
    train.__defaults__[0].append(5)
    assert ([1, 5], 2) == binder.bind((), {})
    train.__kwdefaults__["rate"] = 3
    assert ([1, 5], 3) == binder.bind((), {})
    train.__defaults__, train.__kwdefaults__ = (6,), {"rate": 7}
    assert (6, 7) == binder.bind((), {})
    train.__defaults__, train.__kwdefaults__ = None, None
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'data'"):
        binder.bind((), {})


def test_code_that_was_replaced_is_bound_by_its_own_names() -> None:
    def train(data, rate): ...

    binder = Binder(train)
    assert (1, 2) == binder.bind((), {"data": 1, "rate": 2})
    train.__code__ = (lambda rate, data: 0).__code__
    assert (2, 1) == binder.bind((), {"data": 1, "rate": 2})
    assert ("rate", "data") == binder.names


def test_a_wrapped_function_is_bound_as_its_wrapper_is_called() -> None:
    """The wrapper may treat a default that is spelled out differently: only what it is given tells its calls apart."""

    def train(data, rate=1): ...

    @functools.wraps(train)
    def wrapper(*args, **kwargs): ...

    binder = Binder(wrapper)
    assert ((1,), {"rate": 1}) == binder.bind((1,), {"rate": 1})
    assert ((1, 1), {}) == binder.bind((1, 1), {})


def test_a_signature_that_a_function_declares_is_the_one_that_counts() -> None:
    def train(*args, **kwargs): ...

    train.__signature__ = inspect.signature(lambda data, rate=1: 0)
    assert Binder(train).bind((1, 1), {}) == Binder(train).bind((), {"data": 1})


def test_a_bare_object_that_is_a_default_is_hashed_by_its_parameters_name() -> None:
    none, other = object(), object()

    def function(x, y=none, *, z=other, w=none):
        """Has two sentinels, one of them twice."""

    binder = Binder(function)
    left_out = binder.hashed(binder.bind((1,), {}))
    assert (1, ("y",), ("z",), ("y",)) == left_out
    assert left_out == binder.hashed(binder.bind((1, none), {"z": other, "w": none}))
    assert left_out != binder.hashed(binder.bind((1, other), {"z": none}))
    assert binder.bind((1,), {})[1] is none, "the function gets what it was given"
    assert (1,) == Binder(lambda x: x).hashed((1,))
