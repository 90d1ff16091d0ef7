"""One call of a step: its key, where its result is kept, and what is told about it."""

from __future__ import annotations

from dataclasses import dataclass
from logging import INFO
from time import perf_counter, time
from typing import TYPE_CHECKING, Literal

from memo.dethash import det_hash
from memo.errors import UnhashableError
from memo.step.log import log_hit, log_run, logger
from memo.store import AS_USUAL, Argument, Keeping, Metadata, Stream
from memo.typing import MISSING, Missing

if TYPE_CHECKING:
    from memo.dethash import CodeManifest
    from memo.key import CallKey
    from memo.store import Store


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
    """

    label: str
    version: str | None
    key: CallKey
    manifest: CodeManifest | None
    store: Store
    started: float
    is_refreshed: bool = False
    keeping: Keeping = AS_USUAL

    def find(self) -> object | Literal[Missing.MISSING]:
        """Return the stored result, a new object, or MISSING."""
        if self.is_refreshed:
            return MISSING
        found = self.store.load(self.key.key, self.keeping)
        if found is MISSING:
            return MISSING
        self.store.record(self.label, hits=1, seconds_saved=found.seconds, key=found.key)
        if logger.isEnabledFor(INFO):
            log_hit(self.label, perf_counter() - self.started, found.seconds)
        return found.value

    def keep(self, result: object, seconds: float) -> None:
        """Store *result*, which took *seconds* to compute."""
        key = self.key
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
        stored = self.store.save(key.key, result, metadata, self.keeping)
        if stored and self.manifest is not None:
            self.store.save_manifest(key.code_digest, self.manifest.to_dict())
        self.store.record(self.label, misses=1)
        if logger.isEnabledFor(INFO):
            log_run(self.label, seconds, stored=stored)


def _digest_of(result: object) -> str | None:
    if isinstance(result, Stream):  # nobody gets it as a whole
        return None
    try:
        return det_hash(result)
    except (UnhashableError, OSError):  # or a memo.File that is not there
        return None
