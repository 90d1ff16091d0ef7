"""One call of a step: its key, where its result is kept, and what is told about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from logging import INFO
from time import perf_counter, time
from typing import TYPE_CHECKING, Literal

from memo.dethash import results_in, value_digest
from memo.errors import UnhashableError
from memo.step.log import log_hit, log_run, logger
from memo.step.telling import argument_of, keep_manifests, made_by, told
from memo.store import AS_USUAL, Keeping, Metadata, Stream
from memo.typing import MISSING, Missing

if TYPE_CHECKING:
    from memo.dethash import CodeManifest
    from memo.key import CallKey, GivenArgument
    from memo.store import Claim, Store


#: The cause of a run that was asked for.
TOLD = "told"
#: What is said where no reason was found, for whatever reason.
UNTOLD = "it is not known why"
#: What is said of an entry that is there, and of which nothing came.
UNDECODED = "could not be decoded"


@dataclass(slots=True)
class Attempt:
    """A call that is looked up and, if nothing is found, run and kept; whoever drives it runs the function.

    Attributes:
        label: the step's origin, as its entries bear it.
        version: what stands for the step's code, if anything does.
        key: the call's key.
        manifest: what the step's code was when the key was taken; ``None`` where a version stands for it all.
        store: where the result is kept.
        started: when the key began to be taken.
        is_refreshed: whether no stored result is wanted.
        keeping: how the result is stored and comes back.
        told: what is told of the arguments, from when the run begins.
        cause: why it runs, if not because nothing was found.
    """

    label: str
    version: str | None
    key: CallKey
    manifest: CodeManifest | None
    store: Store
    started: float
    is_refreshed: bool = False
    keeping: Keeping = AS_USUAL
    told: tuple[GivenArgument, ...] = ()
    cause: str = TOLD

    def find(self) -> object | Literal[Missing.MISSING]:
        """Return the stored result, a new object, or MISSING."""
        if self.is_refreshed:
            return MISSING
        self.cause = ""
        found = self.store.load(self.key.key, self.keeping)
        if found is MISSING:
            return MISSING
        self.store.record(self.label, hits=1, seconds_saved=found.seconds, key=found.key)
        if logger.isEnabledFor(INFO):
            log_hit(self.label, perf_counter() - self.started, found.seconds)
        return found.value

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

    def keep(self, result: object, seconds: float) -> None:
        """Store *result*, which took *seconds* to compute."""
        metadata = self.metadata(seconds, *_told_of_result(result))
        reason = told(partial(self._reason, metadata), UNTOLD) if logger.isEnabledFor(INFO) else ""
        stored = self.store.save(self.key.key, result, metadata, self.keeping)
        if stored:
            told(partial(keep_manifests, self.store, self.manifests()), None)
        self.store.record(self.label, misses=1)
        if reason:
            log_run(self.label, reason, seconds, stored=stored)

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
        )

    def manifests(self) -> list[CodeManifest]:
        """Return the manifests of the step's code and of the code that came with the arguments."""
        own = [] if self.manifest is None else [self.manifest]
        return own + [manifest for argument in self.told for manifest in argument.manifests]

    def _reason(self, metadata: Metadata) -> str:
        from memo.inspection import reason_to_run  # only for who listens

        return reason_to_run(self.store, metadata, self.key.identity, {made.digest: made for made in self.manifests()})


def _told_of_result(result: object) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """Return a result's digest, as that of an argument, and those of what is in it: it may be passed on."""
    if isinstance(result, Stream):  # nobody gets it as a whole
        return None, ()
    try:
        found = value_digest(result, "result")
        return found.digest, tuple(told(partial(results_in, result, found), []))
    except (UnhashableError, OSError):  # or a memo.File that is not there
        return None, ()
