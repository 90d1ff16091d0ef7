"""The stored entry that a call differs from least: what it is told apart from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from memo.key import StepIdentity, key_of
from memo.typing import MISSING

if TYPE_CHECKING:
    from memo.store import Metadata, Store

#: Entries that are looked at, the newest first.
MOST_LOOKED_AT = 200
#: So many are looked at where a line in the log is all that comes of it.
FEW = 5
#: What a step was is remembered, for so many edits and so many steps.
_MOST_IDENTITIES, _MOST_STEPS = 16, 1000


class Identity(NamedTuple):
    """What a step was when an entry was made."""

    code_digest: str
    version: str | None
    captured: tuple[str, ...]


#: What steps were, newest last, by store and origin: the newest entries of a long loop are all of one code.
_remembered: dict[tuple[str, str], dict[Identity, None]] = {}


def nearest(
    store: Store,
    call: Metadata,
    identity: StepIdentity | None = None,
    *,
    most: int = MOST_LOOKED_AT,
    older: bool = False,
) -> Metadata | None:
    """Return the entry of the same step that differs from *call* in least; of several the newest.

    One with the same arguments is nearest: what differs is then the step. It is looked for by its key under each code
    that the step is known to have had, so it may be far back.

    Args:
        store: where to look.
        call: the call.
        identity: what the step is now, where more than its code is part of that.
        most: how many entries are looked at.
        older: look at those only that were there when the call ended.
    """
    entries = [
        entry
        for entry in newest(store, call.origin, most)
        if entry.key != call.key and not (older and entry.created >= call.created)
    ]
    for known in _identities(store, call, entries):
        other = (identity or StepIdentity("")).of(*known)
        key = key_of(other, [(each.name, each.digest) for each in call.arguments if each.counts])
        entry = store.metadata(key) if key != call.key else MISSING
        if entry is not MISSING and entry.key == key and not (older and entry.created >= call.created):
            return entry
    return max(entries, key=lambda entry: (*_nearness(entry, call), entry.created), default=None)


def newest(store: Store, origin: str, most: int) -> Iterator[Metadata]:
    """Yield what the newest entries of a step tell, the newest first."""
    for key in store.newest_keys(origin, most):
        entry = store.metadata(key)
        if entry is not MISSING and entry.key == key:
            yield entry


def _identities(store: Store, call: Metadata, entries: list[Metadata]) -> list[Identity]:
    """Return what the step was, the newest first, as far as it is known or remembered."""
    name = str(store.directory), call.origin
    known = _remembered.pop(name, {})
    for entry in sorted(entries, key=lambda entry: entry.created):
        identity = Identity(entry.code_digest, entry.version, entry.captured)
        known.pop(identity, None)
        known[identity] = None
    while len(known) > _MOST_IDENTITIES:
        del known[next(iter(known))]
    _remembered[name] = known
    while len(_remembered) > _MOST_STEPS:
        del _remembered[next(iter(_remembered))]
    return list(reversed(known))


def _nearness(entry: Metadata, call: Metadata) -> tuple[int, int]:
    """Return how near an entry is: minus the number of arguments that differ, and whether the step is the same."""
    old = {argument.name: argument.digest for argument in entry.arguments if argument.counts}
    new = {argument.name: argument.digest for argument in call.arguments if argument.counts}
    differing = sum(old.get(name) != new.get(name) for name in old.keys() | new.keys())
    was = Identity(entry.code_digest, entry.version, entry.captured)
    return -differing, was == Identity(call.code_digest, call.version, call.captured)
