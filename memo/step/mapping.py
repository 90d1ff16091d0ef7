"""One call of a step for each item: hits come from the store, misses go to an executor, results come in order."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Executor, Future, as_completed
from dataclasses import dataclass
from enum import Enum
from operator import length_hint
from typing import TYPE_CHECKING, Any

from memo.errors import MemoWarning, OptionError, StepError, warn_user
from memo.step.calls.verifying import verify
from memo.step.normalizing import normalized
from memo.step.progress import showing
from memo.typing import MISSING

if TYPE_CHECKING:
    from memo.step.calls.attempt import Attempt
    from memo.step.wrapper import Questions

#: How many failed items a note names beside the first.
MOST_NAMED = 5


class Mode(Enum):
    """How a call is made elsewhere, where the blocks and settings of this process do not hold."""

    LOOK = "look"
    REFRESH = "refresh"
    PLAIN = "plain"


@dataclass(slots=True)
class Miss:
    """Items of one key that nothing was stored for, and the run of the first of them.

    Attributes:
        item: the first, until it has run.
        key: its key; ``None`` where the step runs plainly.
        mode: how it runs.
        future: its run.
        position: where it stands.
        others: where the others stand, and their calls, until it has run.
    """

    item: Any
    key: str | None
    mode: Mode
    future: Future[tuple[str | None, Any]]
    position: int
    others: list[tuple[int, Attempt]]


def map_step(step: Questions, iterable: Iterable[Any], executor: Executor | None, progress: bool) -> list[Any]:
    """Return the results of *step* for each item; see :meth:`memo.step.protocols.BoundMemoizedStep.map`."""
    mapping = Mapping(step, executor)
    mapping.check(progress)
    with showing(mapping.name, mapping, length_hint(iterable), progress, prints=executor is None) as show:
        try:
            for item in iterable:
                mapping.take(item)
                show()
            for future in as_completed(mapping.running()):
                mapping.settle(future)
                show()
        except BaseException:
            mapping.cancel()
            raise
    return mapping.results()


class Mapping:
    """What has become of each item so far.

    Args:
        step: the step.
        executor: what runs the misses.

    Attributes:
        name: what the step is called.
        hits: how many results came from the store.
        failed: the exceptions, by position.
    """

    def __init__(self, step: Questions, executor: Executor | None) -> None:
        self.hits = 0
        self.failed: dict[int, BaseException] = {}
        self._step, self._inner = step, step._step  # noqa: SLF001  what is behind it
        self._look_up = self._inner.look_up if self._inner.options.normalize is None else self._look_up_normalized
        self.name = self._inner.function.__qualname__.rpartition("<locals>.")[2]
        self._executor = executor
        self._results: list[Any] = []
        self._by_key: dict[str, Miss] = {}
        self._running: dict[Future[tuple[str | None, Any]], Miss] = {}
        self._settled = 0
        self._keeps = False
        self._strange = 0
        #: What is before the item among the arguments, once there was one.
        self._before: tuple[Any, ...] | None = None

    @property
    def taken(self) -> int:
        """How many items there were."""
        return len(self._results)

    @property
    def done(self) -> int:
        """How many of them have a result or have failed."""
        return self.hits + self._settled + len(self.failed)

    def check(self, progress: Any) -> None:
        """Refuse what cannot be mapped, and options that are none."""
        function = self._inner.function
        executor: Any = self._executor
        if inspect.iscoroutinefunction(function):
            instead = f"await asyncio.gather(*map({self.name}, items))"
            raise StepError(self.name, "a coroutine function", instead, "be mapped")
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise StepError(self.name, "a generator function", f"loop over {self.name}(item)", "be mapped")
        if isinstance(executor, type) or (executor is not None and not callable(getattr(executor, "submit", None))):
            expected = "a concurrent.futures.Executor, such as ProcessPoolExecutor(), or None to compute here"
            given = repr(executor) if isinstance(executor, type) else f"a {type(executor).__qualname__}"
            raise OptionError("executor", given, expected)
        if not isinstance(progress, bool):
            raise OptionError("progress", repr(progress), "True or False")

    def take(self, item: Any) -> None:
        """Look one more item up, and give it to the executor if nothing is stored."""
        try:
            if self._before is None:
                self._before = self._step._full((item,))[:-1]  # noqa: SLF001  as above
            found, attempt = self._look_up((*self._before, item), {})
            if attempt is not None and attempt.is_doubted:
                found = self._verified(attempt, found, (*self._before, item))
        except Exception as error:  # noqa: BLE001  an item that has no key, as one whose run fails
            self.failed[self.taken] = error
            self._results.append(MISSING)
            return
        self._results.append(found)
        if found is not MISSING:
            self.hits += 1
        elif attempt is None:
            self._start(item, None, Mode.PLAIN, self.taken - 1)
        else:
            self._miss(item, attempt, self.taken - 1)

    def _look_up_normalized(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Attempt | None]:
        attempt = self._inner.attempt(args, kwargs)
        return (MISSING if attempt is None else attempt.find(doubt=True)), attempt

    def _verified(self, attempt: Attempt, found: Any, args: tuple[Any, ...]) -> Any:
        """Compute a hit again as ``verify=`` asks for, and return what was found."""
        is_plain = self._inner.options.normalize is None
        return verify(self._inner, attempt, found, *((args, {}) if is_plain else normalized(self._inner, args, {})))

    def _miss(self, item: Any, attempt: Attempt, position: int) -> None:
        self._keeps = True
        key = attempt.key.key
        same = self._by_key.get(key)
        if same is None:
            mode = Mode.REFRESH if attempt.is_refreshed else Mode.LOOK
            self._by_key[key] = self._start(item, key, mode, position)
        elif same.future in self._running:
            attempt.key = attempt.key.without_values()  # items may be large, and many may wait
            same.others.append((position, attempt))
        else:
            self._repeat(position, same.position)

    def _start(self, item: Any, key: str | None, mode: Mode, position: int) -> Miss:
        if self._executor is None:
            future = _here(_call, self._step, item, mode, key)
        else:
            future = self._executor.submit(_call_elsewhere, self._step, item, mode, key)
        miss = self._running[future] = Miss(item, key, mode, future, position, [])
        if future.done():
            self.settle(future)
        return miss

    def running(self) -> list[Future[tuple[str | None, Any]]]:
        """Return what is still to be waited for."""
        return list(self._running)

    def settle(self, future: Future[tuple[str | None, Any]]) -> None:
        """Take what a run has brought, for all items of its key."""
        miss = self._running.pop(future)
        error, key, result = _outcome(future)
        if error is None and key != miss.key:  # other code ran there: its result is not that of this call
            self._strange += 1
            error, _, result = _outcome(_here(_call, self._step, miss.item, miss.mode, miss.key))
        miss.item = None
        if error is not None:
            self.failed[miss.position] = error
        else:
            self._succeed(miss.position, result)
        for position, attempt in miss.others:
            self._repeat(position, miss.position, attempt)
        miss.others.clear()

    def _repeat(self, position: int, first: int, attempt: Attempt | None = None) -> None:
        """Take for an item what the first of its key got: an object of its own where that is stored, else the same."""
        if first in self.failed:
            self.failed[position] = self.failed[first]
            return
        found = MISSING if attempt is None else attempt.find()
        self._succeed(position, self._results[first] if found is MISSING else found)

    def _succeed(self, position: int, result: Any) -> None:
        self._results[position] = result
        self._settled += 1

    def cancel(self) -> None:
        """Take back what has not begun."""
        for future in self._running:
            future.cancel()

    def results(self) -> list[Any]:
        """Return the results in order, or raise the first of the failures."""
        if self._strange:
            warn_user(
                f"{self._step!r} has another key where the executor runs it, for it reads other code or globals there: "
                f"{self._strange} results of map() are not taken from there, but computed here",
                MemoWarning,
            )
        if not self.failed:
            return self._results
        position, error = min(self.failed.items())
        error.add_note(self._note(position))
        self.failed.clear()  # its traceback leads here: that it does not lead on to itself
        raise error

    def _note(self, first: int) -> str:
        others = [f"{position} ({type(error).__name__})" for position, error in sorted(self.failed.items())[1:]]
        named = ", ".join(others[:MOST_NAMED]) + (", …" if len(others) > MOST_NAMED else "")
        also = f", as did {len(others)} more: {named}" if others else ""
        rest = self.taken - len(self.failed)
        kept = "are stored, and another map() finds them" if self._keeps or self.hits else "are not stored"
        return f"item {first} of {self.name}.map() failed{also}; the results of the other {rest} {kept}"


def _call(step: Questions, item: Any, mode: Mode, key: str | None) -> tuple[str | None, Any]:
    """Run one item, and return *key* with its result."""
    if mode is Mode.PLAIN:
        return key, step._step.plainly(step._full((item,)), {})  # noqa: SLF001  what is behind it
    return key, (step.recompute(item) if mode is Mode.REFRESH else step(item))


def _call_elsewhere(step: Questions, item: Any, mode: Mode, key: str | None) -> tuple[str | None, Any]:
    """Run one item, and return the key that it has where it runs with its result."""
    return _call(step, item, mode, None if key is None else step.key(item))


def _here(call: Callable[..., Any], *args: Any) -> Future[Any]:
    """Run at once what an executor would be given."""
    future: Future[Any] = Future()
    try:
        future.set_result(call(*args))
    except Exception as error:  # noqa: BLE001  as an executor does; but Ctrl-C ends it all
        future.set_exception(error)
    return future


def _outcome(future: Future[tuple[str | None, Any]]) -> tuple[BaseException | None, str | None, Any]:
    """Return what a run raised, or the key that it had and its result."""
    try:
        error = future.exception()
    except CancelledError as cancelled:  # by somebody else
        error = cancelled
    return (None, *future.result()) if error is None else (error, None, None)
