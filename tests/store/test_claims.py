"""Who has the claim to a key computes it; nothing that happens to them leaves anybody waiting."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from memo.store import Store
from memo.store.claims import LONGEST_PAUSE, _above, _table, tidy
from tests.store.claiming import ENDLESS, Other, Process, acquire


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    yield
    tidy()  # as closing a store does
    assert ({}, {}, ()) == (_table.leaders, _table.ranges._files, _above.get())


@contextmanager
def forked(function: Callable[[], bool]) -> Iterator[None]:
    """Run *function* in a forked child while the block runs, and fail unless it says True."""
    child = os.fork()
    if not child:
        signal.alarm(60)
        os._exit(0 if function() else 1)
    yield
    assert 0 == os.waitpid(child, 0)[1]


def test_a_claim_keeps_other_threads_out_until_it_is_released(store: Store, other: Other) -> None:
    with store.claim("k") as claim:
        assert acquire(claim)
        second = store.claim("k")
        assert not other.do(second.try_acquire)
        another = store.claim("j")
        assert other.do(another.try_acquire)
        other.do(another.release)
        other.start(lambda: acquire(second))
    assert other.result()
    other.do(second.release)


def test_a_claim_keeps_other_processes_out_until_it_is_released(store: Store, process: Process) -> None:
    with store.claim("k") as claim:
        assert acquire(claim)
        assert not process.tries("k")
        assert process.tries("j")
        assert not acquire(store.claim("j"), wait=0)
        process.releases("j")
        with store.claim("j") as another:
            assert acquire(another)
        assert not process.tries("k")
    assert process.tries("k")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_claim_ends_with_its_process(store: Store, process: Process, number: int) -> None:
    assert process.tries("k")
    pauses = store.claim("k").pauses(ENDLESS)
    assert LONGEST_PAUSE > next(pauses)
    process._process.send_signal(number)
    process._process.wait()
    with store.claim("k") as claim:
        assert claim.try_acquire()


def test_closing_a_claim_or_a_store_does_not_drop_another_claim(store: Store, process: Process) -> None:
    """The kernel drops all locks of a process in a file when it closes any descriptor of it."""
    again = Store(store.directory)
    with store.claim("k") as claim:
        assert acquire(claim)
        with again.claim("j") as inner:
            assert acquire(inner)
        again.close()
        store.close()
        assert not process.tries("k")


def test_names_that_lead_to_one_directory_share_their_locks(store: Store, process: Process, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with store.claim("k") as claim:
        assert acquire(claim)
        with Store(tmp_path / "link" / store.directory.name).claim("j") as inner:
            assert acquire(inner)
        assert not process.tries("k")


def test_what_computes_does_not_wait_for_itself(store: Store) -> None:
    with store.claim("k") as claim:
        assert acquire(claim)
        for _ in range(2):
            with store.claim("k") as again:
                assert not acquire(again)
        with store.claim("j") as inner:
            assert acquire(inner)
            assert not acquire(store.claim("k"))
    with store.claim("k") as claim:
        assert acquire(claim)


def test_threads_do_not_wait_for_each_other_in_a_circle(store: Store, other: Other) -> None:
    """Each of three computes what the next one waits for; the last one to wait computes by itself."""
    third = Other()
    mine, theirs, others = store.claim("a"), store.claim("b"), store.claim("c")
    assert acquire(mine)
    assert other.do(lambda: acquire(theirs))
    assert third.do(lambda: acquire(others))
    waiting = [store.claim("b").pauses(ENDLESS)]
    next(waiting[0])
    other.do(lambda: waiting.append(store.claim("c").pauses(ENDLESS)) or next(waiting[1]))
    assert [] == third.do(lambda: list(store.claim("a").pauses(ENDLESS)))
    assert next(waiting[0])
    other.do(waiting[1].close)
    waiting[0].close()
    pauses = third.do(lambda: next(store.claim("a").pauses(ENDLESS)))
    assert pauses
    mine.release()
    other.do(theirs.release)
    third.do(others.release)
    third.end()


def test_a_wait_is_as_long_as_it_may_be(store: Store, other: Other) -> None:
    claim = store.claim("k")
    assert other.do(lambda: acquire(claim))
    assert [] == list(store.claim("k").pauses(0))
    assert not acquire(store.claim("k"), wait=0.01)
    pauses = store.claim("k").pauses(ENDLESS)
    found = [next(pauses) for _ in range(30)]
    assert sorted(found) == found
    assert [LONGEST_PAUSE] * 10 == found[-10:]
    other.do(claim.release)


def test_a_claim_is_released_by_what_is_raised(store: Store, process: Process) -> None:
    with pytest.raises(KeyboardInterrupt), store.claim("k") as claim:  # noqa: PT012
        assert acquire(claim)
        raise KeyboardInterrupt
    assert process.tries("k")


def test_a_forked_child_has_none_of_its_parents_claims(store: Store, process: Process, other: Other) -> None:
    """It computes what it was forked from within, for the parent may wait for it, and waits for what others compute."""
    theirs = store.claim("theirs")
    assert other.do(lambda: acquire(theirs))
    with store.claim("mine") as claim:
        assert acquire(claim)

        def child() -> bool:
            found = [
                acquire(store.claim("mine")),
                acquire(store.claim("theirs"), wait=0.01),
                acquire(store.claim("new")),
            ]
            claim.release()  # as it would when it left the block
            return found == [False, False, True] and [1] == [len(file.users) for file in _table.ranges._files.values()]

        with forked(child):
            pass
        assert not process.tries("mine")
        assert not process.tries("theirs")
    with forked(lambda: acquire(store.claim("theirs"))):
        other.do(theirs.release)
    assert process.tries("theirs")


def test_a_fork_amid_a_claim_of_another_thread_hangs_nobody(store: Store) -> None:
    with _table.lock, forked(lambda: acquire(store.claim("k"))):
        pass


def test_a_store_that_is_found_by_the_garbage_collector_waits_for_no_claim(store: Store) -> None:
    """It is closed in whatever thread the collector runs, which may be about to open a lock file."""
    with store.claim("key") as claim:
        assert acquire(claim)
    files = dict(_table.ranges._files)
    assert files
    with _table.lock:
        tidy()
        assert files == _table.ranges._files
    tidy()
    assert {} == _table.ranges._files
