"""The bytes of an entry are frozen, and no other bytes are taken for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memo.store.entries.entry import (
    ALIGNMENT,
    ENTRY_FORMAT_VERSION,
    DamagedEntryError,
    NewerEntryError,
    pack,
    peek,
    size_of_head,
    unpack,
)
from memo.store.entries.seal import CHECKSUMS, RefusedEntryError, Seals, Signatures, Withheld
from memo.store.formats.format import Encoded

GOLDEN = Path(__file__).with_name("golden.json")
KEY = "ab" * 32
CASES = {
    "small": (KEY, "project/module:step", Encoded("plain", 1, b"body"), b'{"code_digest":"cd"}', 1.5, 1e9),
    "empty": ("k", "", Encoded("plain", 1, b""), b"", 0.0, 0.0),
    "buffers": (
        KEY,
        "ö",
        Encoded("pickle", 1, b"body", [memoryview(b"x" * 70), memoryview(b""), memoryview(b"y")]),
        b"{}",
        0.0,
        2.0,
    ),
}
SECRET = "0123456789abcdef" * 4
SIGNED = Signatures(SECRET)
SEALS = {"": CHECKSUMS, " signed": SIGNED}


def packed(name: str, seals: Seals = CHECKSUMS) -> bytes:
    parts, size = pack(*CASES[name], seals=seals)
    data = b"".join(parts)
    assert size == len(data)
    return data


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seal", SEALS)
def test_the_layout_is_frozen(name: str, seal: str) -> None:
    """A change of these bytes is a new ENTRY_FORMAT_VERSION, and the old ones stay readable."""
    golden = json.loads(GOLDEN.read_text())
    assert golden["version"] == ENTRY_FORMAT_VERSION
    assert golden["entries"][name + seal] == packed(name, SEALS[seal]).hex()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seals", SEALS.values(), ids=SEALS)
def test_what_was_packed_comes_back(name: str, seals: Seals) -> None:
    key, origin, encoded, metadata, seconds, created = CASES[name]
    data = packed(name, seals)
    entry = unpack(key, data, data, seals=seals)
    assert (key, origin, encoded.format, 1) == (entry.key, entry.origin, entry.format, entry.format_version)
    assert (metadata, encoded.body, seconds, created) == (entry.metadata, entry.body, entry.seconds, entry.created)
    assert [bytes(buffer) for buffer in encoded.buffers] == [bytes(buffer) for buffer in entry.buffers]
    assert (seconds, created, encoded.format, 1, metadata) == peek(data)


def test_buffers_begin_where_a_mapping_of_the_file_can_use_them() -> None:
    data = packed("buffers")
    assert 0 == data.index(b"x" * 70) % ALIGNMENT
    assert 0 == data.index(b"y", data.index(b"x" * 70)) % ALIGNMENT


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seals", SEALS.values(), ids=SEALS)
def test_no_flipped_bit_goes_unnoticed(name: str, seals: Seals) -> None:
    key, _, encoded, *_ = CASES[name]
    data = packed(name, seals)
    used = set(range(size_of_head(data)))
    for buffer in filter(len, encoded.buffers):
        at = data.index(bytes(buffer), size_of_head(data))
        used.update(range(at, at + len(buffer)))
    for position in range(len(data)):
        for bit in range(8):
            flipped = bytearray(data)
            flipped[position] ^= 1 << bit
            try:
                entry = unpack(key, bytes(flipped), bytes(flipped), seals=seals)
            except (DamagedEntryError, NewerEntryError, RefusedEntryError):
                continue
            # Padding, which nothing reads.
            assert position not in used or (seals is CHECKSUMS and position in range(24, 40))
            assert encoded.body == entry.body


@pytest.mark.parametrize("name", CASES)
def test_no_truncated_or_prolonged_entry_is_taken(name: str) -> None:
    data = packed(name)
    for other in [*(data[:length] for length in range(len(data))), data + b"\0"]:
        with pytest.raises(DamagedEntryError):
            unpack(CASES[name][0], other, other)


OTHER = Signatures("f" * 64, ["e" * 64])
FOREIGN = [
    (CHECKSUMS, SIGNED, "signed", "signed with a secret, and MEMO_SECRET is not set here"),
    (SIGNED, CHECKSUMS, "unsigned", "it is not signed, so anyone may have put it there"),
    (SIGNED, OTHER, "foreign", "signed with a secret that is not known here: name that in MEMO_OLD_SECRETS"),
    (Withheld(SIGNED.name), SIGNED, "withheld", "sent the store without its secret: set MEMO_SECRET"),
    (Withheld(SIGNED.name), CHECKSUMS, "withheld", "sent the store without its secret"),
]


@pytest.mark.parametrize(("ours", "theirs", "cause", "sentence"), FOREIGN)
@pytest.mark.parametrize("name", CASES)
def test_what_others_sealed_is_refused(ours: Seals, theirs: Seals, cause: str, sentence: str, name: str) -> None:
    data = packed(name, theirs)
    with pytest.raises(RefusedEntryError, match=sentence) as caught:
        unpack(CASES[name][0], data, data, seals=ours)
    assert cause == caught.value.cause
    assert (ours is CHECKSUMS) == caught.value.is_for_others


def test_any_of_the_secrets_admits_and_the_newest_signs() -> None:
    data = packed("buffers", SIGNED)
    rotated = Signatures("f" * 64, ["e" * 64, SECRET])
    assert b"body" == unpack(KEY, data, data, seals=rotated).body
    assert packed("buffers", rotated) == packed("buffers", Signatures("f" * 64))


def test_what_a_result_contains_is_not_signed() -> None:
    """Who can make a step return the bytes of a forged entry does not find their signature in the step's own entry."""
    forged = packed("small", SIGNED)
    signature, signed = forged[8:40], forged[40:]
    parts, _ = pack(KEY, "", Encoded("plain", 1, b"", [memoryview(signed)]), seals=SIGNED)
    assert signature not in b"".join(parts)


