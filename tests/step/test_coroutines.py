"""Steps that are awaited: the result is kept, concurrent calls wait for one run, cancelling one cancels no other."""

from __future__ import annotations

import asyncio
import inspect

import pytest

from memo import memoize_step


def test_the_result_is_kept_and_not_the_coroutine() -> None:
    ran = []

    @memoize_step
    async def double(x):
        ran.append(x)
        await asyncio.sleep(0)
        return [x * 2]

    async def main():
        first, second = await double(1), await double(x=1)
        assert [2] == first == second
        assert first is not second
        return await double.recompute(1)

    assert inspect.iscoroutinefunction(double)
    assert [2] == asyncio.run(main())
    assert [2] == asyncio.run(double(1))
    assert [1, 1] == ran
    assert double.is_cached(1)


def test_concurrent_calls_of_one_key_run_one_body_and_get_objects_of_their_own() -> None:
    ran = []

    @memoize_step
    async def slow(x):
        ran.append(x)
        await asyncio.sleep(0)
        return [x]

    async def main():
        return await asyncio.gather(*(slow(number % 3) for number in range(30)))

    results = asyncio.run(main())
    assert [[number % 3] for number in range(30)] == results
    assert [0, 1, 2] == sorted(ran)
    assert 30 == len(set(map(id, results)))


def test_the_loop_is_free_while_a_body_waits() -> None:
    @memoize_step
    async def waits(x):
        await go.wait()
        return x

    async def main():
        waiting = asyncio.create_task(waits(1))
        await asyncio.sleep(0)
        go.set()
        return await waiting

    go = asyncio.Event()
    assert 1 == asyncio.run(main())


@pytest.mark.parametrize("cancelled", [0, 1, 2])
def test_cancelling_one_of_those_who_wait_leaves_the_others_their_result(cancelled: int) -> None:
    ran = []

    @memoize_step(version="1")
    async def waits(x):
        ran.append(x)
        await go.wait()
        return x

    async def main():
        tasks = [asyncio.create_task(waits(1)) for _ in range(3)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        tasks[cancelled].cancel()
        await asyncio.sleep(0)
        go.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    go = asyncio.Event()
    results = asyncio.run(main())
    assert isinstance(results.pop(cancelled), asyncio.CancelledError)
    assert [1, 1] == results
    assert [1] == ran


def test_a_run_that_nobody_waits_for_any_more_is_cancelled() -> None:
    ended = []

    @memoize_step(version="1")
    async def waits(x):
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(x)

    async def main():
        tasks = [asyncio.create_task(waits(1)) for _ in range(2)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await asyncio.sleep(0)

    asyncio.run(main())
    assert [1] == ended


def test_an_exception_is_the_leaders_and_the_next_one_runs() -> None:
    ran = []

    @memoize_step(version="1")
    async def fails_first(x):
        ran.append(x)
        await asyncio.sleep(0)
        if len(ran) == 1:
            raise ValueError("no")
        return x

    async def main():
        return await asyncio.gather(*(fails_first(1) for _ in range(3)), return_exceptions=True)

    first, *others = asyncio.run(main())
    assert "no" == str(first)
    assert [1, 1] == others
    assert 2 == len(ran)


def test_a_step_that_awaits_itself_with_the_same_key_does_not_wait_for_itself() -> None:
    depth = []

    @memoize_step(version="1")
    async def again(x):
        depth.append(x)
        return x if len(depth) > 2 else await again(x)

    assert 1 == asyncio.run(asyncio.wait_for(again(1), 10))
    assert 3 == len(depth)


def test_async_methods_bind() -> None:
    class Client:
        def __init__(self, url):
            self.url = url

        @memoize_step
        async def fetch(self, path):
            await asyncio.sleep(0)
            return self.url + path

    assert "a/b" == asyncio.run(Client("a/").fetch("b"))
    assert Client("a/").fetch.is_cached("b")
    assert not Client("c/").fetch.is_cached("b")


def test_a_coroutine_that_is_never_awaited_runs_nothing() -> None:
    ran = []

    @memoize_step
    async def step(x):
        ran.append(x)

    step(1).close()
    assert [] == ran


def test_disabled_it_is_a_plain_coroutine_function() -> None:
    @memoize_step(enabled=False)
    async def step(x):
        return x

    assert 1 == asyncio.run(step(1))
    assert not step.is_cached(1)


def test_a_coroutine_bears_the_name_of_its_function() -> None:
    @memoize_step
    async def fetch(x):
        return x

    made = fetch(1)
    assert ("fetch", fetch.__qualname__) == (made.__name__, made.__qualname__)
    made.close()
