"""validate= and cache_if= say which stored results answer and which results are stored; refresh= asks for new ones."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable

import pytest

import memo
from memo import JsonFormat, MemoWarning, OptionError, Store, memoize_step
from memo.store import Metadata

Kind = Callable[..., list[object]]


def as_function(**options):
    calls = []

    @memoize_step(**options)
    def step(x):
        calls.append(x)
        return [x]

    return step, step, calls


def as_coroutine(**options):
    calls = []

    @memoize_step(**options)
    async def step(x):
        calls.append(x)
        return [x]

    return step, lambda x: asyncio.run(step(x)), calls


def as_generator(**options):
    calls = []

    @memoize_step(**options)
    def step(x):
        calls.append(x)
        yield x

    return step, lambda x: list(step(x)), calls


def as_async_generator(**options):
    calls = []

    @memoize_step(**options)
    async def step(x):
        calls.append(x)
        yield x

    async def collected(x):
        return [item async for item in step(x)]

    return step, lambda x: asyncio.run(collected(x)), calls


KINDS = [as_function, as_coroutine, as_generator, as_async_generator]
every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
def test_validate_is_asked_about_what_is_known_of_an_entry_and_what_it_refuses_runs_again(kind) -> None:
    entries = []

    def is_good(entry):
        entries.append(entry)
        return len(entries) != 2

    step, call, calls = kind(validate=is_good, tags=("a",))
    assert [[1]] * 4 == [call(1) for _ in range(4)]
    assert 2 == len(calls)
    assert {Metadata} == set(map(type, entries))
    assert {(step.key(1), step.info().origin, ("a",))} == {(each.key, each.origin, each.tags) for each in entries}
    assert (3, 1) == (len(entries), step.info().entries)
    assert entries[0].created == entries[1].created < entries[2].created, "it was replaced"


@every_kind
def test_what_cache_if_refuses_is_returned_and_not_stored(kind) -> None:
    asked = []

    def is_good(result):
        asked.append(result)
        return result != [1]

    step, call, calls = kind(cache_if=is_good)
    assert [[1], [1], [2], [2]] == [call(x) for x in (1, 1, 2, 2)]
    assert ([1, 1, 2], [[1], [1], [2]]) == (calls, asked)
    assert (False, True, 1) == (step.is_cached(1), step.is_cached(2), step.info().entries)
    assert (1, 3) == (step.info().hits, step.info().misses)


@every_kind
@pytest.mark.parametrize("option", ["validate", "cache_if"])
def test_one_that_raises_costs_no_result_and_one_warning(kind, option: str) -> None:
    def fail(value):
        raise ZeroDivisionError("oops")

    step, call, calls = kind(**{option: fail})
    plain, call_plain, _ = kind()
    if option == "validate":
        call_plain(1)
        assert plain.key(1) == step.key(1), "it is no code of the step"
    with pytest.warns(MemoWarning, match=rf"{option}= failed \(ZeroDivisionError: oops\)") as caught:
        assert [1] == call(1)
    assert (1, [1]) == (len(caught), calls)
    assert [1] == call(1), "it is said once"
    assert [1, 1] == calls
    assert (option == "validate") == (plain.is_cached(1))
    assert not step.is_cached(1)


def test_a_question_asks_validate_too_and_an_explanation_says_so() -> None:
    wanted = [True]

    @memoize_step(validate=lambda entry: wanted[0])
    def step(x):
        return x

    step(1)
    assert (True, True) == (step.is_cached(1), step.explain(1).is_stored)
    wanted[0] = False
    assert (False, False) == (step.is_cached(1), step.explain(1).is_stored)
    assert "its entry was refused by validate=" == step.explain(1).why


def test_the_log_says_why_it_ran_and_that_nothing_was_stored(caplog: pytest.LogCaptureFixture) -> None:
    @memoize_step(validate=lambda entry: False, cache_if=lambda result: result < 2)
    def step(x):
        return x

    step(1), step(2)
    with caplog.at_level(logging.INFO, "memo"):
        step(1), step(2)
    assert "its entry was refused by validate=" in caplog.messages[0]
    assert "its result was not stored" not in caplog.messages[0]
    assert "its result was not stored" in caplog.messages[1]


def test_a_truth_that_cannot_be_told_is_a_failure() -> None:
    class Unsure:
        def __bool__(self):
            raise ValueError("ambiguous")

    step = memoize_step(cache_if=lambda result: Unsure())(lambda x: x)
    with pytest.warns(MemoWarning, match="cache_if= failed .*ambiguous"):
        assert 1 == step(1)


def test_an_entry_that_was_accepted_is_validated_by_what_is_stored() -> None:
    seen = []
    namespace = {"memoize_step": memoize_step, "seen": seen, "__name__": __name__, "__file__": __file__}
    for body in ("return x", "return x + 0"):
        exec(f"@memoize_step(validate=lambda entry: not seen.append(entry.key))\ndef step(x): {body}", namespace)
        if body == "return x":
            namespace["step"](1)
            old = namespace["step"].key(1)
    step = namespace["step"]
    step.accept()
    assert (1, [old]) == (step(1), seen)


def test_an_entry_that_never_stays_the_same_is_given_up(own_store) -> None:
    step, call, calls = as_function(validate=lambda entry: True)
    call(1)
    store = Store(own_store)
    store.save(step.key(1), [1], store.metadata(step.key(1))._replace(created=math.nan))
    assert ([1], [1, 1]) == (call(1), calls), "of no time, as nobody but an attacker writes it"
    assert ([1], [1, 1]) == (call(1), calls)


def test_recompute_does_not_ask_whether_the_stored_result_is_good() -> None:
    step, _, _ = as_function(validate=lambda entry: 1 / 0)
    assert [[1], [1]] == [step.recompute(1), step.recompute(1)]


def test_an_old_result_stays_where_the_new_one_is_not_wanted() -> None:
    results = [1, 2]

    @memoize_step(cache_if=lambda result: result == 1)
    def step():
        return results.pop(0)

    assert (1, 2, 1) == (step(), step.recompute(), step())


def test_refresh_runs_each_time_and_stores_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    step, call, _ = as_function(refresh=True)
    assert [[1], [1]] == [call(1), call(1)]
    plain, call_plain, more = as_function()
    assert step.key(1) == plain.key(1)
    assert ([1], []) == (call_plain(1), more), "what it stored answers elsewhere"
    assert "it was told to run, whatever is stored" == step.explain(1).why
    assert (True, True) == (step.is_cached(1), plain.explain(1).is_stored)
    monkeypatch.setenv("MEMO_REFRESH", "*")
    steadfast, call_steadfast, few = as_function(refresh=False)
    assert ([1], []) == (call_steadfast(1), few), "the decorator comes before the environment"
    assert ([1], [1]) == (call_plain(1), more)
    with memo.refreshing(steadfast):
        assert ([1], [1]) == (call_steadfast(1), few), "and the block before the decorator"


@pytest.mark.parametrize("value", [1, "step", (), 0])
def test_refresh_is_on_or_off(value: object) -> None:
    with pytest.raises(OptionError, match=r"refresh=.*: expected True or False"):
        memoize_step(refresh=value)


def test_a_format_and_rules_go_together() -> None:
    @memoize_step(format=JsonFormat, cache_if=len, validate=lambda entry: entry.format == "json")
    def step(x):
        return {"x": x} if x else {}

    assert [{"x": 1}, {}] * 2 == [step(1), step(0), step(1), step(0)]
    assert (True, False) == (step.is_cached(1), step.is_cached(0))
