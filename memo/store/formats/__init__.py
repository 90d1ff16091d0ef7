"""Formats: a result to stored bytes and back, chosen by the result's type or by the user, and found again by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memo.store.formats.chosen import CHOICES, Format, JsonFormat, ParquetFormat, PickleFormat, TextFormat, codec_of
from memo.store.formats.format import Codec, Encoded, FormatMissingError
from memo.store.formats.names import check_installed, parse
from memo.store.formats.pickled import CLOUDPICKLE, PICKLE, PLAIN, encode_by_words
from memo.store.formats.stream import STREAM, Stream

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Codec",
    "Encoded",
    "Format",
    "FormatMissingError",
    "JsonFormat",
    "ParquetFormat",
    "PickleFormat",
    "Stream",
    "TextFormat",
    "check_readable",
    "decode",
    "encode",
    "is_outdated",
]

_OURS: list[Codec] = [PLAIN, PICKLE, CLOUDPICKLE, STREAM, *map(codec_of, CHOICES)]
_CODECS = {codec.name: codec for codec in _OURS}


def encode(value: object, chosen: Format | None = None, compression: str | None = None) -> Encoded:
    """Encode *value* in the *chosen* format, else in the first of plain, pickle and cloudpickle that can hold it.

    Raises:
        Exception: none of them can; the error is pickle's, or the chosen format's.
    """
    if chosen is not None and type(value) is Stream:
        raise TypeError("what a generator yields is stored item by item, each by its type")
    encoded = _encode(value) if chosen is None else codec_of(chosen).encode(value)
    if compression is not None:
        from memo.store.formats.compressed import compress

        return compress(encoded, compression)
    return encoded


def _encode(value: object) -> Encoded:
    if type(value) is Stream:
        return STREAM.encode(value)
    try:
        return encode_by_words(value)
    except Exception as refusal:  # noqa: BLE001 - whatever a value's own __reduce__ raises
        try:
            return CLOUDPICKLE.encode(value)
        except Exception:  # noqa: BLE001 - likewise; or it is not installed
            raise refusal from None


def decode(name: str, version: int, body: bytes, buffers: Sequence[memoryview], chosen: Format | None = None) -> object:
    """Decode what :func:`encode` made, to a new object; *chosen* is asked first, whoever else has its name.

    Raises:
        FormatMissingError: see :func:`check_readable`.
        Exception: the value cannot be put together here, for whatever reason.
    """
    if name == PLAIN.name and version == PLAIN.version:
        return PLAIN.decode(version, body, buffers)
    codec = _codec(name, version, chosen)
    parsed = parse(name)
    try:
        if parsed.compression:
            from memo.store.formats.compressed import decompress

            body, buffers = decompress(parsed, body, buffers)
        return codec.decode(version, body, buffers)
    except ImportError:
        check_installed(parsed.libraries)
        raise


def check_readable(name: str, version: int, chosen: Format | None = None) -> None:
    """Raise FormatMissingError if an entry in this format is not for this memo to read, and so not to replace.

    Its format or compression is unknown here, or a newer version of one that is known; or it needs a library that is
    not installed.
    """
    _codec(name, version, chosen)
    parsed = parse(name)
    check_installed(parsed.libraries)
    if parsed.base == CLOUDPICKLE.name:
        check_installed((CLOUDPICKLE.name,))
    if parsed.compression:
        from memo.store.formats.compressed import check_compression

        check_compression(parsed.compression)


def is_outdated(name: str, version: int, chosen: Format | None) -> bool:
    """Say whether an older version of the format *chosen* wrote an entry, so that it cannot be decoded."""
    return chosen is not None and chosen.name == parse(name).base and version < codec_of(chosen).version


def _codec(name: str, version: int, chosen: Format | None) -> Codec:
    base = parse(name).base
    codec = codec_of(chosen) if chosen is not None and chosen.name == base else _CODECS.get(base)
    if codec is None:
        raise FormatMissingError(f"its format {base!r} is unknown here: give the step the format= that wrote it")
    if version > codec.version:
        raise FormatMissingError(f"a newer version of its format wrote it ({base!r}, version {version})")
    return codec