def test_an_entry_under_another_key_is_not_taken() -> None:
    data = packed("small")
    with pytest.raises(DamagedEntryError, match="another key"):
        unpack("cd" * 32, data, data)


def test_a_newer_layout_is_recognised() -> None:
    data = bytearray(packed("small"))
    data[40] = ENTRY_FORMAT_VERSION + 1
    assert peek(bytes(data)) is None
    with pytest.raises(NewerEntryError, match="newer version of memo"):
        unpack(KEY, bytes(data), bytes(data))


@pytest.mark.parametrize("field", ["project/module:step", "plain"])
def test_names_that_a_forger_sealed_and_that_are_no_text(field: str) -> None:
    data = bytearray(packed("small"))
    data[data.index(field.encode())] = 0xFF
    data[8:24] = CHECKSUMS.seal(bytes(data[40:]), b"")[:16]
    with pytest.raises(DamagedEntryError, match="is no text"):
        unpack(KEY, bytes(data), bytes(data))


def test_sizes_that_a_forger_sealed_are_not_believed() -> None:
    """Without a secret anyone can compute a seal, so the sizes inside are checked against the bytes there are."""
    import struct

    import xxhash

    data = packed("buffers")
    for at, kind in [(64, "<I"), (68, "<I"), (72, "<H"), (76, "<I"), (80, "<Q"), (44, "<I"), (48, "<Q"), (56, "<Q")]:
        for wrong in (0, 1, 2 ** (8 * struct.calcsize(kind)) - 1):
            forged = bytearray(data)
            before = struct.unpack_from(kind, data, at)[0]
            if before == wrong:
                continue
            struct.pack_into(kind, forged, at, wrong)
            head = min(size_of_head(forged), len(forged))
            forged[8:24] = xxhash.xxh3_128_digest(bytes(forged[40:head]))
            with pytest.raises(DamagedEntryError):
                unpack(KEY, bytes(forged), bytes(forged))
