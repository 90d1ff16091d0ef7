"""The file in which processes lock ranges is made for its owner alone and done without where it cannot be used."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from memo.store import Store, ranges
from memo.store.ranges import NAME
from tests.store.claiming import Other, Process, acquire


def test_a_directory_that_is_deleted_while_a_claim_is_held(store: Store, process: Process) -> None:
    with store.claim("k") as claim:
        assert acquire(claim)
        (store.directory / NAME).unlink()
        store.directory.rmdir()
        assert process.tries("new")
        with store.claim("j") as inner:
            assert acquire(inner)
            assert not process.tries("j")
        assert process.tries("j")


@pytest.mark.parametrize("plant", ["fifo", "link", "directory", "everybody's"])
def test_something_else_in_the_place_of_the_lock_file(
    store: Store, other: Other, process: Process, tmp_path: Path, plant: str
) -> None:
    """Threads still take turns, processes do not, and nothing is made where a link leads to."""
    store.directory.mkdir()
    path = store.directory / NAME
    {
        "fifo": lambda: os.mkfifo(path),
        "link": lambda: path.symlink_to(tmp_path / "made"),
        "directory": path.mkdir,
        "everybody's": lambda: (path.touch(), path.chmod(0o666)),
    }[plant]()
    with store.claim("k") as claim:
        assert acquire(claim)
        assert not other.do(store.claim("k").try_acquire)
        assert process.tries("k")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("trouble", ["everybody's", "file", "no descriptors"])
def test_a_store_that_cannot_be_locked(store: Store, other: Other, trouble: str) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    if trouble == "file":
        store.directory.touch()
    elif trouble == "everybody's":
        store.directory.mkdir()
        store.directory.chmod(0o777)
    else:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
    try:
        with store.claim("k") as claim:
            assert acquire(claim)
            assert not other.do(store.claim("k").try_acquire)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert not store.directory.is_dir() or [] == list(store.directory.iterdir())


def test_without_such_locks_threads_take_turns(store: Store, other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows."""
    monkeypatch.setattr(ranges, "HAS_LOCKS", False)
    with store.claim("k") as claim:
        assert acquire(claim)
        assert not other.do(store.claim("k").try_acquire)
    assert not store.directory.exists()


def test_memo_works_where_there_is_no_fcntl() -> None:
    program = (
        "import sys; sys.modules['fcntl'] = None; import memo\n"
        "step = memo.memoize_step(version='1', name='f')(lambda x: x + 1)\n"
        "print([step(1), step(1), step.info().misses])"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "[2, 2, 1]\n" == done.stdout


def test_the_lock_file_is_the_owners_alone(store: Store) -> None:
    before = os.umask(0)
    try:
        with store.claim("k") as claim:
            assert acquire(claim)
    finally:
        os.umask(before)
    assert [0o700, 0o600] == [path.stat().st_mode & 0o777 for path in (store.directory, store.directory / NAME)]
