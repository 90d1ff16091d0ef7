"""Results at rest, on diskcache: what they are stored as, where, and what is known about them."""

from memo.store.claims import Claim
from memo.store.formats import Format, JsonFormat, ParquetFormat, PickleFormat, Stream, TextFormat
from memo.store.keeping import AS_USUAL, Keeping
from memo.store.metadata import Argument, Counters, EntryInfo, Metadata
from memo.store.opening import Loaded
from memo.store.secret import new_secret
from memo.store.store import Store

__all__ = [
    "AS_USUAL",
    "Argument",
    "Claim",
    "Counters",
    "EntryInfo",
    "Format",
    "JsonFormat",
    "Keeping",
    "Loaded",
    "Metadata",
    "ParquetFormat",
    "PickleFormat",
    "Store",
    "Stream",
    "TextFormat",
    "new_secret",
]
