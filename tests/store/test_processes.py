"""Several processes and threads on one store, and users who may not write it."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from memo.errors import StoreWarning
from memo.store import Counters, Metadata, Store
from memo.typing import MISSING
from tests.store.conftest import ORIGIN

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")


def in_child(function: Callable[[], object]) -> None:
    """Run *function* in a forked child that ends without any clean-up, and fail if it does."""
    child = os.fork()
    if not child:
        try:
            function()
        except BaseException:  # noqa: BLE001 - whatever it was, the parent is to know
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert 0 == os.waitpid(child, 0)[1]


def as_nobody() -> None:
    """Give up root's right to read and write everything."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Path]:
    """A directory that another user can reach, as pytest's own are not."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o755)
    yield directory
    directory.chmod(0o755)
    shutil.rmtree(directory)


WRITER = """
import sys
from memo.store import Metadata, Store
store = Store(sys.argv[1])
print("ready", flush=True)
input()
for number in range(100):
    for key, value in ((f"{sys.argv[2]}{number}", [number] * 10), ("shared", b"x" * 40_000), ("both", number)):
        assert store.save(key, value, Metadata(key=key, origin="p/m:f"))
    store.record("p/m:f", misses=1)
    assert store.load("shared").value == b"x" * 40_000
"""


def test_two_processes_write_at_once(own_store: Path) -> None:
    """Both make the database, both write a key of their own and two that they share; nothing is lost or torn."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", WRITER, own_store, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for name in "ab"
    ]
    for writer in writers:
        assert b"ready\n" == writer.stdout.readline()
    for writer in writers:
        writer.stdin.write(b"\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert 0 == writer.returncode
    store = Store(own_store)
    assert 202 == store.totals()[0][1]
    assert all([number] * 10 == store.load(f"{name}{number}").value for name in "ab" for number in range(100))
    assert Counters(misses=200) == store.counters("p/m:f")
    assert 1 == len(list(own_store.rglob("*.entry")))


def test_threads_share_a_store(store: Store, save: Callable[..., bool]) -> None:
    barrier = threading.Barrier(8)
    failures: list[BaseException] = []

    def work(name: int) -> None:
        try:
            barrier.wait()
            for number in range(20):
                assert save(f"{name} {number}", number)
                assert number == store.load(f"{name} {number}").value
                assert save("shared", b"x" * 40_000)
                assert store.load("shared") is not MISSING
                store.record(ORIGIN, hits=1)
        except BaseException as failure:  # noqa: BLE001 - shown below
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == failures
    assert 161 == store.totals()[0][1]
    assert 160 == store.counters(ORIGIN).hits


def test_a_store_is_used_on_both_sides_of_a_fork(store: Store, save: Callable[..., bool]) -> None:
    save("before", 1)
    store.load("before")

    def child() -> None:
        assert 1 == store.load("before").value
        assert save("child", 2)

    in_child(child)
    assert save("parent", 3)
    assert (1, 2, 3) == tuple(store.load(key).value for key in ("before", "child", "parent"))


@pytest.mark.parametrize("side", ["index", "writer"])
def test_a_fork_waits_for_a_thread_that_is_within_sqlite(store: Store, save: Callable[..., bool], side: str) -> None:
    """SQLite's own locks would be held for ever in the child."""
    save("k", 1)
    connected = getattr(store._storage, side)
    is_within, begun, leave = [False], threading.Event(), threading.Event()

    def query() -> None:
        with connected._lock:
            is_within[0] = True
            begun.set()
            leave.wait(60)
            is_within[0] = False

    thread = threading.Thread(target=query)
    thread.start()
    assert begun.wait(60)
    timer = threading.Timer(0.2, leave.set)
    timer.start()

    def child() -> None:
        assert not is_within[0]
        assert 1 == store.load("k").value

    in_child(child)
    thread.join()
    timer.join()
    assert save("k", 2)
    assert 2 == store.load("k").value


def test_a_fork_amid_a_lookup_of_another_thread_hangs_nobody(
    store: Store, save: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child inherits locks that nobody there will release; the fork does not wait for ever that somebody does."""
    save("k", 1)
    monkeypatch.setattr("memo.store.fork.LONGEST", 0.0)
    with store._storage.index._lock, store._storage.writer._lock, store._ledger._lock:

        def child() -> None:
            signal.alarm(20)
            assert 1 == store.load("k").value
            assert save("j", 2)
            store.record(ORIGIN, hits=1)

        in_child(child)


def test_counts_are_written_once_on_both_sides_of_a_fork(store: Store) -> None:
    store.record(ORIGIN, hits=1, misses=2, seconds_saved=0.5)

    def child() -> None:
        assert Counters() == store.counters(ORIGIN)
        store.record(ORIGIN, hits=10)
        store.close()

    in_child(child)
    store.close()
    assert Counters(11, 2, 0.5) == store.counters(ORIGIN) == Store(store.directory).counters(ORIGIN)


def count_a_hit(directory: str) -> None:
    Store.shared(directory).record(ORIGIN, hits=1)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_worker_writes_its_counts_when_it_ends(store: Store, method: str) -> None:
    context = multiprocessing.get_context(method)
    worker = context.Process(target=count_a_hit, args=(str(store.directory),))
    worker.start()
    worker.join()
    assert 0 == worker.exitcode
    assert 1 == store.counters(ORIGIN).hits


def test_counts_are_written_when_the_process_ends(own_store: Path) -> None:
    program = "import sys; from memo.store import Store; s = Store(sys.argv[1]); s.record('o', hits=3, seconds_saved=1)"
    subprocess.run([sys.executable, "-X", "dev", "-W", "error", "-c", program, own_store], check=True)
    assert Counters(3, 0, 1.0) == Store(own_store).counters("o")


def test_a_read_only_directory_still_answers(public: Path, save: Callable[..., bool]) -> None:
    store = Store(public / "store")
    save("k", 1, into=store)
    save("large", b"x" * 50_000, into=store)
    store.close()
    for path in sorted(store.directory.rglob("*"), reverse=True):
        path.chmod(0o755 if path.is_dir() else 0o444)
    for path in [*filter(Path.is_dir, store.directory.rglob("*")), store.directory]:
        path.chmod(0o555)
    reader = Store(store.directory)
    with pytest.warns(StoreWarning):  # loads what the child needs, which may not be able to read it any more
        Store("/dev/null/x").save("k", 1, Metadata(key="k", origin=ORIGIN))

    def child() -> None:
        as_nobody()
        assert 1 == reader.load("k").value
        assert b"x" * 50_000 == reader.load("large").value
        assert 2 == len(list(reader.entries()))
        with pytest.warns(StoreWarning, match="cannot be used"):
            assert not save("j", 1, into=reader)
        assert not save("j", b"x" * 50_000, into=reader)
        reader.record(ORIGIN, hits=1)
        reader.close()

    in_child(child)
    store.directory.chmod(0o755)


def test_another_user_can_read_nothing(public: Path, save: Callable[..., bool]) -> None:
    store = Store(public / "store")
    save("k", 1, into=store)
    store.close()
    assert 0o700 == stat.S_IMODE(store.directory.stat().st_mode)
    if os.geteuid() == 0:

        def child() -> None:
            as_nobody()
            with pytest.warns(StoreWarning, match="cannot be used"):
                assert Store(store.directory).load("k") is MISSING

        in_child(child)
