"""Which entries and which steps are meant by what somebody typed."""

from __future__ import annotations

import re
from shlex import quote
from string import hexdigits
from typing import TYPE_CHECKING, Final

from memo.cli.failure import AMBIGUOUS, NOT_FOUND, Failure
from memo.inspection import ShortKeys, find, stats
from memo.typing import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from memo.store import Metadata, Store

MOST_CANDIDATES = 20
#: Keys that are named instead of one that is not there, and of how many they are the nearest.
MOST_NEAR, MOST_LOOKED_AT = 5, 10_000
_EMPTY: Final = "nothing is stored there; --store DIR or MEMO_DIR names another one"
#: Digits of a key, and characters of what was typed that a message repeats.
LENGTH, MOST_QUOTED = 64, 200


def chosen_keys(store: Store, prefixes: Iterable[str]) -> dict[str, str]:
    """Return the key that each of *prefixes* begins, and its origin.

    Raises:
        Failure: one of them begins no key, or more than one.
    """
    chosen: dict[str, str] = {}
    for prefix in prefixes:
        found = find(store, prefix)
        if found.key is None:
            raise _ambiguous_key(store, prefix, found.candidates) if found.is_ambiguous else _no_key(store, prefix)
        chosen.update(found.candidates)
    return chosen


def chosen_entry(store: Store, prefix: str) -> Metadata:
    """Return what is known about the entry whose key *prefix* begins.

    Raises:
        Failure: it begins no key, or more than one; or the entry cannot be read.
    """
    (key,) = chosen_keys(store, [prefix])
    found = store.metadata(key)
    if found is MISSING:
        raise Failure(NOT_FOUND, f"the entry {key[:12]} {store.trouble_with(key) or 'cannot be read'}")
    return found


def chosen_step(store: Store, step: str) -> str:
    """Return the origin of the one step with entries that *step* means.

    It means the step of that origin or, if there is none, of that qualified or given name, or else the one with this
    in its origin.

    Raises:
        Failure: there is none such, or more than one.
    """
    origins = sorted({origin for origin, _, _ in store.totals()})
    for is_meant in (
        lambda origin: origin == step,
        lambda origin: origin.endswith((f":{step}", f"/{step}")),
        lambda origin: step in origin,
    ):
        matching = [origin for origin in origins if is_meant(origin)]
        if len(matching) == 1:
            return matching[0]
        if matching:
            raise _ambiguous_step(store, step, matching)
    raise no_step(store, step)


def no_step(store: Store, step: str) -> Failure:
    """Return the failure of a command that found no step, with the nearest names."""
    from difflib import get_close_matches

    what = f"no step in the store in {store.directory} has {_quoted(step)} in its name"
    origins = [part.origin for part in stats(store)]
    if near := [origin for origin in origins if step in origin]:
        return _of_steps(NOT_FOUND, f"{what} and an entry; these have run, and nothing of them is stored:", near)
    known: dict[str, list[str]] = {}
    for origin in origins:  # a step may have been meant by all of its origin, or by a word of it
        for word in {origin, *re.split(r"[/:._-]", origin)}:
            known.setdefault(word, []).append(origin)
    near = list(dict.fromkeys(origin for word in get_close_matches(step, known) for origin in known[word]))
    advice = "did you mean one of these?" if near else "memo stats lists the steps that there are" if known else _EMPTY
    return _of_steps(NOT_FOUND, f"{what}; {advice}", near)


def _no_key(store: Store, prefix: str) -> Failure:
    near = _near_keys(store, prefix.lower())
    is_word = bool(set(prefix) - set(hexdigits))
    if near:
        advice = "did you mean one of these?"
    elif is_word and any(prefix in origin for origin, _, _ in store.totals()):
        advice = f"it is in the name of a step: memo ls {quote(prefix)} lists the keys of its entries"
    else:
        advice = "memo ls lists the keys" if store.find_keys("", 1) else _EMPTY
    return _of_keys(
        NOT_FOUND, store, f"no key in the store in {store.directory} begins with {_quoted(prefix)}; {advice}", near
    )


def _near_keys(store: Store, prefix: str) -> list[tuple[str, str]]:
    """Return the keys that begin almost like *prefix*: in the same way, or with the same digits but for a few."""
    for end in range(min(len(prefix), LENGTH) - 1, 1, -1):  # what only one digit has in common is not near
        found = store.find_keys(prefix[:end], MOST_NEAR)
        if found:
            return found
    from difflib import get_close_matches

    keys = {key[: len(prefix)]: (key, origin) for key, origin in store.find_keys("", MOST_LOOKED_AT)}
    return [keys[each] for each in get_close_matches(prefix, keys, n=MOST_NEAR)]


def _ambiguous_key(store: Store, prefix: str, candidates: Iterable[tuple[str, str]]) -> Failure:
    what = f"several keys begin with {_quoted(prefix)}; type more of the one that you mean:"
    return _of_keys(AMBIGUOUS, store, what, candidates)


def _of_keys(kind: str, store: Store, sentence: str, candidates: Iterable[tuple[str, str]]) -> Failure:
    short = ShortKeys(store)
    return Failure(
        kind,
        sentence,
        [{"key": key, "origin": origin} for key, origin in candidates],
        [f"{short.of(key)}  {origin}" for key, origin in candidates],
    )


def _quoted(typed: str) -> str:
    """Return what was typed as a message has it: no more of it than tells."""
    return repr(typed if len(typed) <= MOST_QUOTED else f"{typed[:MOST_QUOTED]}…")


def _ambiguous_step(store: Store, step: str, matching: list[str]) -> Failure:
    several = f"{len(matching)} steps in the store in {store.directory} fit {_quoted(step)}"
    return _of_steps(AMBIGUOUS, f"{several}; type more of the one that you mean:", matching)


def _of_steps(kind: str, sentence: str, origins: list[str]) -> Failure:
    shown = origins[:MOST_CANDIDATES]
    return Failure(kind, sentence, [{"origin": origin} for origin in shown], shown)
