"""One call of a step: its key, where its result is kept, and what is told about it."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from logging import INFO
from time import perf_counter, time
from typing import TYPE_CHECKING, Literal, NamedTuple

from memo.dethash import class_manifest, reading, results_in, value_digest
from memo.errors import UnhashableError
from memo.key.given import type_name
from memo.step.calls.log import hit_listeners, log_run, logger, tell_hit
from memo.step.calls.telling import argument_of, keep_manifests, made_by, told
from memo.step.raised import Raised, kept, raise_stored
from memo.step.rules import NOT_RAISED, REFUSED, Rules
from memo.store import Metadata, Stream
from memo.typing import MISSING, Missing

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from memo.dethash import CodeManifest
    from memo.key import CallKey, GivenArgument
    from memo.step.calls.replay import Recording
    from memo.step.calls.replay_hooks import Record
    from memo.store import Claim, Keeping, Loaded, Store


#: So often an entry is looked at that is replaced again and again, before it is given up.
MOST_LOOKS = 3
#: The cause of a run that was asked for.
TOLD = "told"
#: What is said where no reason was found, for whatever reason.
UNTOLD = "it is not known why"
#: Bytes of the items of a generator up to which their list is told as its result.
MOST_TOLD = 16 * 2**20
#: What is said of an entry that is there, and of which nothing came.
UNDECODED = "could not be decoded"


class Chosen(NamedTuple):
    """What holds for all calls of a step, as long as the settings are the same.

    Attributes:
        label: the step's origin, as its entries bear it.
        store: where results are kept.
        keeping: how they are stored and come back.
        rules: which of them are stored, and which stored ones answer.
        replays: whether what a run shows is kept, and shown again on a hit.
        is_refreshed: whether no stored result is wanted.
        is_simple: whether nothing has a say in what answers a call but its code, its arguments and the store.
    """

    label: str
    store: Store
    keeping: Keeping
    rules: Rules
    replays: bool
    is_refreshed: bool
    is_simple: bool


class Attempt:
    """A call that is looked up and, if nothing is found, run and kept; whoever drives it runs the function.

    Attributes:
        chosen: what holds for all calls of the step now.
        version: what stands for the step's code, if anything does.
        key: the call's key.
        manifest: what the step's code was when the key was taken; ``None`` where a version stands for it all.
        started: when the key began to be taken.
        is_refreshed: whether no stored result is wanted.
        told: what is told of the arguments, from when the run begins.
        cause: why it runs, if not because nothing was found.
        is_doubted: whether what was found is to be computed again, and compared.
        made: when what was found was made.
        refused: when what was refused was made: it is asked about once.
        recording: what the run has shown so far.
        shown: of a generator that was found what its run showed, to be shown as its items come.
    """

    # Until they are another thing, of the class: a hit makes one at each call, of what it needs.
    told: tuple[GivenArgument, ...] = ()
    cause = TOLD
    is_doubted = False
    made = 0.0
    refused = -1.0
    recording: Recording | None = None
    shown: tuple[Record, ...] = ()

    def __init__(
        self,
        chosen: Chosen,
        version: str | None,
        key: CallKey,
        manifest: CodeManifest | None,
        started: float,
        *,
        is_refreshed: bool,
    ) -> None:
        self.chosen = chosen
        self.version = version
        self.key = key
        self.manifest = manifest
        self.started = started
        self.is_refreshed = is_refreshed

    def find(self, *, doubt: bool = False) -> object | Literal[Missing.MISSING]:
        """Return the stored result, a new object, or MISSING.

        Args:
            doubt: whether the caller compares what it gets where it is doubted, be it a result or `Raised`.

        Raises:
            Exception: it is stored in the place of a result.
        """
        if self.is_refreshed:
            return MISSING
        self.cause = ""
        is_asked = self.rules.validate is not None
        return self.take(self._load_valid() if is_asked else self.store.load(self.key.key, self.keeping), doubt=doubt)

    def take(
        self, found: Loaded | Literal[Missing.MISSING], *, doubt: bool = False
    ) -> object | Literal[Missing.MISSING]:
        """Return the result in an entry that was loaded, as :meth:`find` does."""
        if found is MISSING:
            return MISSING
        value, rules = found.value, self.rules
        if (type(value) is Stream or type(value) is Raised) and not rules.admits_value(value):
            self.cause = f"its entry {NOT_RAISED}"
            return MISSING
        self.store.record(self.label, 1, 0, found.seconds, found.use)
        if hit_listeners or logger.isEnabledFor(INFO):
            tell_hit(self.label, perf_counter() - self.started, found.seconds)
        if doubt and rules.verify:
            self.is_doubted = rules.doubts()
        self.made = found.created
        if self.chosen.replays and not self.is_doubted:  # in which case it is shown as it runs
            self._replay(found)
        return self.answer(value) if type(value) is Raised and not self.is_doubted else value

    def answer(self, value: object) -> object:
        """Return what was found, or raise it if it is an exception."""
        if type(value) is Raised:
            raise_stored(value, self.label, self.made)
        return value

    @property
    def label(self) -> str:
        """The step's origin."""
        return self.chosen.label

    @property
    def store(self) -> Store:
        """Where the result is kept."""
        return self.chosen.store

    @property
    def keeping(self) -> Keeping:
        """How the result is stored and comes back."""
        return self.chosen.keeping

    @property
    def rules(self) -> Rules:
        """Which results are stored, and which stored ones answer."""
        return self.chosen.rules

    def _load_valid(self) -> Loaded | Literal[Missing.MISSING]:
        """Return the entry if its metadata, which is asked about before anything is decoded, passes."""
        for _ in range(MOST_LOOKS):
            entry = self.store.metadata(self.key.key)
            if entry is MISSING:
                return MISSING
            if entry.created == self.refused or not self.rules.admits(entry):
                self.refused = entry.created
                self.cause = f"its entry {REFUSED}"
                return MISSING
            found = self.store.load(self.key.key, self.keeping)
            if found is MISSING or found.created == entry.created:  # else it was replaced meanwhile
                return found
        return MISSING

    def _replay(self, found: Loaded) -> None:
        nothing: tuple[Record, ...] = ()
        shown = told(lambda: found.metadata.shown, nothing)
        if isinstance(found.value, Stream):
            self.shown = shown
        else:
            from memo.step.calls.replay import replay  # only where that is asked for

            replay(shown)

    def claim(self) -> Claim:
        """Return the right to compute the call, to be acquired."""
        return self.store.claim(self.key.key)

    def begin(self) -> None:
        """Take note of the arguments, which the run may change, and of what is stored, which it may replace."""
        self.told = told(self.key.told, ())
        self.key = self.key.without_values()
        if self.cause == "":
            trouble = self.store.trouble_with(self.key.key, self.keeping)
            self.cause = "" if trouble is None else f"its entry {trouble or UNDECODED}"

    def recorded(self) -> AbstractContextManager[None]:
        """Record what a block shows, if that is to be shown again."""
        if not self.chosen.replays:
            return nullcontext()
        if self.recording is None:
            from memo.step.calls.replay import Recording  # as above

            self.recording = Recording()
        return self.recording.noting()

    def keep(self, result: object, seconds: float) -> None:
        """Store *result*, which took *seconds* to compute, if it is wanted."""
        wanted = self.rules.cache_if is None or self.rules.wants(result)
        metadata = self.metadata(seconds, *(_told_of_result(result) if wanted else ()))
        self._save(result, metadata, self.keeping, wanted=wanted)

    @property
    def exceptions(self) -> tuple[type[Exception], ...]:
        """The exceptions that are stored in the place of a result."""
        return self.rules.exceptions

    def keep_raised(self, error: Exception, seconds: float, stream: Stream | None = None) -> None:
        """Store *error*, which the run raised after *seconds*, with what a generator had yielded until then.

        Whatever happens here, the caller raises it as it is.
        """
        raised: object = kept(error)
        if isinstance(raised, str):
            told(partial(self.rules.tell_not_kept, error, raised), None)
            raised = None
        if stream is not None and raised is not None:
            stream.end(raised)
            raised = stream
        metadata = self.metadata(seconds)._replace(raised=True, result_type=type_name(type(error)))
        keeping = self.keeping._replace(format=None)  # which is for results
        told(partial(self._save, raised, metadata, keeping, wanted=raised is not None), None)

    def _save(self, result: object, metadata: Metadata, keeping: Keeping, *, wanted: bool) -> None:
        reason = told(partial(self._reason, metadata), UNTOLD) if logger.isEnabledFor(INFO) else ""
        stored = wanted and self.store.save(self.key.key, result, metadata, keeping)
        if stored:
            told(partial(keep_manifests, self.store, self.manifests()), None)
        self.store.record(self.label, 0, 1)
        if reason:
            log_run(self.label, reason, metadata.seconds, stored=stored)

    def metadata(
        self, seconds: float = 0.0, result_digest: str | None = None, results: tuple[tuple[str, str], ...] = ()
    ) -> Metadata:
        """Return what is told of this call, and of its run if it has run."""
        return Metadata(
            key=self.key.key,
            origin=self.label,
            code_digest=self.key.code_digest,
            arguments=tuple(map(argument_of, self.told)),
            version=self.version,
            captured=self.key.identity.captured,
            result_digest=result_digest,
            results=results,
            seconds=seconds,
            created=time(),
            cause=self.cause,
            made_by=made_by(),
            tags=self.rules.tags,
            shown=() if self.recording is None else self.recording.records(self.label),
        )

    def manifests(self) -> list[CodeManifest]:
        """Return the manifests of the step's code and of the code that came with the arguments."""
        own = [] if self.manifest is None else [self.manifest]
        with reading(self.key.reads):
            classes = [class_manifest(cls) for found in self.key.found for cls in found.classes]  # until the run begins
        return own + classes + [manifest for argument in self.told for manifest in argument.manifests]

    def _reason(self, metadata: Metadata) -> str:
        from memo.inspection import reason_to_run  # only for who listens

        return reason_to_run(self.store, metadata, self.key.identity, {made.digest: made for made in self.manifests()})


def _told_of_result(result: object) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """Return a result's digest, as that of an argument, and those of what is in it: it may be passed on.

    Of a generator it is the list of its items that may be, as long as they are few.
    """
    if isinstance(result, Stream):
        items: list[object] | None = told(partial(list, result), None) if result.size <= MOST_TOLD else None
        if items is None:
            return None, ()
        result = items
    try:
        found = value_digest(result, "result")
        return found.digest, tuple(told(partial(results_in, result, found), []))
    except (UnhashableError, OSError):  # or a memo.File that is not there
        return None, ()
