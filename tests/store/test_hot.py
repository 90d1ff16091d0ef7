"""Entries that are kept in memory: what anybody has changed since is looked for again."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from memo.store import Keeping, Store, claims
from memo.store.database import pulse
from memo.store.database.schema import DATABASE
from memo.store.entries.secret import seals_of
from memo.store.hot import MOST_BYTES
from memo.typing import MISSING
from tests.store.test_processes import in_child

DEAD_MAN_SWITCH = 128  # the byte of the log's index that each process with an open database has locked

CHANGE = """
import sys
from memo.store import Metadata, Store
store = Store(sys.argv[1])
{change}
store.close()
"""


def load(store: Store, key: str = "k") -> object:
    found = store.load(key)
    return MISSING if found is MISSING else found.value


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Collect the statements that *store*'s lookups run meanwhile."""
    connection, ran = store._storage.index._connection, []
    connection.set_trace_callback(ran.append)
    yield ran
    connection.set_trace_callback(None)


@pytest.fixture
def warm(store: Store, save: Callable[..., bool]) -> Store:
    """A store with an entry that is kept in memory."""
    assert save("k", [1])
    assert [[1], [1]] == [load(store), load(store)]
    with statements(store) as ran:
        assert [1] == load(store)
    assert [] == ran
    return store


def test_what_is_kept_is_an_object_of_its_own_each_time(store: Store, save: Callable[..., bool]) -> None:
    numpy = pytest.importorskip("numpy")
    save("k", [numpy.arange(1000.0)])
    for _ in range(3):
        found = load(store)
        assert (0.0, True) == (found[0][0], found[0].flags.writeable)
        found[0][0] = 5.0
        found.append(1)
    assert not store.load("k", Keeping(mmap="r")).value[0].flags.writeable


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("store.delete('k')", MISSING),
        ("store.clear()", MISSING),
        ("store.clear('project/module:step')", MISSING),
        ("store.evict(max_bytes=0)", MISSING),
        ("store.save('k', [2], Metadata(key='k', origin='project/module:step'))", [2]),
        ("store.save('l', [2], Metadata(key='l', origin='project/module:step'))", [1]),
    ],
)
def test_what_another_process_changes_is_seen_at_once(warm: Store, change: str, expected: object) -> None:
    subprocess.run([sys.executable, "-c", CHANGE.format(change=change), os.fspath(warm.directory)], check=True)
    assert expected == load(warm)


@pytest.mark.parametrize("same", [True, False])
def test_what_this_process_changes_is_seen_at_once(warm: Store, save: Callable[..., bool], same: bool) -> None:
    with closing(warm if same else Store(warm.directory)) as changing:
        save("k", [2], into=changing)
        assert [[2], [2], [2]] == [load(warm) for _ in range(3)]
        changing.delete("k")
        assert MISSING is load(warm)
        save("l", [3], into=changing)
        changing.add_alias("k", "l", "a test")
        assert [[3], [3], [3]] == [load(warm) for _ in range(3)]
        changing.remove_aliases(["k"])
        assert MISSING is load(warm)


def test_a_database_that_others_change_by_other_means_is_looked_at_again(warm: Store) -> None:
    with closing(sqlite3.connect(warm.directory / DATABASE)) as connection, connection:
        connection.execute("DELETE FROM Cache")
    assert MISSING is load(warm)


@pytest.mark.parametrize("others", [0, 1])
def test_a_directory_that_is_deleted_takes_what_is_kept_along(
    warm: Store, save: Callable[..., bool], tmp_path: Path, others: int
) -> None:
    shutil.rmtree(warm.directory)
    for _ in range(others):  # whose opening closes what is left of the deleted one
        with closing(Store(tmp_path / "other")) as other:
            save("k", [3], into=other)
            assert [3] == load(other)
    assert MISSING is load(warm)
    save("k", [2])
    assert [2] == load(warm)


def test_what_was_kept_is_looked_for_again_after_closing(warm: Store, save: Callable[..., bool]) -> None:
    """A log that begins anew looks as it did when it began before."""
    warm.close()
    for number in range(2, 5):
        assert [[number - 1]] * 3 == [load(warm) for _ in range(3)]
        warm._storage.index.close()  # and nothing is told that it was
        with closing(Store(warm.directory)) as other:
            save("k", [number], into=other)


def test_a_forked_child_sees_what_has_changed(warm: Store, save: Callable[..., bool]) -> None:
    def check(expected: object) -> None:
        assert [expected, expected] == [load(warm), load(warm)]
        save("k", [3])
        assert [3] == load(warm)

    in_child(lambda: check([1]))
    assert [3] == load(warm)
    save("k", [2])
    in_child(lambda: check([2]))
    assert [3] == load(warm)


def test_what_is_kept_has_a_bound(store: Store, save: Callable[..., bool]) -> None:
    count = MOST_BYTES // 30_000 + 10
    for number in range(count):
        save(f"k{number}", os.urandom(30_000))
    found = [load(store, f"k{number}") for number in range(count)]
    assert found == [load(store, f"k{number}") for number in range(count)]
    hot = store._storage._hot
    assert 0 < hot._bytes <= MOST_BYTES < count * 30_000
    store.close()
    assert (0, {}) == (hot._bytes, hot._entries)


def test_an_entry_that_was_signed_with_another_secret_is_not_kept(warm: Store) -> None:
    signed = Store(warm.directory, secret="s" * 40)
    with pytest.warns(match="not signed"):
        assert MISSING is load(signed)
    assert MISSING is load(signed)
    assert signed._storage.seals.name == seals_of("s" * 40, None).name
    signed.close()


def test_the_locks_of_sqlite_survive_that_others_close_the_store(warm: Store) -> None:
    """The kernel drops a process's locks on a file when it closes any descriptor of it."""
    for _ in range(2):
        with closing(Store(warm.directory)) as other:
            assert [[1]] * 3 == [load(other) for _ in range(3)]

    def check() -> None:
        with Path(f"{warm.directory / DATABASE}-shm").open("r+b") as file, pytest.raises(BlockingIOError):
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, DEAD_MAN_SWITCH)

    in_child(check)
    assert [1] == load(warm)


def test_a_store_that_becomes_garbage_while_files_are_opened_waits_for_nothing(warm: Store) -> None:
    """Its end may come at any time, and in the thread that holds the locks which its end would take."""
    with claims._table.lock, pulse._files._lock:
        warm.close()
    assert [1] == load(warm)


def test_a_file_that_took_the_number_of_one_of_ours_is_not_closed(tmp_path: Path) -> None:
    """What becomes a daemon closes all descriptors, and opens others."""
    made = os.open(tmp_path / "another", os.O_RDWR | os.O_CREAT)
    (tmp_path / "another").unlink()
    pulse._files._descriptors[made] = 0, 0
    pulse.sweep()
    assert made not in pulse._files._descriptors
    os.close(made)  # it is open still
