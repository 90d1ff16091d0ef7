"""Edits that somebody declared harmless: which, when, and what they let the store answer.

An acceptance is a number of aliases, "this key means that entry", each with a record of why it is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from memo.render import ago

if TYPE_CHECKING:
    from memo.store import Store


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One edit of a step that was declared harmless.

    Attributes:
        origin: the step.
        accepted: when, in seconds since 1970.
        before: the code digest of the entries.
        after: the code digest of the calls that they answer.
        old_version: the step's version before, if it had one.
        new_version: likewise after.
        classes: the classes of arguments whose code was accepted, too: name, digest before and digest after of each.
        keys: the keys of the calls that entries answer.
    """

    origin: str
    accepted: float
    before: str
    after: str
    old_version: str | None = None
    new_version: str | None = None
    classes: tuple[tuple[str, str, str], ...] = ()
    keys: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as for JSON."""
        return asdict(self)

    def to_reason(self) -> str:
        """Return what an alias says of it."""
        fields = asdict(self)
        del fields["keys"]
        return json.dumps(fields, separators=(",", ":"))


def acceptance_of(store: Store, key: str) -> Acceptance | None:
    """Return the acceptance through which an entry answers *key*; ``None`` if none does."""
    alias = store.alias(key)
    found = None if alias is None else _from_reason(alias[1])
    return None if found is None else replace(found, keys=(key,))


def acceptances(store: Store, origin: str | None = None) -> list[Acceptance]:
    """Return what was accepted, those of *origin* if it is given, oldest first."""
    found: dict[Acceptance, list[str]] = {}
    for key, acceptance in _records(store):
        if origin is None or acceptance.origin == origin:
            found.setdefault(acceptance, []).append(key)
    made = [replace(acceptance, keys=tuple(sorted(keys))) for acceptance, keys in found.items()]
    return sorted(made, key=lambda acceptance: acceptance.accepted)


def accepted_text(acceptance: Acceptance) -> str:
    """Return what was accepted, and when, in a few words."""
    old, new = (
        f'version "{version}"' if version is not None else f"code {digest[:12]}"
        for version, digest in (
            (acceptance.old_version, acceptance.before),
            (acceptance.new_version, acceptance.after),
        )
    )
    for name, was, now in acceptance.classes:
        old, new = f"{old} with class {name} {was[:12]}", f"{new} with class {name} {now[:12]}"
    return f"accepted {ago(acceptance.accepted)}: made by {old}, valid for {new}"


def _records(store: Store) -> Iterator[tuple[str, Acceptance]]:
    for key, _, reason in store.aliases():
        acceptance = _from_reason(reason)
        if acceptance is not None:
            yield key, acceptance


def _from_reason(reason: object) -> Acceptance | None:
    """Return what an alias says; ``None`` for an alias of another kind."""
    try:
        fields = json.loads(str(reason))
        origin, accepted, before, after = (fields[name] for name in ("origin", "accepted", "before", "after"))
        old, new = (None if fields[name] is None else str(fields[name]) for name in ("old_version", "new_version"))
        classes = tuple((str(name), str(was), str(now)) for name, was, now in fields.get("classes", ()))
        return Acceptance(str(origin), float(accepted), str(before), str(after), old, new, classes)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
