"""A step: what a decorated function does on a call, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from logging import INFO
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from memo.config import Settings, settings
from memo.dethash import CodeWatch, keep_sources
from memo.key import Binder, CallKey, Keyer, Origin, StepIdentity, argument_digest, captured_by, may_capture
from memo.step.attempt import Attempt, Chosen
from memo.step.callables import counting
from memo.step.checks import checked_version
from memo.step.decorable import check_function, check_has_name
from memo.step.dependencies import Dependencies
from memo.step.drivers import driver_of
from memo.step.info import StepInfo
from memo.step.log import hit_listeners, logger, tell_hit
from memo.step.normalizing import deciding, hashed, normalized, normalizing
from memo.step.options import StepOptions
from memo.step.raised import Raised
from memo.step.rules import Rules
from memo.step.shipping import luggage_of, unpack
from memo.store import Store, Stream
from memo.typing import MISSING, kept_property

if TYPE_CHECKING:
    from memo.dethash import CodeManifest


#: What may be stored in the place of a result, and is not returned as it is.
_IN_PLACE_OF_RESULTS = (Stream, Raised)


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
        check_function(function)
        self.function = function
        #: What its calls go through.
        self.drive = driver_of(function)
        if options.normalize is not None:
            self.drive = normalizing(self.drive)
        #: How many blocks of :func:`memo.refreshing` it is in.
        self.refreshing = 0
        #: How often its body has begun in this process.
        self.runs = 0
        self.options = options
        self.binder = Binder(function, options.ignore)
        self.binder.check("skip_defaults", options.skip_defaults)
        self._kept: _Kept | None = None
        self._depends_on = Dependencies(options.depends_on, deciding(options))
        self._counting = counting(function)
        self._code = CodeWatch(self._counting, code=options.code, depends_on=self._depends_on)
        self._beside_version = CodeWatch(self._counting, code="off", depends_on=self._depends_on)
        #: What holds for its calls under these settings, so that a call need not look; ``None`` where it runs plainly.
        self._chosen: tuple[Settings | None, Chosen | None] = None, None
        self._failed: set[str] = set()
        if self.version is None:
            self._code.remember_source()
        if self.version is not None or options.code == "off":
            check_has_name(function, options.name)

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
        kept = self._kept
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

    def key(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        """Return the key of a call.

        Raises:
            TypeError: the function cannot be called like that.
            UnhashableError: an argument has no deterministic form.
        """
        return self.keyed(self.version, *self.hashed(args, kwargs))[0].key

    def hashed(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        """Return names and values of what is hashed of a call.

        Raises:
            TypeError: the function cannot be called like that.
            Exception: *normalize* or *key* raised it.
        """
        if self.options.normalize is not None:
            args, kwargs = normalized(self, args, kwargs)
        return hashed(self, self.binder.bind(args, kwargs))

    def keyed(
        self, version: str | None, names: tuple[str, ...], values: tuple[Any, ...]
    ) -> tuple[CallKey, CodeManifest | None]:
        """Return the key of a call of which this is hashed, and what the code is made of now."""
        manifest, kept = self.manifest(version), self._kept
        if kept is None or kept.manifest is not manifest or (kept.version, kept.names) != (version, names):
            is_by_code = self._is_by_code(version)
            reads = manifest.reads if is_by_code and manifest is not None else frozenset[str]()
            kept = _Kept(version, manifest, names, Keyer(self.identity(version, manifest), names, self.skipped, reads))
            if is_by_code or not may_capture(self.function):  # else it may have captured something else the next time
                self._kept = kept
        return kept.keyer.key(values), manifest

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

    @kept_property
    def skipped(self) -> dict[str, str]:
        """The digests of the values at which parameters do not count."""
        return {name: argument_digest(value, name) for name, value in self.options.skip_defaults.items()}

    # -- what identifies it ---------------------------------------------------------------------------------------

    @kept_property
    def origin(self) -> Origin:
        """Where the step comes from."""
        return Origin.of(self.function, self.options.name)

    @kept_property
    def label(self) -> str:
        """The origin as its entries bear it."""
        return str(self.origin)

    @property
    def version(self) -> str | None:
        """What stands for the code: the option, else the function's ``VERSION``."""
        if self.options.version is not None:
            return self.options.version
        version = getattr(self.function, "VERSION", None)
        return None if version is None else checked_version(version)

    def manifest(self, version: str | None) -> CodeManifest | None:
        """Return what the code is made of; of a step with a version only what it was told to depend on."""
        if version is None:
            return self._code.manifest()
        return self._beside_version.manifest() if self._depends_on else None

    def identity(self, version: str | None, manifest: CodeManifest | None) -> StepIdentity:
        """Return what a key says about the step itself."""
        digest = "" if manifest is None else manifest.digest
        if self._is_by_code(version):
            return StepIdentity(digest)
        check_has_name(self.function, self.options.name)
        return StepIdentity(digest, version, self.origin, captured_by(self.function))

    def _is_by_code(self, version: str | None) -> bool:
        """Say whether its code alone, with all that is reached from there, tells it from other steps."""
        return version is None and self.options.code == "deep"

    def code(self) -> object:
        """Return what counts of the step where another one's code reaches it: a function, or what stands for it."""
        version = self.version
        if version is None:
            return ("step", self._counting, *self._depends_on) if self._depends_on else self._counting
        return ("version", *self.identity(version, self.manifest(version)).parts())

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
        sources = self._code.sources() if self.version is None else ([], {})
        luggage = luggage_of(is_by_value=True)
        return {"options": self.options, "origin": self.origin, "sources": sources, "luggage": luggage}

    @classmethod
    def arrived(cls, function: Callable[..., Any], shipped: dict[str, Any]) -> Step:
        """Return the step that :meth:`shipped` described."""
        keep_sources(shipped["sources"])
        unpack(shipped["luggage"])
        step = cls(function, shipped["options"])
        step.origin = shipped["origin"]
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


class _Kept(NamedTuple):
    """What makes keys, and what it holds for: version, manifest of the code, and names of what is hashed."""

    version: str | None
    manifest: CodeManifest | None
    names: tuple[str, ...]
    keyer: Keyer


_default: tuple[Settings, Store] | None = None


def default_store(now: Settings) -> Store:
    """Return the store of the steps that name none; held here, for a store lives as long as somebody holds it."""
    global _default  # noqa: PLW0603  one for the process
    if _default is None or _default[0] is not now:
        _default = now, Store.shared(now.store)
    return _default[1]
