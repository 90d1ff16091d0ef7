"""A store with very many small entries, filled in one transaction."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from memo.store import Metadata, Store
from memo.store.database.schema import DATABASE
from memo.store.entries.entry import pack
from memo.store.entries.metadata import encode_metadata
from memo.store.formats import encode

ORIGINS = 50
_INSERT = (
    "INSERT INTO Cache (key, raw, store_time, access_time, access_count, tag, size, mode, filename, value)"
    " VALUES (?, 1, ?, ?, 0, ?, ?, 1, NULL, ?)"
)


def fill(directory: Path, count: int) -> None:
    """Make a store with *count* entries such as calls of steps leave."""
    store = Store(directory)
    store.save("first", 0, Metadata(key="first", origin="project/module:step0"))
    store.delete("first")
    store.close()
    with closing(sqlite3.connect(directory / DATABASE)) as connection, connection:
        connection.executemany(_INSERT, map(_row, range(count)))


def _row(number: int) -> tuple[object, ...]:
    key, origin = sha256(str(number).encode()).hexdigest(), f"project/module:step{number % ORIGINS}"
    metadata = Metadata(key=key, origin=origin, code_digest=key, result_digest=key, seconds=0.1, created=1e9)
    data = encode_metadata(metadata, result_type="int")
    value = b"".join(pack(key, origin, encode(number), data, metadata.seconds, metadata.created)[0])
    return key, 1e9, 1e9, origin, len(value), value
