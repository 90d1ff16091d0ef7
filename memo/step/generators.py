"""Calls of generator functions: items are passed on as they come, and kept once the last one is there.

A hit yields the stored items, each decoded when it is wanted. A generator that is sent something, or thrown into, may
yield what no other call would: from there on it runs plainly, after a hit from its start, and nothing is kept. Nothing
is locked while an item is out, so that ``zip(step(1), step(1))`` works.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from memo.store import Stream
from memo.typing import MISSING

if TYPE_CHECKING:
    from memo.step.attempt import Attempt
    from memo.step.runner import Step


def drive_generator(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any], look: bool) -> Any:
    """Return a generator of the stored items of a call, or of those that it yields, which are kept."""
    attempt, make = step.attempt(args, kwargs), partial(_begin, step, args, kwargs)
    return make() if attempt is None else _generate(attempt, make, look=look)


def drive_async_generator(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any], look: bool) -> Any:
    """Return an asynchronous generator of the stored items of a call, or of those that it yields, which are kept."""
    attempt, make = step.attempt(args, kwargs), partial(_begin, step, args, kwargs)
    return make() if attempt is None else _generate_async(attempt, make, look=look)


def _begin(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    step.runs += 1
    return step.function(*args, **kwargs)


class Recording:
    """What a run yields, and how long it computes."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._stream: Stream | None = Stream()
        self._seconds = 0.0
        self._since = 0.0

    def start(self) -> None:
        """Note that the generator runs."""
        self._since = perf_counter()

    def append(self, item: object) -> None:
        """Note that it yielded *item*."""
        self._seconds += perf_counter() - self._since
        if self._stream is not None:
            self._stream.append(item)

    def give_up(self) -> None:
        """Keep nothing."""
        self._stream = None

    def end(self, result: object) -> None:
        """Keep what was yielded, and what is returned in the end."""
        if self._stream is not None:
            self._stream.end(result)
            self._attempt.keep(self._stream, self._seconds + perf_counter() - self._since)


def _found(attempt: Attempt, *, look: bool) -> Stream | None:
    found = attempt.find() if look else MISSING
    if isinstance(found, Stream):
        return found
    attempt.begin()
    return None


def _generate(attempt: Attempt, make: Callable[[], Any], *, look: bool) -> Generator[Any, Any, Any]:
    stored, recording = _found(attempt, look=look), Recording(attempt)
    items: Iterator[Any] | None = None if stored is None else iter(stored)
    real = make() if stored is None else None
    proceed: Callable[[], Any] = partial(next, real if items is None else items)
    count = 0
    try:
        while True:
            recording.start()
            try:
                item = proceed()
            except StopIteration as stop:
                if stored is not None and items is not None:
                    return stored.result
                recording.end(stop.value)
                return stop.value
            if items is None:
                recording.append(item)
            count += 1
            try:
                sent = yield item
            except GeneratorExit:
                raise
            except BaseException as error:  # noqa: BLE001  it is thrown into the generator itself
                act = partial(_throw, error)
            else:
                if sent is None:
                    proceed = partial(next, real if items is None else items)
                    continue
                act = partial(_send, sent)
            recording.give_up()
            if items is not None:
                items, real = None, make()
                for _ in range(count):
                    next(real)
            proceed = partial(act, real)
    finally:
        if real is not None:
            real.close()


def _throw(error: BaseException, real: Any) -> Any:
    return real.throw(error)


def _send(value: Any, real: Any) -> Any:
    return real.send(value)


async def _generate_async(attempt: Attempt, make: Callable[[], Any], *, look: bool) -> AsyncGenerator[Any, Any]:
    stored, recording = _found(attempt, look=look), Recording(attempt)
    items: Iterator[Any] | None = None if stored is None else iter(stored)
    real = make() if stored is None else None
    proceed: Callable[[], Any] = partial(_anext, items, real)
    count = 0
    try:
        while True:
            recording.start()
            try:
                item = await proceed()
            except StopAsyncIteration:
                if items is None:
                    recording.end(None)
                return
            if items is None:
                recording.append(item)
            count += 1
            try:
                sent = yield item
            except GeneratorExit:
                raise
            except BaseException as error:  # noqa: BLE001  likewise
                act = partial(_athrow, error)
            else:
                if sent is None:
                    proceed = partial(_anext, items, real)
                    continue
                act = partial(_asend, sent)
            recording.give_up()
            if items is not None:
                items, real = None, make()
                for _ in range(count):
                    await anext(real)
            proceed = partial(act, real)
    finally:
        if real is not None:
            await real.aclose()


async def _anext(items: Iterator[Any] | None, real: Any) -> Any:
    if items is None:
        return await anext(real)
    for item in items:
        return item
    raise StopAsyncIteration


def _athrow(error: BaseException, real: Any) -> Any:
    return real.athrow(error)


def _asend(value: Any, real: Any) -> Any:
    return real.asend(value)
