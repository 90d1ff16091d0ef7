"""Compressed bodies and buffers, around any format.

The body begins with a table of the pieces, the body first and then the buffers: for each its size (Q) and how many of
the stored bytes are its compressed form (Q), 0 for one that is stored as it is, as compressing would not have paid.
What a piece claims to become is at most `MOST` times what is stored of it, which the writer sees to with zeros at the
end: so nothing small can claim all the memory there is. It is unpacked into memory of exactly the claimed size.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import IO, Any, Final

from memo.store.formats.format import Encoded, FormatMissingError
from memo.store.formats.names import FormatName, check_installed, parse
from memo.store.formats.spool import opened, pieces, spooled

MOST: Final = 1024
WORTH_IT: Final = 0.9  # of its size, a piece must shrink to less
TOO_SMALL: Final = 128  # bytes

_COUNT = struct.Struct("<I")
_PIECE = struct.Struct("<QQ")

#: What has to be installed for a compression, and the extra that installs it.
LIBRARIES: Final = {"zstd": "compression.zstd" if sys.version_info >= (3, 14) else "zstandard", "lz4": "lz4.frame"}


def check_compression(name: str) -> None:
    """Raise FormatMissingError if this memo does not know the compression, or its library is not installed."""
    if name not in LIBRARIES:
        raise FormatMissingError(f"its compression {name!r} is unknown here")
    check_installed((LIBRARIES[name].partition(".")[0],))
    _library(name)


def compress(encoded: Encoded, name: str) -> Encoded:
    """Compress what pays to be compressed; where nothing does, return *encoded* as it is.

    Raises:
        FormatMissingError: the library is not installed.
        OSError: there is no room for what is spooled.
    """
    plain = [memoryview(encoded.body), *encoded.buffers]
    packed = [_deflated(name, view) for view in plain]
    if not any(packed):
        return encoded
    table = _COUNT.pack(len(plain)) + b"".join(
        _PIECE.pack(view.nbytes, small[1] if small else 0) for view, small in zip(plain, packed, strict=True)
    )
    body, *buffers = [small[0] if small else view for view, small in zip(plain, packed, strict=True)]
    format_name = str(parse(encoded.format)._replace(compression=name))
    return Encoded(format_name, encoded.version, table + bytes(body), buffers)


def decompress(name: FormatName, body: bytes, buffers: Sequence[memoryview]) -> tuple[bytes, list[memoryview]]:
    """Return the body and the buffers that :func:`compress` was given.

    Raises:
        FormatMissingError: the library is not installed.
        Exception: they are damaged.
    """
    check_compression(name.compression)
    (count,) = _COUNT.unpack_from(body)
    start = _COUNT.size + count * _PIECE.size
    if count != len(buffers) + 1 or start > len(body):
        raise ValueError("its compressed pieces do not add up")
    stored = [memoryview(body)[start:], *buffers]
    table = _PIECE.iter_unpack(memoryview(body)[_COUNT.size : start])
    plain = [_inflated(name.compression, view, *sizes) for view, sizes in zip(stored, table, strict=True)]
    return bytes(plain[0]), plain[1:]


def _deflated(name: str, view: memoryview) -> tuple[memoryview, int] | None:
    """Return the piece's stored bytes and how many of them are its compressed form; None where it does not pay."""
    if view.nbytes < TOO_SMALL:
        return None
    compressed = 0

    def write(file: IO[bytes]) -> None:
        nonlocal compressed
        with _library(name)[0](file) as writer:
            for piece in pieces(view):
                writer.write(piece)
        compressed = file.tell()
        file.write(bytes(max(0, -(-view.nbytes // MOST) - compressed)))

    stored = spooled(write)
    return (stored, compressed) if stored.nbytes < WORTH_IT * view.nbytes else None


def _inflated(name: str, view: memoryview, size: int, compressed: int) -> memoryview:
    if not compressed:
        if size != view.nbytes:
            raise ValueError("its compressed pieces do not add up")
        return view
    if compressed > view.nbytes or size > MOST * view.nbytes:
        raise ValueError(f"it claims to become {size} bytes, and {view.nbytes} are stored")
    plain = memoryview(bytearray(size))
    at = 0
    with _library(name)[1](opened(view[:compressed])) as reader:
        while at < size:
            count = reader.readinto(plain[at:])
            if not count:
                raise ValueError(f"{at} bytes came out of it, and {size} went in")
            at += count
        if reader.read(1):
            raise ValueError(f"more than the {size} bytes that went in would come out of it")
    return plain


Opener = Callable[[Any], Any]


def _library(name: str) -> tuple[Opener, Opener]:
    """Return what opens a file to write compressed bytes to, and one to read them from."""
    try:
        library: Any = import_module(LIBRARIES[name])
    except ImportError as error:
        raise FormatMissingError(f"it needs {LIBRARIES[name]}, which is not installed here") from error
    if name == "lz4":
        return (lambda file: library.open(file, "wb")), library.open
    if hasattr(library, "ZstdFile"):
        return (lambda file: library.ZstdFile(file, "w")), library.ZstdFile
    return (
        lambda file: library.ZstdCompressor().stream_writer(file, closefd=False),
        lambda file: library.ZstdDecompressor().stream_reader(file),
    )
