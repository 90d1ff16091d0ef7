"""Formats: a result to stored bytes and back, chosen by the result's type and found again by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memo.store.formats.format import Encoded, Format, FormatMissingError
from memo.store.formats.pickled import CLOUDPICKLE, PICKLE, PLAIN, encode_by_words

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Encoded", "Format", "FormatMissingError", "check_readable", "decode", "encode"]

_FORMATS: dict[str, Format] = {known.name: known for known in (PLAIN, PICKLE, CLOUDPICKLE)}


def encode(value: object) -> Encoded:
    """Encode *value* in the first of plain, pickle and cloudpickle that can hold it.

    Raises:
        Exception: none of them can; the error is pickle's.
    """
    try:
        return encode_by_words(value)
    except Exception as refusal:  # noqa: BLE001 - whatever a value's own __reduce__ raises
        try:
            return CLOUDPICKLE.encode(value)
        except Exception:  # noqa: BLE001 - likewise; or it is not installed
            raise refusal from None


def decode(name: str, version: int, body: bytes, buffers: Sequence[memoryview]) -> object:
    """Decode what :func:`encode` made, to a new object.

    Raises:
        FormatMissingError: see :func:`check_readable`.
        Exception: the value cannot be put together here, for whatever reason.
    """
    found = _FORMATS.get(name)
    if found is None or version > found.version:
        check_readable(name, version)
    assert found is not None  # noqa: S101 - check_readable raised
    return found.decode(version, body, buffers)


def check_readable(name: str, version: int) -> None:
    """Raise FormatMissingError if this memo does not know the format or only an older version of it."""
    found = _FORMATS.get(name)
    if found is None:
        raise FormatMissingError(f"its format {name!r} is unknown here")
    if version > found.version:
        raise FormatMissingError(f"a newer version of memo wrote it (format {name!r}, version {version})")
