"""Results at rest, on diskcache: what they are stored as, where, and what is known about them.

- ``store``, with ``told``: the store as a step and a user see it;
- ``storage``: the rows and files behind it, with what is kept of them in memory in ``hot``, and read ``ahead``;
- ``database``: the rows; ``directory``: the files, and whom they belong to;
- ``entries``: the bytes of an entry; ``formats``: a value to bytes and back; ``keeping``: what a step says about both;
- ``claims``, on the locks in ``ranges``: one computation for each key;
- ``counters``: hits and misses; ``trouble``: what is wrong with a store, said once; ``fork``: what a child may not use;
- ``maintenance``: eviction, bundles, verification; ``shown``: a store in a notebook.
"""

from memo.store.claims import Claim
from memo.store.entries.metadata import Argument, Counters, EntryInfo, Metadata
from memo.store.entries.opening import Loaded
from memo.store.entries.secret import new_secret
from memo.store.formats import Format, JsonFormat, ParquetFormat, PickleFormat, Stream, TextFormat
from memo.store.keeping import AS_USUAL, Keeping
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
