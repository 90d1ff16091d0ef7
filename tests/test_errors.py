"""Errors carry data, say what to do next, and survive the way between processes."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest

import memo
from memo import errors

EVERY = [
    errors.MemoError("something"),
    errors.UnhashableError("data['a'][0]", "a.B"),
    errors.UnhashableError("data", "a.B", "it is open"),
    errors.OptionError("versions", "'all'", "'exact', 'minor' or 'off'"),
    errors.UnknownOptionError("memoize_step", "versoin", "version", ("version", "ignore")),
    errors.StepError("Model", "a class", "decorate a method"),
    errors.AcceptError("p/m:f", "say which of these codes was before", ("c0de", "c1de")),
    errors.StoreError("/a/directory", "is on a full disk; free some space there"),
    errors.MemoWarning("something"),
    errors.StoreWarning("something else"),
    errors.VerifyWarning("another result"),
]


@pytest.mark.parametrize("error", EVERY, ids=lambda error: f"{type(error).__name__} {error.args[-1]}")
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_pickling_and_copying(error: Exception, protocol: int) -> None:
    for again in (pickle.loads(pickle.dumps(error, protocol)), copy.copy(error), copy.deepcopy(error)):
        assert (type(error), error.args, str(error), vars(error)) == (type(again), again.args, str(again), vars(again))


def test_every_error_is_public_documented_and_among_these() -> None:
    public = {
        value for value in vars(errors).values() if inspect.isclass(value) and value.__module__ == errors.__name__
    }
    assert {type(error) for error in EVERY} == public
    for cls in public:
        assert getattr(memo, cls.__name__) is cls
        assert cls.__doc__


def test_errors_have_one_base_and_the_builtin_that_a_caller_expects() -> None:
    expected = {
        "UnhashableError": TypeError, "OptionError": ValueError, "StepError": TypeError, "StoreError": RuntimeError,
        "AcceptError": ValueError,
    }  # fmt: skip
    for name, builtin in expected.items():
        assert issubclass(getattr(errors, name), (errors.MemoError, builtin))
        assert issubclass(getattr(errors, name), builtin)
    assert issubclass(errors.StoreWarning, errors.MemoWarning)
    assert issubclass(errors.VerifyWarning, errors.MemoWarning)
    assert issubclass(errors.MemoWarning, UserWarning)
    for builtin in (errors.OptionError, TypeError, ValueError):  # as Python's own error of a misspelt argument
        assert issubclass(errors.UnknownOptionError, builtin)


def test_the_sentences_name_the_facts_and_the_ways_out() -> None:
    ways = (
        "register one with memo.register_det_hash({}), give the class a __det_hash__ method, or leave the argument out"
    )
    assert [
        "something",
        f"cannot hash data['a'][0]: a.B has no deterministic form; {ways} with ignore=(...)".format('"a.B"'),
        f"cannot hash data: a.B has no deterministic form (it is open); {ways} with ignore=(...)".format('"a.B"'),
        "versions='all': expected 'exact', 'minor' or 'off'",
        "memoize_step() got an unexpected keyword argument 'versoin': did you mean version=",
        "Model is a class, which cannot be a step: decorate a method",
        "p/m:f: nothing was accepted: say which of these codes was before\n  c0de\n  c1de",
        "the store in /a/directory is on a full disk; free some space there",
        "something",
        "something else",
        "another result",
    ] == list(map(str, EVERY))
