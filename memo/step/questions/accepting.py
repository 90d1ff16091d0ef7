"""An edit is declared harmless: what was stored under the code before answers the calls of the code that is there now.

Nothing is copied. For each entry the key that its call has now is computed, and an alias says that this key means that
entry. Which code was before has to be clear: the results of an older one may be what an edit has put right.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from memo.errors import AcceptError, OptionError
from memo.inspection import Acceptance, Change, acceptances, compare_calls
from memo.inspection.kept import Kept
from memo.render import human_count, iso_time
from memo.step.questions.present import NotToldError, Present
from memo.typing import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from memo.step.runner import Step
    from memo.store import Metadata, Store

#: Of a step, its code digest and its version.
Code = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting an edit did, or would do.

    Attributes:
        acceptance: the record: step, time, the code before and after, and the keys that entries answer now.
        changes: how the code differs.
        refused: the entries that cannot be accepted, by key, and why.
        is_dry: whether nothing was written.
    """

    acceptance: Acceptance
    changes: tuple[Change, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    is_dry: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as for JSON."""
        return {
            "acceptance": self.acceptance.to_dict(),
            "changes": [change.to_dict() for change in self.changes],
            "refused": dict(self.refused),
            "is_dry": self.is_dry,
        }

    def __str__(self) -> str:
        count = human_count(len(self.acceptance.keys), "call", "calls")
        if not (self.acceptance.keys or self.refused):
            return f"{self.acceptance.origin}: every call that was stored before the edit has run again since"
        done = "would be answered" if self.is_dry else "will be answered"
        return f"{count} of {self.acceptance.origin} {done} by entries from before the edit"


class Candidate(NamedTuple):
    """An entry of other code than now, and its call as it is now."""

    entry: Metadata
    now: Metadata

    @property
    def code(self) -> Code:
        """The step's code then."""
        return self.entry.code_digest, self.entry.version

    @property
    def classes(self) -> list[tuple[str, str, str]]:
        """The classes of arguments that are others now: name, digest then and digest now."""
        now = {argument.name: dict(argument.classes) for argument in self.now.arguments}
        return [
            (name, digest, now[argument.name][name])
            for argument in self.entry.arguments
            for name, digest in argument.classes
            if now[argument.name][name] != digest
        ]


def accept(step: Step, previous: str | None = None, *, dry_run: bool = False, store: Store | None = None) -> Accepted:
    """Let the entries of the code before answer the calls of the code that is there now.

    Args:
        step: the step.
        previous: which code was before: the beginning of its digest, or the version; needed where there are several.
        dry_run: write nothing.
        store: where the entries are, if not in the step's store.

    Raises:
        AcceptError: there is no such entry, or they are of several codes, or none tells enough.
        StoreError: the store could not be written.
    """
    if previous is not None and not isinstance(previous, str):
        raise OptionError("previous", repr(previous), "text: the beginning of a code's digest, or a version")
    store, present, refused = store or step.store, Present(step), dict[str, str]()
    found = list(_candidates(store, step.label, present, refused))
    kept = Kept(store, present.manifests)
    chosen = _chosen(step.label, found, acceptances(store, step.label), previous, kept)
    if not chosen:
        lines = tuple(f"{key[:12]}  {reason}" for key, reason in refused.items())
        raise AcceptError(step.label, "no entry was made by other code than now, or tells enough", lines)
    targets: dict[str, str] = {}
    for candidate in chosen:
        if not store.contains(candidate.now.key):
            targets.setdefault(candidate.now.key, candidate.entry.key)
    newest = chosen[0]
    acceptance = Acceptance(
        step.label,
        time.time(),
        newest.entry.code_digest,
        newest.now.code_digest,
        newest.entry.version,
        newest.now.version,
        tuple(sorted({each for candidate in chosen for each in candidate.classes})),
    )
    if not dry_run:
        reason = acceptance.to_reason()
        store.add_aliases({key: (target, reason) for key, target in targets.items()})
    changes = compare_calls(newest.entry, newest.now, kept)
    return Accepted(replace(acceptance, keys=tuple(sorted(targets))), tuple(changes), refused, dry_run)


def revoke(step: Step, store: Store | None = None, *, dry_run: bool = False) -> int:
    """Take back what was accepted for the code that is there now; return how many calls are not answered any more.

    With *dry_run* nothing is taken back.

    Raises:
        StoreError: the store could not be written.
    """
    store, present = store or step.store, Present(step)
    now = present.identity.code_digest, present.version
    keys = [
        key for each in acceptances(store, step.label) if (each.after, each.new_version) == now for key in each.keys
    ]
    return len(keys) if dry_run else store.remove_aliases(keys)


def _candidates(store: Store, origin: str, present: Present, refused: dict[str, str]) -> Iterable[Candidate]:
    """Yield the entries whose calls have another key now; note those of which that cannot be known."""
    for info in store.entries(origin):
        entry = store.metadata(info.key)
        if entry is MISSING or entry.key != info.key:
            continue
        try:
            now = present.call(entry)
        except NotToldError as error:
            refused[entry.key] = str(error)
        else:
            if now.key != entry.key:
                yield Candidate(entry, now)


def _chosen(
    origin: str, found: list[Candidate], accepted: list[Acceptance], previous: str | None, kept: Kept
) -> list[Candidate]:
    """Return the candidates that are meant, those of the code before first, the newest first.

    What was accepted for that code belongs to it.

    Raises:
        AcceptError: it is not clear which code was before.
    """
    into: dict[Code, set[Code]] = {}
    for each in accepted:
        into.setdefault((each.before, each.old_version), set()).add((each.after, each.new_version))
    codes = {candidate.code for candidate in found}
    heads = {code for code in codes if not _reached(code, into) & codes - {code}}
    meant = [each for each in found if each.code in heads] if previous is None else _meant(found, previous)
    if found and not meant:
        raise AcceptError(origin, f"no entry was made by code that begins with {previous!r}", _lines(found, kept))
    if len({each.code for each in meant}) > 1 or _are_at_odds(meant):
        raise AcceptError(origin, "say which of these codes was before, by its beginning", _lines(meant, kept))
    head = {each.code for each in meant}
    others = [each for each in found if each.code not in head and _reached(each.code, into) & head]
    return [*_newest_first(meant), *_newest_first(others)]


def _reached(code: Code, into: dict[Code, set[Code]]) -> set[Code]:
    """Return the codes that *code* was accepted for, one after the other."""
    reached: set[Code] = set()
    waiting = [code]
    while waiting:
        new = into.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached


def _meant(found: list[Candidate], previous: str) -> list[Candidate]:
    """Return the candidates that a version, or the beginning of a digest of the step's or a class's code, means."""
    return [
        each
        for each in found
        if each.entry.version == previous
        or (each.entry.version is None and each.entry.code_digest.startswith(previous))
        or any(digest.startswith(previous) for _, digest, _ in each.classes)
    ]


def _are_at_odds(meant: list[Candidate]) -> bool:
    """Say whether a class had more than one other code than now."""
    before: dict[str, set[str]] = {}
    for each in meant:
        for name, digest, _ in each.classes:
            before.setdefault(name, set()).add(digest)
    return any(len(digests) > 1 for digests in before.values())


def _newest_first(candidates: list[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda each: each.entry.created, reverse=True)


def _lines(candidates: list[Candidate], kept: Kept) -> tuple[str, ...]:
    """Return a line for each code, the newest first: what tells it, its entries, and how it differs from now."""
    by_code: dict[str, list[Candidate]] = {}
    for each in _newest_first(candidates):
        by_code.setdefault(_label(each), []).append(each)
    return tuple(
        f"{label}  {human_count(len(each), 'entry', 'entries')}, the newest of {iso_time(each[0].entry.created)}: "
        + ", ".join(map(str, compare_calls(each[0].entry, each[0].now, kept)))
        for label, each in by_code.items()
    )


def _label(candidate: Candidate) -> str:
    """Return what tells which code a candidate is of: what ``previous`` may be."""
    entry, now = candidate.entry, candidate.now
    if (entry.code_digest, entry.version) == (now.code_digest, now.version):
        return " ".join(digest[:12] for _, digest, _ in candidate.classes)
    return entry.code_digest[:12] if entry.version is None else entry.version
