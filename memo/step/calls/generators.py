"""Calls of generator functions: items are passed on as they come, and kept once the last one is there.

A hit yields the stored items, each decoded when it is wanted. A generator that is sent something, or thrown into, may
yield what no other call would: from there on it runs plainly, after a hit from its start, and nothing is kept. Nothing
is locked while an item is out, so that ``zip(step(1), step(1))`` works.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from memo.step.callables import bearing_name
from memo.step.calls.replay import ITEM, replaying
from memo.step.calls.verifying import verified, verified_async
from memo.store import Stream
from memo.typing import MISSING

if TYPE_CHECKING:
    from memo.step.calls.attempt import Attempt
    from memo.step.runner import Step


#: Looks a call up, once its generator begins.
Begin = Callable[[], "Attempt | None"]


def drive_generator(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any], look: bool) -> Any:
    """Return a generator of the stored items of a call, or of those that it yields, which are kept."""
    begin, make = _ways(step, args, kwargs)
    return make() if begin is None else bearing_name(_generate(begin, make, look=look), step.function)


def drive_async_generator(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any], look: bool) -> Any:
    """Return an asynchronous generator of the stored items of a call, or of those that it yields, which are kept."""
    begin, make = _ways(step, args, kwargs)
    return make() if begin is None else bearing_name(_generate_async(begin, make, look=look), step.function)


def _ways(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Begin | None, Callable[[], Any]]:
    """Return what looks a call up when it begins, if it can be called like that, and what runs it.

    Its arguments are what they are when the first item is asked for: until then they may be changed.
    """
    try:
        step.binder.bind(args, kwargs)
    except TypeError:
        return None, partial(_run, step, args, kwargs)  # Python says what is wrong with the arguments
    return partial(step.prepare, args, kwargs), partial(_run, step, args, kwargs)


def _run(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    step.runs += 1
    return step.function(*args, **kwargs)


class Play:
    """What a call's generator does: it replays what is stored, or it runs, and what it yields is recorded.

    Args:
        attempt: the call; ``None`` where it runs plainly.
        make: begins a run.
        compare: replays what is stored beside a run, where that is to be looked at twice.
        look: whether to look for what is stored.

    Attributes:
        exceptions: those that are stored in the place of a result.
        items: the stored items that are still to come; ``None`` where it runs.
        real: the generator that runs.
    """

    def __init__(
        self, attempt: Attempt | None, make: Callable[[], Any], compare: Callable[..., Any], *, look: bool
    ) -> None:
        self._attempt, self._make = attempt, make
        self._stream = None if attempt is None else Stream()
        self._seconds, self._since, self._count = 0.0, 0.0, 0
        self.exceptions = () if attempt is None else attempt.exceptions
        found = attempt.find(doubt=True) if attempt is not None and look else MISSING
        self._stored = found if isinstance(found, Stream) else None
        self.items: Any = None
        self.real: Any = None
        if attempt is None or self._stored is None:
            if attempt is not None:
                attempt.begin()
            self.real = make()
        else:
            stored = replaying(attempt.shown, iter(self._stored)) if attempt.shown else iter(self._stored)
            self.items = compare(attempt, self._stored, make()) if attempt.is_doubted else stored

    def recorded(self) -> AbstractContextManager[None]:
        """Record what a block shows, if that is to be shown again."""
        return nullcontext() if self._attempt is None else self._attempt.recorded()

    def start(self) -> None:
        """Note that it is asked for an item."""
        self._since = perf_counter()

    def note(self, item: object) -> None:
        """Note that there is an *item*."""
        self._seconds += perf_counter() - self._since
        self._count += 1
        if self.items is None and self._stream is not None:
            self._stream.append(item)
            if self._attempt is not None and self._attempt.recording is not None:
                self._attempt.recording.add([ITEM])

    def switch(self) -> int:
        """Run from here on, and keep nothing; return how many items the run has to be taken on."""
        self._stream = None
        if self.items is None:
            return 0
        self.items, self.real = None, self._make()
        return self._count

    def end(self, result: object) -> object:
        """Keep what was yielded and what is returned in the end; of what is stored return that, or raise it."""
        if self._attempt is None:
            return result
        if self._stored is not None and self.items is not None:
            return self._attempt.answer(self._stored.result)
        if self._stream is not None:
            self._stream.end(result)
            self._attempt.keep(self._stream, self._seconds + perf_counter() - self._since)
        return result

    def fail(self, error: Exception) -> None:
        """Keep what was yielded, and what was raised in the end."""
        if self._attempt is not None and self.items is None and self._stream is not None:
            self._attempt.keep_raised(error, self._seconds + perf_counter() - self._since, self._stream)


def _generate(begin: Begin, make: Callable[[], Any], *, look: bool) -> Generator[Any, Any, Any]:
    play = Play(begin(), make, verified, look=look)
    proceed: Callable[[], Any] = partial(_next, play)
    try:
        while True:
            play.start()
            try:
                item = proceed()
            except StopIteration as stop:
                return play.end(stop.value)
            except play.exceptions as error:
                play.fail(error)
                raise
            play.note(item)
            try:
                sent = yield item
            except GeneratorExit:
                raise
            except BaseException as error:  # noqa: BLE001  it is thrown into the generator itself
                act = partial(_throw, error)
            else:
                if sent is None:
                    proceed = partial(_next, play)
                    continue
                act = partial(_send, sent)
            _close(play.items)
            for _ in range(play.switch()):
                next(play.real)
            proceed = partial(act, play.real)
    finally:
        _close(play.items)
        _close(play.real)


def _next(play: Play) -> Any:
    if play.items is not None:
        return next(play.items)
    with play.recorded():
        return next(play.real)


def _throw(error: BaseException, real: Any) -> Any:
    return real.throw(error)


def _send(value: Any, real: Any) -> Any:
    return real.send(value)


def _close(items: Any) -> None:
    """Close a generator; an iterator over what is stored needs no closing."""
    if hasattr(items, "close"):
        items.close()


async def _generate_async(begin: Begin, make: Callable[[], Any], *, look: bool) -> AsyncGenerator[Any, Any]:
    play = Play(begin(), make, verified_async, look=look)
    proceed: Callable[[], Any] = partial(_anext, play)
    try:
        while True:
            play.start()
            try:
                item = await proceed()
            except StopAsyncIteration:
                play.end(None)
                return
            except play.exceptions as error:
                play.fail(error)
                raise
            play.note(item)
            try:
                sent = yield item
            except GeneratorExit:
                raise
            except BaseException as error:  # noqa: BLE001  likewise
                act = partial(_athrow, error)
            else:
                if sent is None:
                    proceed = partial(_anext, play)
                    continue
                act = partial(_asend, sent)
            await _aclose(play.items)
            for _ in range(play.switch()):
                await anext(play.real)
            proceed = partial(act, play.real)
    finally:
        await _aclose(play.items)
        await _aclose(play.real)


async def _anext(play: Play) -> Any:
    if play.items is None:
        with play.recorded():
            return await anext(play.real)
    if hasattr(play.items, "__anext__"):
        return await anext(play.items)
    for item in play.items:
        return item
    raise StopAsyncIteration


def _athrow(error: BaseException, real: Any) -> Any:
    return real.athrow(error)


def _asend(value: Any, real: Any) -> Any:
    return real.asend(value)


async def _aclose(items: Any) -> None:
    if hasattr(items, "aclose"):
        await items.aclose()
