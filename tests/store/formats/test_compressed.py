"""What is compressed comes back, and what pretends to be small is not unpacked."""

from __future__ import annotations

import os
import sys

import pytest

from memo import OptionError, memoize_step
from memo.store.formats import FormatMissingError, check_readable, compressed, decode, encode
from memo.store.formats.format import Encoded
from memo.store.formats.names import parse
from tests.store.formats.trips import there_and_back

ZSTD = "compression.zstd" if sys.version_info >= (3, 14) else "zstandard"
LIBRARIES = {"zstd": ZSTD, "lz4": "lz4.frame"}
VALUES = {
    "small": [1, 2], "text": "ab" * 100_000, "random": os.urandom(5000), "zeros": bytes(3_000_000), "nothing": None,
    "mixed": [bytearray(10_000), os.urandom(10_000), list(range(10_000))],
}  # fmt: skip


@pytest.fixture(params=["zstd", "lz4"])
def compression(request: pytest.FixtureRequest) -> str:
    pytest.importorskip(LIBRARIES[request.param], reason=f"{LIBRARIES[request.param]} is not installed")
    return request.param


@pytest.mark.parametrize("name", VALUES)
def test_it_comes_back(compression: str, name: str) -> None:
    assert VALUES[name] == there_and_back(VALUES[name], compression=compression)[1]


def test_it_takes_less_room_where_that_pays_and_says_so(compression: str) -> None:
    text = encode(VALUES["text"], compression=compression)
    assert (f"{compression}:plain", True) == (text.format, len(text.body) < 10_000)
    assert "plain" == encode(VALUES["random"], compression=compression).format


def test_arrays_are_compressed_apart(compression: str) -> None:
    np = pytest.importorskip("numpy")
    value = {"zeros": np.zeros(100_000), "random": np.random.default_rng(1).random(100_000), "few": np.arange(2000) % 3}
    encoded = encode(value, compression=compression)
    assert (f"{compression}:plain+numpy", 3) == (encoded.format, len(encoded.buffers))
    assert [True, False, True] == [buffer.nbytes < 100_000 for buffer in encoded.buffers]
    back = there_and_back(value, compression=compression)[1]
    for name, array in value.items():
        np.testing.assert_array_equal(array, back[name])
        back[name][0] = 5  # as any other result


def entry_that_claims(size: int, compression: str) -> Encoded:
    """Return what a thousand zeros are compressed to, where the table says that they become *size* bytes."""
    stored, inside = compressed._deflated(compression, memoryview(bytes(1000)))
    table = compressed._COUNT.pack(1) + compressed._PIECE.pack(size, inside)
    return Encoded(f"{compression}:plain", 1, table + bytes(stored))


def test_what_claims_to_become_a_thousand_times_as_much_is_not_unpacked(
    compression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded = entry_that_claims(10_000_000, compression)
    monkeypatch.setattr(compressed, "opened", lambda view: pytest.fail("it was unpacked"))
    with pytest.raises(ValueError, match="claims to become 10000000 bytes"):
        compressed.decompress(parse(encoded.format), encoded.body, ())


@pytest.mark.parametrize(("claimed", "message"), [(999, "more than the 999"), (1001, "1000 bytes came out of it")])
def test_what_does_not_become_what_it_claims_is_refused(compression: str, claimed: int, message: str) -> None:
    encoded = entry_that_claims(claimed, compression)
    with pytest.raises(ValueError, match=message):
        compressed.decompress(parse(encoded.format), encoded.body, ())


def test_what_shrinks_by_more_is_stored_with_room_for_the_claim(compression: str) -> None:
    encoded = encode(bytearray(20_000_000), compression=compression)
    assert 20_000_000 / compressed.MOST <= len(encoded.body) < 200_000


def test_pieces_that_do_not_add_up_are_refused(compression: str) -> None:
    encoded = encode([bytearray(10_000), bytearray(9000)], compression=compression)
    for body, buffers in [
        (encoded.body[:3], encoded.buffers),
        (encoded.body, [*encoded.buffers, memoryview(b"x")]),
        (encoded.body[:20], ()),
        (compressed._COUNT.pack(2**32 - 1) + encoded.body[4:], ()),
    ]:
        with pytest.raises(Exception):  # noqa: B017, PT011 - struct's or ours
            compressed.decompress(parse(encoded.format), body, buffers)


def test_a_step_compresses(compression: str) -> None:
    @memoize_step(compress=compression)
    def text(n: int) -> str:
        return "a" * n

    assert text(1_000_000) == text(1_000_000)
    assert text.info().bytes < 10_000
    assert 1 == text.info().hits


@pytest.mark.parametrize("name", ["zstd", "lz4"])
def test_a_library_that_is_missing_is_named_with_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, LIBRARIES[name], None)
    monkeypatch.setitem(sys.modules, LIBRARIES[name].partition(".")[0], None)
    with pytest.raises(OptionError, match=rf"pip install 'memoize-step\[{name}\]'"):
        memoize_step(compress=name)
    with pytest.raises(FormatMissingError, match="not installed here"):
        check_readable(f"{name}:plain", 1)
    with pytest.raises(FormatMissingError, match="not installed here"):
        decode(f"{name}:plain", 1, b"", ())


def test_a_compression_that_is_unknown_is_refused_or_left_alone() -> None:
    with pytest.raises(OptionError, match="'zstd', 'lz4' or None"):
        memoize_step(compress="zip")
    with pytest.raises(FormatMissingError, match="its compression 'zip' is unknown here"):
        check_readable("zip:plain", 1)
