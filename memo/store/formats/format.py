"""What turns a result into a body and buffers, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Encoded(NamedTuple):
    """A result as bytes.

    Attributes:
        format: the name of the format that can decode it, see :mod:`memo.store.formats.names`.
        version: that format's version.
        body: everything but the buffers.
        buffers: large flat pieces, views of the result itself; a hit maps them from the file where it can.
    """

    format: str
    version: int
    body: bytes
    buffers: Sequence[memoryview] = ()


class Codec(Protocol):
    """A way to store results, found by its name when an entry is read."""

    @property
    def name(self) -> str:
        """The name that entries carry."""

    @property
    def version(self) -> int:
        """The newest version that :meth:`decode` can read; a change of the bytes is a new version."""

    def encode(self, value: object) -> Encoded:
        """Take *value* apart.

        Raises:
            Exception: it has no such form; the error says why.
        """

    def decode(self, version: int, body: bytes, buffers: Sequence[memoryview]) -> object:
        """Put the value together again: a new object each time, equal to what was encoded, type by type.

        Raises:
            Exception: it cannot be put together here; the error says why.
        """


class FormatMissingError(Exception):
    """An entry's format is unknown here, newer than here, or needs a library that is not installed."""
