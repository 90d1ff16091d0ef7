"""Mocks count by what they were told, so that a patched helper runs a step again, and using one changes nothing."""

from __future__ import annotations

from unittest import mock

import pytest

from memo import det_hash, memoize_step


def helper(x):
    return x


@memoize_step
def step(x):
    return helper(x)


MOCKS = {
    "nothing": mock.Mock,
    "a magic one": mock.MagicMock,
    "none": lambda: mock.Mock(return_value=None),
    "a value": lambda: mock.Mock(return_value=5),
    "another value": lambda: mock.Mock(return_value=6),
    "an exception": lambda: mock.Mock(side_effect=ValueError("no")),
    "a function": lambda: mock.Mock(side_effect=helper),
    "what it wraps": lambda: mock.Mock(wraps=helper),
    "an attribute": lambda: mock.Mock(rate=3),
    "another attribute": lambda: mock.Mock(rate=4),
}


def test_mocks_that_were_told_otherwise_differ_and_others_do_not() -> None:
    assert len(MOCKS) == len({det_hash(make()) for make in MOCKS.values()})
    for make in MOCKS.values():
        assert det_hash(make()) == det_hash(make())


@pytest.mark.parametrize("kind", ["nothing", "a magic one", "a value"])
def test_using_a_mock_does_not_count(kind: str) -> None:
    value = MOCKS[kind]()
    before = det_hash(value)
    value(1)
    value.method.deeper(2)
    assert before == det_hash(value)


def test_a_patched_helper_runs_a_step_again() -> None:
    plain = step.key(1)
    keys = {plain}
    for value in (5, 6):
        with mock.patch(f"{__name__}.helper", return_value=value):
            keys.add(step.key(1))
            assert value == step(1)
    assert 3 == len(keys)
    assert plain == step.key(1)
    assert 1 == step(1)
