"""The bytes of an entry: a header, metadata, a body and buffers, sealed against accidents or attackers.

Little-endian throughout; *head* is all that comes before the buffers::

    0    8s   magic
    8    32s  seal of the head from byte 40 on: XXH3-128 and zeros, or keyed BLAKE3
    40   H    version of this layout (what comes before it never changes)
    42   B    kind of seal, 0 for XXH3-128, 1 for keyed BLAKE3; then a zero
    44   I    number of buffers
    48   Q Q  bytes of the head, bytes of the entry
    64   I I  bytes of key and origin
    72   H H  bytes of the format's name, the format's version
    76   I Q  bytes of metadata and body
    88   d d  seconds that the step took, time of its end
    104       key, origin, format's name (UTF-8), metadata (JSON),
              for each buffer its bytes (Q) and its digest (32s), body
    then each buffer, from the next multiple of 64 on, so that a mapped file can be used in place

The seal covers the buffers through their digests, so that a large mapped entry can be opened head first. What a seal
and a digest are is told in :mod:`memo.store.entries.seal`.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from memo.store.entries.seal import CHECKSUMS, SEAL_BLAKE3, SEAL_XXH3, Seals, refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memo.store.formats.format import Encoded

ENTRY_FORMAT_VERSION = 1
MAGIC = b"\x8amemo\r\n\x1a"  # a first byte that is no text, and line ends that a transfer as text would change
ALIGNMENT = 64

PREFIX = struct.Struct("<8s32sHBxIQQIIHHIQdd")
_VERSION = struct.Struct("<8s32xH")
_BUFFER = struct.Struct("<Q32s")
_SEALED_FROM = 40
_PADDING = bytes(ALIGNMENT)
_KINDS = {SEAL_XXH3, SEAL_BLAKE3}


class DamagedEntryError(ValueError):
    """Bytes that are not the entry that was written under this key."""


class NewerEntryError(ValueError):
    """An entry that only a newer memo, or one with another library installed, can read; it is to be left alone."""


class Entry(NamedTuple):
    """An entry taken apart and, as far as it was asked for, verified; nothing in it is decoded.

    Attributes:
        is_use_due: whether that it is used is to be written down, as that was not done lately.
    """

    key: str
    origin: str
    format: str
    format_version: int
    seconds: float
    created: float
    metadata: bytes
    body: bytes
    buffers: Sequence[memoryview] = ()
    is_use_due: bool = False


class Peek(NamedTuple):
    """What the beginning of an entry says, unverified: enough for a listing."""

    seconds: float
    created: float
    format: str
    format_version: int
    #: As much of the metadata as is there.
    metadata: bytes


def pack(
    key: str,
    origin: str,
    encoded: Encoded,
    metadata: bytes = b"",
    seconds: float = 0.0,
    created: float = 0.0,
    *,
    seals: Seals = CHECKSUMS,
) -> tuple[list[bytes | memoryview], int]:
    """Return the entry's bytes, in parts so that nothing large is copied, and how many they are.

    Raises:
        SecretMissingError: it cannot be sealed here.
    """
    names = key.encode(), origin.encode("utf-8", "surrogatepass"), encoded.format.encode()
    table = b"".join(_BUFFER.pack(buffer.nbytes, seals.digest(buffer)) for buffer in encoded.buffers)
    head_size = PREFIX.size + sum(map(len, names)) + len(metadata) + len(table) + len(encoded.body)
    total, parts = head_size, list[bytes | memoryview]()
    for buffer in encoded.buffers:
        gap = -total % ALIGNMENT
        parts += _PADDING[:gap], buffer
        total += gap + buffer.nbytes
    lengths = (len(names[0]), len(names[1]), len(names[2]), encoded.version, len(metadata), len(encoded.body))
    prefix = PREFIX.pack(
        MAGIC, b"", ENTRY_FORMAT_VERSION, seals.kind, len(encoded.buffers), head_size, total, *lengths, seconds, created
    )
    start = b"".join((prefix, *names, metadata, table))
    rest = memoryview(start)[_SEALED_FROM:]
    sealed = b"".join((MAGIC, seals.seal(rest, encoded.body), rest))
    return [sealed, encoded.body, *parts], total


def size_of_head(data: bytes | memoryview) -> int:
    """Return how many bytes *data*, an entry's beginning, says its head has."""
    if len(data) < PREFIX.size or data[:8] != MAGIC:
        raise DamagedEntryError("it does not begin as an entry")
    size: int = struct.unpack_from("<Q", data, 48)[0]
    return size


