"""Why a call runs, ran, or is answered from the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from memo.inspection.accepted import acceptance_of, acceptances
from memo.inspection.calls import compare_calls
from memo.inspection.explanation import Explanation
from memo.inspection.kept import Kept
from memo.inspection.nearest import FEW, nearest
from memo.render import iso_time
from memo.typing import MISSING

if TYPE_CHECKING:
    from memo.dethash import CodeManifest
    from memo.inspection.change import Change
    from memo.key import StepIdentity
    from memo.store import Metadata, Store

#: Changes that a line in the log names.
MOST_LOGGED = 3
#: The cause of a run that was asked for, and what is said of it.
TO_RUN, TOLD = "told", "it was told to run, whatever is stored"


def explain_call(
    store: Store,
    call: Metadata,
    identity: StepIdentity,
    here: Mapping[str, CodeManifest],
    seconds: dict[str, float],
    trouble: str | None = None,
) -> Explanation:
    """Explain a call that is made up now.

    Args:
        store: where its result is looked for.
        call: what its key is made of.
        identity: what the step is.
        here: the manifests of its code, by digest.
        seconds: how long the parts of the key took.
        trouble: why its entry does not answer; empty if it does, ``None`` if there is none.
    """
    kept = Kept(store, here)
    shared: dict[str, Any] = {
        "call": call,
        "store": str(store.directory),
        "code": kept.manifest(call.code_digest) if call.code_digest else None,
        "brought": _brought(call, kept),
        "seconds": seconds,
    }
    if trouble:
        return Explanation(reasons=(f"its entry {trouble}",), **shared)
    entry = store.metadata(call.key) if trouble is not None else MISSING
    if entry is not MISSING:
        through = acceptance_of(store, call.key) if entry.key != call.key else None
        return Explanation(entry=entry, accepted=() if through is None else (through,), **shared)
    reasons, other, changes = _why(store, call, kept, identity)
    return Explanation(reasons=reasons, nearest=other, changes=tuple(changes), **shared)


def explain_run(store: Store, run: Metadata) -> Explanation:
    """Explain a run by the entry that it left, without its code."""
    kept = Kept(store)
    reasons, other, changes = _why(store, run, kept, older=True)
    return Explanation(
        call=run,
        store=str(store.directory),
        entry=run,
        reasons=reasons,
        nearest=other,
        changes=tuple(changes),
        code=kept.manifest(run.code_digest) if run.code_digest else None,
        brought=_brought(run, kept),
        ran=True,
        accepted=tuple(acceptances(store, run.origin)),
    )


def explain_last(store: Store, origin: str) -> Explanation | None:
    """Explain the last run of a step, from what it left; ``None`` if it left nothing that can be read."""
    for key in store.newest_keys(origin, 1, by_time=True):
        run = store.metadata(key)
        if run is not MISSING:
            return explain_run(store, run)
    return None


def reason_to_run(store: Store, call: Metadata, identity: StepIdentity, here: Mapping[str, CodeManifest]) -> str:
    """Return in one line why a call runs, for the log: it is asked before the result is stored."""
    reasons, _, changes = _why(store, call, Kept(store, here), identity, most=FEW)
    named = [*reasons, *map(str, changes[:MOST_LOGGED])]
    if len(changes) > MOST_LOGGED:
        named.append(f"{len(changes) - MOST_LOGGED} more")
    return ", ".join(named)


def _why(
    store: Store,
    call: Metadata,
    kept: Kept,
    identity: StepIdentity | None = None,
    **choice: Any,
) -> tuple[tuple[str, ...], Metadata | None, list[Change]]:
    """Return why a call runs: sentences, the nearest entry, and how the call differs from it."""
    if call.cause:
        return (TOLD if call.cause == TO_RUN else call.cause,), None, []
    gone = store.removal(call.origin, call.key)
    if gone is not None and gone[0] <= call.created:
        return (f"its result was {gone[1]} on {iso_time(gone[0])}",), None, []
    other = nearest(store, call, identity, **choice)
    if other is not None:
        return (), other, compare_calls(other, call, kept)
    cleared = store.removal(call.origin)
    if cleared is not None and cleared[0] <= call.created:
        return (f"the step's results were {cleared[1]} on {iso_time(cleared[0])}",), None, []
    return (f"nothing of this step was stored before in {store.directory}",), None, []


def _brought(call: Metadata, kept: Kept) -> dict[str, list[dict[str, Any]]]:
    """Return the manifests of the code that came with each argument."""
    found: dict[str, list[dict[str, Any]]] = {}
    for argument in call.arguments:
        digests = [
            *(digest for _, digest in argument.classes),
            *([argument.value or argument.digest] * bool(argument.tree)),
        ]
        manifests = [manifest for manifest in map(kept.manifest, digests) if manifest is not None]
        if manifests:
            found[argument.name] = manifests
    return found
