"""Generator steps: items pass through as they come, and a hit yields them again, each a new object."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import threading

import pytest

import memo
from memo import memoize_step
from memo.errors import StoreWarning


def counting(ran, items=3):
    """Return a generator step that tells when it begins and what it yields."""

    @memoize_step(version="1")
    def count(x):
        ran.append("begin")
        for number in range(items):
            ran.append(number)
            yield [x, number]
        return "end"

    return count


def test_items_pass_through_as_they_come_and_are_yielded_again_by_a_hit() -> None:
    ran = []
    count = counting(ran)
    assert inspect.isgeneratorfunction(count)
    first = count(7)
    assert [] == ran
    assert [7, 0] == next(first)
    assert ["begin", 0] == ran
    assert [[7, 1], [7, 2]] == list(first)
    ran.clear()
    assert [[7, 0], [7, 1], [7, 2]] == list(count(x=7))
    assert [] == ran


def test_what_the_generator_returns_is_returned_by_a_hit() -> None:
    count = counting([])

    def delegate():
        returned.append((yield from count(1)))

    returned = []
    list(delegate())
    list(delegate())
    assert ["end", "end"] == returned


def test_items_are_kept_as_they_were_yielded_and_each_hit_yields_new_ones() -> None:
    count = counting([])
    for item in count(1):
        item.append("changed by who got it")
    one, other = list(count(1)), list(count(1))
    assert [[1, 0], [1, 1], [1, 2]] == one == other
    assert all(a is not b for a, b in zip(one, other, strict=True))


def test_nothing_is_kept_before_the_last_item() -> None:
    ran = []
    count = counting(ran)
    assert [[1, 0], [1, 1]] == list(itertools.islice(count(1), 2))
    assert not count.is_cached(1)
    list(count(1))
    assert count.is_cached(1)
    assert 2 == ran.count("begin")


def test_two_generators_of_one_key_run_side_by_side() -> None:
    ran = []
    count = counting(ran)
    pairs = list(zip(count(1), count(1), strict=True))
    assert [([1, n], [1, n]) for n in range(3)] == pairs
    assert 2 == ran.count("begin")


def test_a_generator_that_raises_keeps_nothing() -> None:
    @memoize_step
    def fails(x):
        yield x
        raise KeyError(x)

    for _ in range(2):
        generator = fails(1)
        assert 1 == next(generator)
        with pytest.raises(KeyError):
            next(generator)
    assert not fails.is_cached(1)


def echoing():
    @memoize_step(version="1")
    def echo(x):
        for number in range(3):
            try:
                sent = yield (x, number)
            except ValueError as error:
                sent = f"caught {error}"
            if sent is not None:
                yield sent

    return echo


@pytest.mark.parametrize("is_stored", [False, True])
def test_one_that_is_sent_or_thrown_into_runs_plainly(is_stored: bool) -> None:
    echo = echoing()
    plain = [(1, 0), (1, 1), (1, 2)]
    if is_stored:
        assert plain == list(echo(1))
    generator = echo(1)
    assert (1, 0) == next(generator)
    assert "hello" == generator.send("hello")
    assert (1, 1) == next(generator)
    assert "caught no" == generator.throw(ValueError("no"))
    assert [(1, 2)] == list(generator)
    assert is_stored == echo.is_cached(1)
    assert plain == list(echo(1))


def test_closing_one_closes_the_generator_inside() -> None:
    ended = []

    @memoize_step
    def step(x):
        try:
            yield x
            yield x
        finally:
            ended.append(x)

    generator = step(1)
    next(generator)
    generator.close()
    assert [1] == ended


def test_an_item_that_cannot_be_stored_is_yielded_all_the_same_with_one_warning() -> None:
    @memoize_step
    def step():
        yield 1
        yield threading.Lock()  # what no format can hold
        yield 3

    with pytest.warns(StoreWarning, match="step"):
        assert 3 == len(list(step()))
    assert not step.is_cached()


def test_large_and_many_items_are_kept() -> None:
    @memoize_step
    def step(size):
        yield bytes(size)
        yield from range(1000)
        yield bytearray(b"x") * size

    size = 3 << 20
    first, again = list(step(size)), list(step(size))
    assert first == again
    assert [bytes, bytearray] == [type(again[0]), type(again[-1])]


def test_asynchronous_generators_pass_through_and_are_replayed() -> None:
    ran = []

    @memoize_step
    async def count(x):
        ran.append(x)
        for number in range(3):
            await asyncio.sleep(0)
            yield [x, number]

    async def main():
        first = [item async for item in count(1)]
        second = [item async for item in count(1)]
        both = [(a, b) for a, b in zip(first, second, strict=True) if a is not b]
        partly = count(2)
        await anext(partly)
        await partly.aclose()
        return first, second, len(both)

    assert inspect.isasyncgenfunction(count)
    first, second, different = asyncio.run(main())
    assert [[1, 0], [1, 1], [1, 2]] == first == second
    assert 3 == different
    assert [1, 2] == ran
    assert count.is_cached(1)
    assert not count.is_cached(2)


@pytest.mark.parametrize("is_stored", [False, True])
def test_an_asynchronous_generator_that_is_sent_or_thrown_into_runs_plainly(is_stored: bool) -> None:
    @memoize_step(version="1")
    async def echo(x):
        for number in range(3):
            try:
                sent = yield (x, number)
            except ValueError as error:
                sent = f"caught {error}"
            if sent is not None:
                yield sent

    async def main():
        if is_stored:
            assert 3 == len([item async for item in echo(1)])
        generator = echo(1)
        assert (1, 0) == await anext(generator)
        assert "hello" == await generator.asend("hello")
        assert (1, 1) == await anext(generator)
        assert "caught no" == await generator.athrow(ValueError("no"))
        return [item async for item in generator]

    assert [(1, 2)] == asyncio.run(main())
    assert is_stored == echo.is_cached(1)


def test_generator_methods_bind() -> None:
    class Reader:
        def __init__(self, text):
            self.text = text

        @memoize_step
        def words(self, separator):
            yield from self.text.split(separator)

    assert ["a", "b"] == list(Reader("a b").words(" "))
    assert Reader("a b").words.is_cached(" ")
    assert not Reader("a c").words.is_cached(" ")


def test_what_is_changed_before_the_first_item_counts() -> None:
    @memoize_step
    def passed_on(items):
        yield from items

    @memoize_step
    async def passed_on_later(items):
        for item in items:
            yield item

    async def collected(items):
        return [item async for item in items]

    for step, collect in (passed_on, list), (passed_on_later, lambda items: asyncio.run(collected(items))):
        given = [1, 2]
        items = step(given)
        given.append(3)
        assert [1, 2, 3] == collect(items)
        assert (True, False) == (step.is_cached([1, 2, 3]), step.is_cached([1, 2]))
        assert [1, 2] == collect(step([1, 2]))


def test_a_block_holds_for_the_generators_that_begin_in_it() -> None:
    ran = []
    count = counting(ran, items=1)
    list(count(1))
    begun_there = count(1)
    with memo.disabled():
        begun_later = count(1)
        list(begun_there)
    list(begun_later)
    assert 2 == ran.count("begin")


@pytest.mark.parametrize("is_enabled", [True, False])
def test_arguments_that_do_not_fit_are_an_error_of_the_call(is_enabled: bool) -> None:
    @memoize_step(enabled=is_enabled)
    def generator(x):
        yield x

    @memoize_step(enabled=is_enabled)
    async def asynchronous(x):
        yield x

    for step in (generator, asynchronous):
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
            step()


def test_disabled_it_is_a_plain_generator() -> None:
    @memoize_step(enabled=False, replay=True, cache_exceptions=(ValueError,))
    def echo(x):
        sent = None
        while sent != "stop":
            try:
                sent = yield x, sent
            except KeyError as error:
                sent = error.args[0]
        raise ValueError(x)

    generator = echo(1)
    assert (1, None) == next(generator)
    assert (1, "sent") == generator.send("sent")
    assert (1, "thrown") == generator.throw(KeyError("thrown"))
    with pytest.raises(ValueError, match="1"):
        generator.send("stop")
    assert not echo.is_cached(1)


def test_a_generator_bears_the_name_of_its_function() -> None:
    @memoize_step
    def lines(x):
        yield x

    @memoize_step
    async def later(x):
        yield x

    for step, made in (lines, lines(1)), (later, later(1)):
        assert (step.__name__, step.__qualname__) == (made.__name__, made.__qualname__)
