"""A step: what a decorated function does on a call, and what can be asked of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from logging import INFO
from time import perf_counter, time
from typing import Any

from memo.config import settings
from memo.dethash import CodeWatch, det_hash
from memo.errors import StepError, UnhashableError
from memo.key import Binder, CallKey, Origin, StepIdentity, make_key
from memo.step.log import log_hit, log_run, logger
from memo.step.options import StepOptions, checked_version
from memo.store import Argument, Metadata, Store
from memo.typing import MISSING


@dataclass(frozen=True, slots=True)
class StepInfo:
    """What a step's store knows about it.

    Attributes:
        origin: the label of its entries.
        hits: calls that were answered from the store, in every process; kept in batches, so approximate.
        misses: calls that ran.
        seconds_saved: what the hits would have taken.
        entries: its stored results.
        bytes: what they take.
    """

    origin: str
    hits: int
    misses: int
    seconds_saved: float
    entries: int
    bytes: int


class Step:
    """One decorated function, apart from how it is wrapped.

    Args:
        function: the plain function.
        options: what the decorator was told.

    Raises:
        OptionError: an option names a parameter that there is not.
        StepError: the function is of a kind that cannot be a step.
    """

    def __init__(self, function: Callable[..., Any], options: StepOptions) -> None:
        _refuse(function)
        self.function = function
        self.options = options
        self.binder = Binder(function, options.ignore)
        self._code = CodeWatch(function, code=options.code, depends_on=options.depends_on)

    # -- a call ---------------------------------------------------------------------------------------------------

    def call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return the stored result of this call, or run it and store its result."""
        if not self.is_enabled:
            return self.function(*args, **kwargs)
        started = perf_counter()
        key = self.key_of(args, kwargs)
        if key is None:
            return self.function(*args, **kwargs)  # Python says what is wrong with the arguments
        store = self.store
        found = store.load(key.key)
        if found is MISSING:
            return self._run(key, store, args, kwargs)
        store.record(self.label, hits=1, seconds_saved=found.seconds)
        if logger.isEnabledFor(INFO):
            log_hit(self.label, perf_counter() - started, found.seconds)
        return found.value

    def recompute(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run this call whatever is stored, and store its result."""
        key = self.key_of(args, kwargs) if self.is_enabled else None
        if key is None:
            return self.function(*args, **kwargs)
        return self._run(key, self.store, args, kwargs)

    def _run(self, key: CallKey, store: Store, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        manifest = self._code.manifest()
        started = perf_counter()
        result = self.function(*args, **kwargs)
        seconds = perf_counter() - started
        metadata = Metadata(
            key=key.key,
            origin=self.label,
            code_digest=key.code_digest,
            arguments=tuple(Argument(*argument) for argument in key.arguments),
            version=self.version,
            result_digest=_digest_of(result),
            seconds=seconds,
            created=time(),
        )
        stored = store.save(key.key, result, metadata)
        if stored:
            store.save_manifest(key.code_digest, manifest.to_dict())
        store.record(self.label, misses=1)
        if logger.isEnabledFor(INFO):
            log_run(self.label, seconds, stored=stored)
        return result

    # -- what identifies it ---------------------------------------------------------------------------------------

    @cached_property
    def origin(self) -> Origin:
        """Where the step comes from."""
        return Origin.of(self.function, self.options.name)

    @cached_property
    def label(self) -> str:
        """The origin as its entries bear it."""
        return str(self.origin)

    @property
    def version(self) -> str | None:
        """What stands for the code: the option, else the function's ``VERSION``."""
        if self.options.version is not None:
            return self.options.version
        return checked_version(getattr(self.function, "VERSION", None))

    @property
    def store(self) -> Store:
        """The store of its results."""
        return self.options.store or default_store()

    @property
    def is_enabled(self) -> bool:
        """Whether calls are looked up and stored."""
        own = self.options.enabled
        return settings().enabled if own is None else own

    def identity(self) -> StepIdentity:
        """Return what a key says about the step itself."""
        version = self.version
        if version is not None:
            return StepIdentity("", version, self.origin)
        return StepIdentity(self._code.digest(), None, self.origin if self.options.code != "deep" else None)

    def key_of(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> CallKey | None:
        """Return the key of a call; ``None`` if the function cannot be called like that.

        Raises:
            UnhashableError: an argument has no deterministic form.
        """
        try:
            values = self.binder.bind(*args, **kwargs)
        except TypeError:
            return None
        return make_key(self.identity(), self.binder.names, values)

    def asked_key(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> CallKey:
        """Return the key of a call that is only asked about.

        Raises:
            TypeError: the function cannot be called like that.
            UnhashableError: an argument has no deterministic form.
        """
        return make_key(self.identity(), self.binder.names, self.binder.bind(*args, **kwargs))

    # -- on its way to another process ----------------------------------------------------------------------------

    def shipped(self) -> dict[str, Any]:
        """Return what makes the same step elsewhere, under the same keys, where its source may not be at hand."""
        return {
            "function": self.function,
            "options": self.options,
            "manifest": self._code.manifest(),
            "origin": self.origin,
        }

    @classmethod
    def arrived(cls, parts: dict[str, Any]) -> Step:
        """Return the step that :meth:`shipped` described."""
        step = cls(parts["function"], parts["options"])
        step.origin = parts["origin"]
        step._code.pin(parts["manifest"])
        return step

    # -- its entries ----------------------------------------------------------------------------------------------

    def clear(self) -> int:
        """Remove the step's entries; return how many there were."""
        return self.store.clear(self.label)

    def info(self) -> StepInfo:
        """Return what the store knows about the step."""
        store = self.store
        counters = store.counters(self.label)
        entries, size = 0, 0
        for _, count, total in store.totals(self.label):
            entries, size = entries + count, size + total
        return StepInfo(self.label, counters.hits, counters.misses, counters.seconds_saved, entries, size)


def default_store() -> Store:
    """Return the store of the steps that name none."""
    return Store.shared(settings().store)


def _digest_of(result: object) -> str | None:
    try:
        return det_hash(result)
    except UnhashableError:
        return None


def _refuse(function: Callable[..., Any]) -> None:
    name = getattr(function, "__qualname__", repr(function))
    if isinstance(function, type):
        raise StepError(name, "a class", "decorate the method or the function that is expensive")
    if inspect.iscoroutinefunction(function):
        raise StepError(name, "a coroutine function", "decorate a plain function that it awaits in a thread")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise StepError(name, "a generator function", "return a list instead of yielding")
    if not callable(function):
        raise StepError(name, f"a {type(function).__qualname__}", "decorate a function")
