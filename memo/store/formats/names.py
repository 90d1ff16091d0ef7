"""What the name of an entry's format says: ``zstd:pickle+numpy+pandas``.

In the middle the format itself; before it, if there is a colon, what the bytes are compressed with; after it the
libraries without which they cannot be read. So the header alone tells whether an entry can be read here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from typing import NamedTuple

from memo.store.formats.format import FormatMissingError

#: A format's own name.
NAME = r"[a-z][a-z0-9_.-]{0,63}"


class FormatName(NamedTuple):
    """A name taken apart."""

    base: str
    compression: str = ""
    libraries: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "".join((self.compression and f"{self.compression}:", "+".join((self.base, *self.libraries))))


@lru_cache(maxsize=256)
def parse(name: str) -> FormatName:
    """Take *name* apart; one that is none of ours comes out as a format that nobody knows."""
    compression, colon, rest = name.rpartition(":")
    base, *libraries = rest.split("+")
    return FormatName(base, compression if colon else "", tuple(libraries))


def check_installed(libraries: Iterable[str]) -> None:
    """Raise FormatMissingError if one of *libraries* is not installed."""
    for library in libraries:
        try:
            # Of a dotted name it would import the first part, whatever that is.
            is_missing = not library.isidentifier() or find_spec(library) is None
        except (ImportError, ValueError):
            is_missing = True
        if is_missing:
            raise FormatMissingError(f"it needs {library}, which is not installed here")
