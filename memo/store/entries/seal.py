"""What a store knows its own bytes by: a checksum against accidents, or with a secret a signature against attackers.

A seal covers an entry's head, and in it the digests of the buffers. A signed entry's buffers have plain BLAKE3 digests:
nobody can find other bytes with the same one, and a keyed one would sign whatever a result happens to contain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol

import xxhash
from blake3 import blake3

if TYPE_CHECKING:
    from collections.abc import Sequence

    Buffer = bytes | memoryview

SEAL_XXH3 = 0
SEAL_BLAKE3 = 1
_COPIED_BELOW = 4096  # bytes: what is small is put together faster than it is hashed piece by piece
SIGNED = "signed"  # the cause of refusing what is signed, where there is no secret

# What keys are derived for; part of the entry's format.
_TO_SIGN = "memo 2026-11 seal of an entry"
_TO_NAME = "memo 2026-11 name of a secret"


class RefusedEntryError(ValueError):
    """An entry that the store's secret, or its lack of one, does not vouch for.

    Attributes:
        cause: which of the reasons it is; each is worth one warning.
        is_for_others: whether it may be right where there is a secret, so that it is not to be replaced here.
    """

    def __init__(self, cause: str, sentence: str) -> None:
        super().__init__(cause, sentence)
        self.cause = cause
        self.sentence = sentence
        self.is_for_others = cause == SIGNED

    def __str__(self) -> str:
        return self.sentence


class SecretMissingError(OSError):
    """A store that was sent here from a process with a secret, which this process does not have."""


class Seals(Protocol):
    """How a store seals what it writes and knows it again."""

    @property
    def kind(self) -> int:
        """The number that stands for it in an entry's header."""

    @property
    def name(self) -> str:
        """What tells one secret from another and does not tell it; empty without a secret."""

    def seal(self, start: Buffer, rest: Buffer) -> bytes:
        """Return the 32 bytes that seal *start* and *rest*.

        Raises:
            SecretMissingError: nothing can be sealed here.
        """

    def admits(self, data: Buffer, seal: bytes) -> bool:
        """Say whether *seal* is one of ours on *data*."""

    def digest(self, buffer: Buffer) -> bytes:
        """Return the 32 bytes that stand for *buffer* in what is sealed."""


class Checksums:
    """XXH3-128: notices every accident, and nobody who means it."""

    kind = SEAL_XXH3
    name = ""

    def seal(self, start: Buffer, rest: Buffer) -> bytes:
        """Return the checksum and zeros."""
        if len(rest) < _COPIED_BELOW:
            return xxhash.xxh3_128_digest(b"".join((start, rest))) + bytes(16)
        checksum = xxhash.xxh3_128(start)
        checksum.update(rest)
        return checksum.digest() + bytes(16)

    def admits(self, data: Buffer, seal: bytes) -> bool:
        """Say whether the checksum is right."""
        return xxhash.xxh3_128_digest(data) == seal[:16]

    def digest(self, buffer: Buffer) -> bytes:
        """Return the buffer's checksum and zeros."""
        return xxhash.xxh3_128_digest(buffer) + bytes(16)


class Signatures:
    """BLAKE3 keyed with secrets: the newest signs, any of them admits.

    It holds the keys that are derived from the secrets, and nothing shows or ships them.
    """

    kind = SEAL_BLAKE3

    def __init__(self, secret: str, old_secrets: Sequence[str] = ()) -> None:
        from hmac import compare_digest  # it loads OpenSSL

        secrets = (secret, *old_secrets)
        self._are_equal = compare_digest
        self._keys = tuple(_derived(each, _TO_SIGN) for each in secrets)
        self.names = tuple(_derived(each, _TO_NAME)[:8].hex() for each in secrets)

    @property
    def name(self) -> str:
        """The newest secret's."""
        return self.names[0]

    def seal(self, start: Buffer, rest: Buffer) -> bytes:
        """Return the newest secret's signature."""
        return blake3(start, key=self._keys[0]).update(rest).digest()

    def admits(self, data: Buffer, seal: bytes) -> bool:
        """Say whether one of the secrets made the signature."""
        return any(self._are_equal(blake3(data, key=key).digest(), seal) for key in self._keys)

    def digest(self, buffer: Buffer) -> bytes:
        """Return the buffer's plain digest."""
        return blake3(buffer).digest()

    def __repr__(self) -> str:
        return f"<Signatures {', '.join(self.names)}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret does not travel with what uses it: set MEMO_SECRET where it is to be used")


class Withheld:
    """Stands for a secret that only the process has which this one got its store from: seals and admits nothing."""

    kind = SEAL_BLAKE3

    def __init__(self, name: str) -> None:
        self.name = name

    def seal(self, start: Buffer, rest: Buffer) -> NoReturn:  # noqa: ARG002
        """Refuse."""
        raise SecretMissingError

    def admits(self, data: Buffer, seal: bytes) -> bool:  # noqa: ARG002
        """Say no."""
        return False

    def digest(self, buffer: Buffer) -> NoReturn:  # noqa: ARG002
        """Refuse."""
        raise SecretMissingError


CHECKSUMS = Checksums()

_SIGNED = "it is signed with a secret, and MEMO_SECRET is not set here: set it to read and replace such entries"
WITHHELD = "this process was sent the store without its secret: set MEMO_SECRET in its environment before it starts"
_UNSIGNED = "it is not signed, so anyone may have put it there: its step runs instead, and signs its result"
_FOREIGN = (
    "it is damaged, or signed with a secret that is not known here: name that in MEMO_OLD_SECRETS, or let its step run "
    "instead"
)


def refusal(seals: Seals, kind: int) -> RefusedEntryError:
    """Return why *seals* do not admit an entry with a seal of *kind*."""
    if seals.kind == SEAL_XXH3:
        return RefusedEntryError(SIGNED, _SIGNED)
    if isinstance(seals, Withheld):
        return RefusedEntryError("withheld", WITHHELD)
    return RefusedEntryError("unsigned", _UNSIGNED) if kind == SEAL_XXH3 else RefusedEntryError("foreign", _FOREIGN)


def _derived(secret: str, context: str) -> bytes:
    return blake3(secret.encode(), derive_key_context=context).digest()
