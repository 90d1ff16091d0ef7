"""A parameter that is added later keeps old results where it has its old behaviour."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from memo import File, UnhashableError, memoize_step
from memo.errors import OptionError


def test_a_new_parameter_at_its_old_behaviour_keeps_the_key() -> None:
    @memoize_step(version="1", name="train")
    def train(rate):
        return rate

    before = train.key(0.1)

    @memoize_step(version="1", name="train", skip_defaults={"beta": 0})
    def train(rate, *, beta=0):
        return rate + beta

    assert before == train.key(0.1)
    assert before == train.key(0.1, beta=0)
    assert before != train.key(0.1, beta=1)
    assert before != train.key(0.1, beta=False), "another value, though an equal one"


def test_without_the_option_the_new_parameter_counts() -> None:
    @memoize_step(version="1", name="train")
    def train(rate):
        return rate

    before = train.key(0.1)

    @memoize_step(version="1", name="train")
    def train(rate, *, beta=0):
        return rate + beta

    assert before != train.key(0.1)


def test_a_parameter_that_there_is_not_is_an_error_that_lists_them() -> None:
    with pytest.raises(OptionError, match=r"skip_defaults=.*no 'beat', its parameters are: rate, beta"):

        @memoize_step(skip_defaults={"beat": 0})
        def train(rate, beta=0):
            return rate


@pytest.mark.parametrize("given", ["beta", ("beta",), {1: 0}, None])
def test_what_is_no_dict_of_values_is_an_error_that_shows_one(given: object) -> None:
    with pytest.raises(OptionError, match="expected a dict of parameters' values"):
        memoize_step(skip_defaults=given)


def test_a_value_without_a_digest_is_an_error_at_decoration() -> None:
    with pytest.raises(
        OptionError, match=r"skip_defaults=\{…, 'beta': a lock\}: expected values with a digest: cannot"
    ):
        memoize_step(skip_defaults={"rate": 1, "beta": threading.Lock()})


def test_a_file_need_not_be_there_at_decoration(tmp_path: Path) -> None:
    assert callable(memoize_step(skip_defaults={"source": File(tmp_path / "later")})(lambda source: source))


NOTHING = object()


def test_a_default_may_be_a_bare_object() -> None:
    calls = []

    def pick(x, default=NOTHING):
        calls.append(x)
        return "none" if default is NOTHING else default

    step = memoize_step(pick, code="off", name="pick")
    assert ["none"] * 2 + [None] == [step(1), step(1, NOTHING), step(1, None)]
    assert 2 == len(calls)
    chosen = memoize_step(pick, key=lambda given: given["default"] is NOTHING)
    assert chosen.key(1) == chosen.key(2) != chosen.key(1, None)
    with pytest.raises(UnhashableError, match="default"):
        step.key(1, object())
