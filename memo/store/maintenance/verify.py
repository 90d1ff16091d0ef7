"""Read and check every entry: what a disk that rots, or somebody who plants, has done to a store."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from memo.store.entries.entry import DamagedEntryError, NewerEntryError
from memo.store.entries.opening import Opener, metadata_of
from memo.store.entries.seal import RefusedEntryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from memo.store.entries.metadata import EntryInfo
    from memo.store.storage import Storage


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reading an entry from beginning to end has shown.

    Attributes:
        key: what the entry is found by.
        origin: the step that made it.
        bytes: what it takes in the store.
        problem: what is wrong with it; empty where it is whole.
        is_newer: whether only a newer memo can tell.
    """

    key: str
    origin: str
    bytes: int
    problem: str = ""
    is_newer: bool = False

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as for JSON."""
        return asdict(self)


def verify(storage: Storage, entries: Iterable[EntryInfo]) -> Iterator[Verdict]:
    """Yield what is found out about each of *entries* that is still there; nothing is decoded and nothing changed.

    Raises:
        sqlite3.Error, ForeignDatabaseError: the database cannot be read any more.
    """
    for entry in entries:
        row = storage.index.find(entry.key)
        while row is not None:
            problem, is_newer = _problem(storage, entry.key, row)
            again = storage.index.find(entry.key) if problem else row
            if again == row:
                yield Verdict(entry.key, entry.origin, entry.bytes, problem, is_newer)
                break
            row = again  # it was replaced or removed while it was read


def _problem(storage: Storage, key: str, row: tuple[object, object]) -> tuple[str, bool]:
    try:
        # An opener of its own, for one that is in use remembers what it has read.
        metadata_of(Opener(storage.directory, storage.seals).open(key, *row))
    except NewerEntryError as error:
        return str(error), True
    except FileNotFoundError:
        return "its file is missing", False
    except (DamagedEntryError, RefusedEntryError, OSError) as error:
        return str(error), False
    except ValueError as error:
        return f"its metadata cannot be read ({error})", False
    return "", False
