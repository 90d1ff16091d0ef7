"""Mocks count by what they were told, so that a patched helper runs a step again, and using one changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
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


def told(*path: str, value: Any = 5, **config: Any) -> Any:
    """Return a mock of which a part returns *value*."""
    value_of = whole = mock.MagicMock(**config)
    for name in path:
        value_of = value_of.return_value if name == "()" else getattr(value_of, name)
    value_of.return_value = value
    return whole


@pytest.mark.parametrize(
    "path", [("get",), ("get", "()", "json"), ("a", "b", "c"), ("__enter__", "()", "read"), ("__len__",),
             ("__str__",), ("__iter__",)]
)  # fmt: skip
def test_what_a_part_was_told_counts(path: tuple[str, ...]) -> None:
    """``client.get.return_value = ...`` is how most mocks are told anything."""
    values = ["5", "6"] if path == ("__str__",) else [5, 6]
    made = [mock.MagicMock(), *(told(*path, value=value) for value in values), told("other")]
    assert 4 == len(set(map(det_hash, made)))
    used = told(*path, value=values[0])
    used.other(1).more(2)
    assert det_hash(made[1]) == det_hash(told(*path, value=values[0])) == det_hash(used)


def test_magic_methods_that_were_only_used_do_not_count() -> None:
    value = mock.MagicMock()
    before = det_hash(value)
    with value:
        assert ([], 0, True, 1) == (list(value), len(value), bool(value), int(value))
    assert value != 3
    assert {value: str(value)}
    assert before == det_hash(value)


def test_what_a_mock_passes_for_counts() -> None:
    """Its class, its names, parts that it was given or that were taken away, and properties."""

    def without() -> Any:
        value = mock.Mock()
        del value.gone
        return value

    def with_property(held: int) -> Any:
        value = mock.Mock()
        type(value).rate = mock.PropertyMock(return_value=held)
        return value

    def cyclic(held: int) -> Any:
        value = told("inner", value=held)
        value.me = value
        return value

    def sealed() -> Any:
        value = mock.Mock()
        mock.seal(value)
        return value

    makers: list[Callable[[], Any]] = [
        mock.Mock, lambda: mock.Mock(spec=str), lambda: mock.Mock(spec=int), lambda: mock.Mock(spec=["a"]),
        lambda: mock.Mock(spec=["b"]), without, lambda: with_property(1), lambda: with_property(2), sealed,
        lambda: mock.Mock(part=mock.Mock(return_value=1)), lambda: mock.Mock(part=mock.Mock(return_value=2)),
        lambda: cyclic(1), lambda: cyclic(2),
    ]  # fmt: skip
    assert len(makers) == len({det_hash(make()) for make in makers})
    for make in makers:
        assert det_hash(make()) == det_hash(make())
