"""A store in a temporary directory and what is saved in it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from memo.store import AS_USUAL, Keeping, Metadata, Store
from tests.store.claiming import Other, Process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ORIGIN = "project/module:step"


@contextmanager
def raw(store: Store) -> Iterator[sqlite3.Connection]:
    """The database, with every connection of the store closed."""
    store.close()
    connection = sqlite3.connect(store.directory / "cache.db", isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


@pytest.fixture
def store(own_store: Path) -> Store:
    """A store that does not exist yet."""
    return Store(own_store)


@pytest.fixture
def save(store: Store) -> Callable[..., bool]:
    """Save a value under a key, with metadata that is as good as any."""

    def save(key: str, value: object, origin: str = ORIGIN, into: Store = store, keeping: Keeping = AS_USUAL) -> bool:
        metadata = Metadata(key=key, origin=origin, code_digest="c0de", seconds=1.5, created=1e9)
        return into.save(key, value, metadata, keeping)

    return save


class Planted:
    """Makes a directory when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.fixture
def planted(tmp_path: Path) -> Planted:
    """An object whose unpickling leaves ``trap`` behind in the test's directory."""
    yield Planted(tmp_path / "trap")
    assert not (tmp_path / "trap").exists(), "something was unpickled"


@pytest.fixture
def other() -> Iterator[Other]:
    other = Other()
    yield other
    other.end()


@pytest.fixture
def process(store: Store) -> Iterator[Process]:
    process = Process(store.directory)
    yield process
    process.end()
