"""What a decorator is told holds, and what it cannot be told is an error at once."""

from __future__ import annotations

import functools
import operator
import threading
import types
from pathlib import Path

import pytest

import memo
from memo import OptionError, StepError, Store, memoize_step

BAD = {
    "version": (1, "", b"1", ["1"], 1.5),
    "ignore": ("verbose", 3, (1,), [None], ("typo",), ("x", "typo")),
    "store": (3, "", b"here", True, ["here"]),
    "name": ("", 3, ("a",), "a\nb", "\x1b[31m"),
    "code": ("deeper", "", None, 1, ["deep"], True),
    "depends_on": ("helper", {1}, None, len, 3),
    "enabled": ("no", 1, 0, ()),
    "compress": ("zip", "", 1, True, [], {}),
    "mmap": ("w", "", 1, True, [], {}),
    "single_flight": ("no", 1, 0, ()),
    "replay": (None, "no", 1, 0, ()),
    "refresh": ("train", 1, 0, ()),
}


@pytest.mark.parametrize(
    ("option", "value"), [(option, value) for option, values in BAD.items() for value in values], ids=str
)
def test_an_option_with_a_value_that_it_does_not_take_is_an_error_at_decoration(option: str, value: object) -> None:
    with pytest.raises(OptionError) as caught:
        memoize_step(**{option: value})(lambda x: x)
    assert (option, True) == (caught.value.option, bool(caught.value.expected))
    assert str(caught.value).startswith(f"{option}=")


def test_an_ignored_parameter_that_there_is_not_is_named_with_those_that_there_are() -> None:
    with pytest.raises(OptionError, match=r"train has no 'verbos', its parameters are: data, rate, verbose"):

        @memoize_step(ignore=("verbos",))
        def train(data, rate, *, verbose=False): ...


def test_an_option_that_there_is_not_is_an_error() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'ignored'"):
        memoize_step(ignored=("x",))
    with pytest.raises(TypeError, match="positional"):
        memoize_step(len, "1")


REFUSED = {
    "a class": (int, "decorate the method or the function that is expensive"),
    "a property": (property(lambda self: 1), "put @property above @memoize_step"),
    "a cached_property": (functools.cached_property(lambda self: 1), "put @cached_property above @memoize_step"),
    "a value of type str": ("train", "decorate a function"),
    "an object of class itemgetter": (operator.itemgetter(0), "decorate the __call__ method in its class"),
    "a method that makes an object": (Store.__init__, "decorate the method or the function that is expensive"),
    "a method that keys are made with": (
        object.__getstate__,
        "decorate a function that it calls and that is not given the object",
    ),
    "a coroutine made of a generator": (types.coroutine(lambda: (yield)), "write it with async def"),
    "a callable whose parameters Python does not tell": (max, "decorate a function that calls it"),
    "what another decorator made of a function, a _lru_cache_wrapper": (
        functools.lru_cache(lambda x: x),
        "put @memoize_step below that decorator, or decorate a function that calls it",
    ),
    "a function with @memoize_step already": (memoize_step(lambda x: x), "give all options to one @memoize_step"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_a_step_is_refused_at_decoration_with_what_to_do_instead(kind: str) -> None:
    function, instead = REFUSED[kind]
    for decorator in (memoize_step, memoize_step(version="1")):
        with pytest.raises(StepError) as caught:
            decorator(function)
        assert (kind, instead) == (caught.value.kind, caught.value.instead)
        assert f"is {kind}, which cannot be a step: {instead}" in str(caught.value)


def test_a_step_goes_to_the_store_that_it_is_told(tmp_path: Path, own_store: Path) -> None:
    told = [tmp_path / "path", str(tmp_path / "text"), Store(tmp_path / "store")]
    for store in told:

        @memoize_step(store=store)
        def step(x):
            return x

        assert (1, True) == (step(1), step.is_cached(1))
        directory = store.directory if isinstance(store, Store) else Path(store)
        assert 1 == len(list(Store(directory).entries()))
    assert not own_store.exists()


def test_enabled_decides_before_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    @memoize_step(enabled=True)
    def always():
        calls.append("always")

    @memoize_step(enabled=False)
    def never():
        calls.append("never")

    @memoize_step
    def usually():
        calls.append("usually")

    def call_twice():
        calls.clear()
        for step in (always, never, usually):
            step(), step()
            step.clear()
        return "".join(name[0] for name in calls)

    assert "annu" == call_twice()
    monkeypatch.setenv("MEMO_DISABLE", "1")
    assert "annuu" == call_twice()
    monkeypatch.setenv("MEMO_DISABLE", "0")
    assert "annu" == call_twice()


def test_a_disabled_step_stores_nothing_and_takes_any_argument(
    own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMO_DISABLE", "true")

    @memoize_step
    def step(x):
        return x

    lock = __import__("threading").Lock()
    assert [lock, lock] == [step(lock), step.recompute(lock)]
    assert not own_store.exists()


def test_a_setting_that_is_wrong_is_an_error_at_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    @memoize_step
    def step(): ...

    monkeypatch.setenv("MEMO_DISABLE", "maybe")
    with pytest.raises(OptionError, match="MEMO_DISABLE=maybe: expected one of 1, true"):
        step()


def test_code_own_leaves_out_what_is_reached_and_off_leaves_out_all(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = []
    for body, other in (("helper(x) + 1", "1"), ("helper(x) + 1", "2"), ("helper(x) + 2", "2")):
        namespace = {"memo": memo, "__name__": __name__, "__file__": __file__}
        exec(f"def step(x): return {body}\ndef helper(x): return {other}", namespace)
        step = namespace["step"]
        keys.append([memoize_step(code=code)(step).key(1) for code in ("deep", "own", "off")])
    deep, own, off = zip(*keys, strict=True)
    assert (3, 2, 1) == (len(set(deep)), len(set(own)), len(set(off)))
    assert own[0] == own[1]


def test_what_a_step_depends_on_counts_whatever_else_it_was_told() -> None:
    table = [1]

    def step(x): ...

    for options in ({}, {"version": "1"}, {"code": "own"}, {"code": "off"}, {"version": "1", "code": "off"}):
        keys = [memoize_step(depends_on=depends_on, **options)(step).key(1) for depends_on in ((), (1,), [2], (1, 2))]
        assert 4 == len(set(keys)), options
        told = memoize_step(depends_on=(table,), **options)(step)
        before = told.key(1)
        table.append(2)
        assert before != told.key(1), options


def test_what_an_inner_step_depends_on_counts_for_the_outer_one() -> None:
    table = [1]

    @memoize_step(depends_on=(table,))
    def inner(x):
        return x

    @memoize_step(version="1", depends_on=(table,))
    def versioned(x):
        return x

    for outer in (memoize_step(lambda x: -inner(x)), memoize_step(lambda x: -versioned(x))):
        before = outer.key(1)
        assert before == outer.key(1)
        table.append(2)
        assert before != outer.key(1)


def test_what_cannot_be_hashed_is_nothing_to_depend_on() -> None:
    with pytest.raises(OptionError, match=r"depends_on=.*a lock.*values with a digest: .*it is a lock"):
        memoize_step(depends_on=("text", threading.Lock()))
