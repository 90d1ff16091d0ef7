"""Where a store's secret comes from, and where it does not go.

A secret is text that only its owners know. It signs what a store holds, so that what others put there is refused. It is
never written anywhere: not into the store, a log, a message or a pickle.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from memo.errors import OptionError
from memo.store.entries.seal import CHECKSUMS, Checksums, Seals, Signatures, Withheld

SHORTEST = 32  # characters: as hexadecimal digits what nobody can try out
_EXPECTED = f"{SHORTEST} or more ASCII characters without spaces and commas, such as `memo keygen` prints"

# What this process made stores with, by name: a forked worker has them too, a spawned one has not.
_known: dict[str, Signatures] = {}


def new_secret() -> str:
    """Return a new secret: 64 hexadecimal digits."""
    return os.urandom(32).hex()


def seals_of(secret: str | None = None, old_secrets: Iterable[str] | None = None) -> Checksums | Signatures:
    """Return how a store seals that was told these; one that was told neither looks into the environment.

    Raises:
        OptionError: one of them is no secret, or there are old ones and no new one.
    """
    if secret is None and old_secrets is None:
        found, old_found = os.environ.get("MEMO_SECRET"), os.environ.get("MEMO_OLD_SECRETS", "")
        names = "MEMO_SECRET", "MEMO_OLD_SECRETS"
        # Secrets come from files, with a line's end.
        secret, old_secrets = found and found.strip(), [each.strip() for each in old_found.split(",") if each.strip()]
    else:
        names = "secret", "old_secrets"
        if isinstance(old_secrets, str) or not isinstance(old_secrets, Iterable | None):
            raise OptionError("old_secrets", "<text>", "a tuple of secrets, such as old_secrets=(OLD,)")
    old_secrets = tuple(old_secrets or ())
    if secret is None:
        if old_secrets:
            raise OptionError(names[1], "…", f"{names[0]} beside it, which signs what is new")
        return CHECKSUMS
    for name, each in [(names[0], secret), *((names[1], old) for old in old_secrets)]:
        _check(name, each)
    made = Signatures(secret, old_secrets)
    _known[made.name] = made
    return made


def seals_named(name: str) -> Seals:
    """Return how a store seals here that had seals of this *name* in the process that it came from."""
    if not name:
        return seals_of()
    try:
        own = seals_of()
    except OptionError:  # what a worker raises while it unpickles may be seen by nobody
        own = CHECKSUMS
    if isinstance(own, Signatures) and name in own.names:
        return own
    return _known.get(name) or Withheld(name)


def _check(option: str, secret: object) -> None:
    """Refuse what is no secret, without showing it: it may nearly be one."""
    if not isinstance(secret, str):
        raise OptionError(option, f"<{type(secret).__qualname__}>", _EXPECTED)
    is_word = secret.isascii() and secret.isprintable() and not {" ", ","} & set(secret)
    if not is_word or len(secret) < SHORTEST:
        raise OptionError(option, f"<{len(secret)} characters>", _EXPECTED)