def peek(data: bytes) -> Peek | None:
    """Return what the first bytes of an entry say, or None where they are none of ours."""
    if len(data) < PREFIX.size or data[:8] != MAGIC or _VERSION.unpack_from(data)[1] != ENTRY_FORMAT_VERSION:
        return None
    (*_, key, origin, name, format_version, metadata, _, seconds, created) = PREFIX.unpack_from(data)
    start = PREFIX.size + key + origin
    end = start + name
    shown = data[start:end].decode("utf-8", "replace")
    return Peek(seconds, created, shown, format_version, data[end : end + metadata])


def is_newer(data: bytes) -> bool:
    """Say whether these are the first bytes of an entry that only a newer version of memo can read."""
    return len(data) >= PREFIX.size and data[:8] == MAGIC and _VERSION.unpack_from(data)[1] > ENTRY_FORMAT_VERSION


def size_of_names(data: bytes, *, told: bool = False) -> int:
    """Return how many bytes header and names have, with the metadata if *told*, as an entry's beginning *data* says."""
    if len(data) < PREFIX.size or data[:8] != MAGIC:
        return 0
    key, origin, name, _, metadata = PREFIX.unpack_from(data)[-8:-3]
    return PREFIX.size + int(key) + int(origin) + int(name) + (int(metadata) if told else 0)


def unpack(
    key: str,
    head: bytes,
    whole: bytes | memoryview,
    *,
    seals: Seals = CHECKSUMS,
    check_buffers: bool = True,
) -> Entry:
    """Take the entry apart that lies in *whole*, of which *head* is a copy of (at least) its head.

    The head is verified always, the buffers if *check_buffers*. The buffers are views of *whole*.

    Raises:
        DamagedEntryError: these are not the bytes that were written under *key*.
        RefusedEntryError: *seals* do not vouch for them.
        NewerEntryError: only a newer version of memo can read them.
    """
    if len(head) < PREFIX.size or head[:8] != MAGIC:
        raise DamagedEntryError("it does not begin as an entry")
    (
        _, seal, version, kind, count, head_size, total, in_key, in_origin, in_format, format_version, in_metadata,
        in_body, seconds, created,
    ) = PREFIX.unpack_from(head)  # fmt: skip
    if version > ENTRY_FORMAT_VERSION:
        raise NewerEntryError(f"a newer version of memo wrote it (layout {version})")
    if head_size > len(head):
        raise DamagedEntryError("it is truncated")
    if kind not in _KINDS:
        raise DamagedEntryError(f"it has a seal of an unknown kind ({kind})")
    if kind != seals.kind:
        raise refusal(seals, kind)
    if total != len(whole):
        raise DamagedEntryError(f"it has {len(whole)} bytes instead of {total}")
    if not seals.admits(memoryview(head)[_SEALED_FROM:head_size], seal):
        raise DamagedEntryError("its checksum is wrong") if kind == SEAL_XXH3 else refusal(seals, kind)
    origin_at = PREFIX.size + in_key
    format_at = origin_at + in_origin
    metadata_at = format_at + in_format
    table_at = metadata_at + in_metadata
    body_at = table_at + count * _BUFFER.size
    if body_at + in_body != head_size:
        raise DamagedEntryError("its sizes do not add up")
    if head[PREFIX.size : origin_at] != key.encode():
        raise DamagedEntryError("it belongs to another key")
    try:
        origin, name = head[origin_at:format_at].decode("utf-8", "surrogatepass"), head[format_at:metadata_at].decode()
    except UnicodeDecodeError as error:
        raise DamagedEntryError("its origin or format is no text") from error
    return Entry(
        key,
        origin,
        name,
        format_version,
        seconds,
        created,
        head[metadata_at:table_at],
        head[body_at:head_size],
        _buffers(head, memoryview(whole), table_at, count, head_size, seals if check_buffers else None)
        if count
        else (),
    )


def _buffers(
    head: bytes, whole: memoryview, table_at: int, count: int, at: int, seals: Seals | None
) -> list[memoryview]:
    buffers = []
    for index in range(count):
        size, digest = _BUFFER.unpack_from(head, table_at + index * _BUFFER.size)
        at += -at % ALIGNMENT
        buffer = whole[at : at + size]
        at += size
        if len(buffer) != size:
            raise DamagedEntryError("its sizes do not add up")
        if seals is not None and seals.digest(buffer) != digest:
            raise DamagedEntryError("a buffer's checksum is wrong")
        buffers.append(buffer)
    return buffers
