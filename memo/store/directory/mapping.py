"""Files mapped into memory, and not so many of them that a process cannot open others."""

from __future__ import annotations

import sys
from mmap import ACCESS_COPY, mmap
from typing import Final
from weakref import WeakSet

#: Before Python 3.13 a mapping costs a descriptor as long as it lives.
MOST: Final = 100

_mappings: WeakSet[mmap] = WeakSet()


def mapped(descriptor: int, size: int) -> mmap | None:
    """Return a private mapping of the file, copied page by page as it is written to; None where there are too many."""
    if sys.version_info >= (3, 13):
        return mmap(descriptor, size, access=ACCESS_COPY, trackfd=False)
    if len(_mappings) >= MOST:
        return None
    made = mmap(descriptor, size, access=ACCESS_COPY)
    _mappings.add(made)
    return made
