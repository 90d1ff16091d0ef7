"""A step: what a decorated function does on a call, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from logging import INFO
from time import perf_counter
from typing import TYPE_CHECKING, Any

from memo.config import Settings, settings
from memo.dethash import keep_sources
from memo.step.calls.attempt import Attempt, Chosen
from memo.step.calls.drivers import driver_of
from memo.step.calls.log import hit_listeners, logger, tell_hit
from memo.step.keyed import Keyed
from memo.step.normalizing import hashed, normalized, normalizing
from memo.step.options import StepOptions
from memo.step.processes.shipping import luggage_of, unpack
from memo.step.questions.info import StepInfo
from memo.step.raised import Raised
from memo.step.rules import Rules
from memo.store import Store, Stream
from memo.typing import MISSING

if TYPE_CHECKING:
    pass


#: What may be stored in the place of a result, and is not returned as it is.
_IN_PLACE_OF_RESULTS = (Stream, Raised)


class Step(Keyed):
    """One decorated function, apart from how it is wrapped."""

    def __init__(self, function: Callable[..., Any], options: StepOptions) -> None:
        super().__init__(function, options)
        #: What its calls go through.
        self.drive = driver_of(function)
        if options.normalize is not None:
            self.drive = normalizing(self.drive)
        #: How many blocks of :func:`memo.refreshing` it is in.
        self.refreshing = 0
        #: How often its body has begun in this process.
        self.runs = 0
        #: What holds for its calls under these settings, so that a call need not look; ``None`` where it runs plainly.
        self._chosen: tuple[Settings | None, Chosen | None] = None, None
        self._failed: set[str] = set()

    # -- a call ---------------------------------------------------------------------------------------------------

    def call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return the stored result of this call, or run it and store its result; of a coroutine function, await it."""
        return self.drive(self, args, kwargs, True)

    def recompute(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run this call whatever is stored, and store its result."""
        return self.drive(self, args, kwargs, False)

    def plainly(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run the function, looking nothing up and storing nothing; its arguments are normalized if they can be."""
        if self.options.normalize is not None:
            with suppress(Exception):  # which was warned about, or Python says what is wrong
                args, kwargs = normalized(self, args, kwargs)
        self.runs += 1
        return self.function(*args, **kwargs)

    def look_up(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Attempt | None]:
        """Return the stored result of a call or MISSING, and what more is to be done about it: nothing, if ``None``.

        Most calls are hits in which nothing has a say but code, arguments and store: they come by here in few steps.

        Raises:
            Exception: it is stored in the place of a result.
        """
        now, chosen = self._chosen
        kept = self.kept
        if now is settings() and chosen is not None and chosen.is_simple and kept is not None and not self.refreshing:
            is_heard = hit_listeners or logger.isEnabledFor(INFO)
            started = perf_counter() if is_heard else 0.0
            binder = self.binder
            try:
                values = binder.bind(args, kwargs)
            except TypeError:
                return MISSING, None  # Python says what is wrong with the arguments
            version, manifest, names, keyer = kept
            if self.version == version and self.manifest(version) is manifest and binder.names is names:
                key = keyer.key(binder.hashed(values) if binder.sentinels else values)
                found = chosen.store.load(key.key, chosen.keeping)
                if found is not MISSING and type(found.value) not in _IN_PLACE_OF_RESULTS:
                    chosen.store.record(chosen.label, 1, 0, found.seconds, found.use)
                    if is_heard:
                        tell_hit(chosen.label, perf_counter() - started, found.seconds)
                    return found.value, None
                attempt = Attempt(chosen, version, key, manifest, started, is_refreshed=False)
                attempt.cause = ""
                return attempt.take(found), attempt
        closer = self.prepare(args, kwargs)
        return (MISSING if closer is None else closer.find(doubt=True)), closer

    def attempt(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Attempt | None:
        """Return what is to be looked up for a call; ``None`` if the function is to run plainly."""
        if self.options.normalize is not None:
            try:
                args, kwargs = normalized(self, args, kwargs)
            except Exception as error:  # noqa: BLE001 - as where the call is driven
                self.fail("normalize", error)
                return None
        return self.prepare(args, kwargs)

    def prepare(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Attempt | None:
        """Return the same of a call with normalized arguments."""
        now = settings()
        known, chosen = self._chosen
        if known is not now:
            chosen = self._choose(now)
        if chosen is None:
            return None
        started = perf_counter()
        try:
            values = self.binder.bind(args, kwargs)
        except TypeError:
            return None  # Python says what is wrong with the arguments
        try:
            names, values = hashed(self, values)
        except Exception as error:  # noqa: BLE001 - whatever the user's function raises: the call is not to suffer
            self.fail("key", error)
            return None
        version = self.version
        key, manifest = self.keyed(version, names, values)
        return Attempt(chosen, version, key, manifest, started, is_refreshed=self.refreshing > 0 or chosen.is_refreshed)

    def is_cached(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Say whether the store answers a call; nothing is written."""
        chosen, key = self.chosen(), self.key(args, kwargs)
        return chosen.store.contains(key, chosen.keeping) and not chosen.rules.refusal(chosen.store, key)

    def chosen(self) -> Chosen:
        """Return what holds for its calls now, were it enabled."""
        now, options = settings(), self.options
        rules = Rules.of(self.label, options, now, self._failed)
        keeping = options.keeping.with_defaults(now.compress, now.expire)
        is_refreshed = self._is_refreshed(now)
        is_simple = not (is_refreshed or options.replay or options.key or rules.validate or rules.verify)
        return Chosen(self.label, self._store(now), keeping, rules, options.replay, is_refreshed, is_simple)

    def _choose(self, now: Settings) -> Chosen | None:
        chosen = self.chosen() if self.is_enabled(now) else None
        self._chosen = now, chosen
        return chosen

    def fail(self, option: str, error: Exception) -> None:
        """Warn that a function which was given as an *option* failed."""
        self.chosen().rules.tell(option, error)

    @property
    def store(self) -> Store:
        """The store of its results."""
        return self._store(settings())

    def _store(self, now: Settings) -> Store:
        own = None if "store" in now.forced else self.options.store
        return own or default_store(now)

    def patience(self, attempt: Attempt) -> float | None:
        """Return how many seconds to wait while others compute what *attempt* is about; ``None`` not to share at all.

        A result that is wanted new is nobody else's.
        """
        now, options = settings(), self.options
        is_shared = now.single_flight if options.single_flight is None else options.single_flight
        if attempt.is_refreshed or not is_shared:
            return None
        return now.wait if options.wait is None else options.wait

    def is_enabled(self, now: Settings) -> bool:
        """Say whether its calls are looked up at all."""
        own = None if "enabled" in now.forced else self.options.enabled
        return now.enabled if own is None else own

    @property
    def is_refreshed(self) -> bool:
        """Whether what is stored is not looked for."""
        return self.refreshing > 0 or self._is_refreshed(settings())

    def _is_refreshed(self, now: Settings) -> bool:
        if self.options.refresh is not None or not now.refresh:
            return bool(self.options.refresh)
        name = self.function.__qualname__
        names = {"*", name.rpartition(".")[2], name, self.options.name, self.label, self.label.partition("/")[2]}
        return not names.isdisjoint(now.refresh)

    # -- on its way to another process ----------------------------------------------------------------------------

    def shipped(self) -> dict[str, Any]:
        """Return what, beside the function, makes the same step elsewhere, where its source may not be at hand."""
        sources = self._code.sources() if self.version is None else None
        luggage = luggage_of(is_by_value=True)
        return {"options": self.options, "origin": self.origin, "sources": sources, "luggage": luggage}

    @classmethod
    def arrived(cls, function: Callable[..., Any], shipped: dict[str, Any]) -> Step:
        """Return the step that :meth:`shipped` described."""
        keep_sources(shipped["sources"])
        unpack(shipped["luggage"])
        step = cls(function, shipped["options"])
        step.origin = shipped["origin"]
        step._code.sent(shipped["sources"])
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


_default: tuple[Settings, Store] | None = None


def default_store(now: Settings) -> Store:
    """Return the store of the steps that name none; held here, for a store lives as long as somebody holds it."""
    global _default  # noqa: PLW0603  one for the process
    if _default is None or _default[0] is not now:
        _default = now, Store.shared(now.store)
    return _default[1]
