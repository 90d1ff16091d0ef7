"""Whoever is killed or interrupted while storing leaves nothing partial, and who goes on can go on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from memo.store import Store
from memo.store.database.disk import CheckedCache, Writer
from memo.typing import MISSING
from tests.store.test_processes import in_child

FILE = b"f" * 50_000
HUGE = b"h" * (2 << 20)
OLD = {"row": 1, "file": FILE, "huge": HUGE}
NEW = {"row": 2, "file": FILE[1:], "huge": HUGE[1:]}


def contents(store: Store) -> list[Path]:
    return sorted(store.directory.rglob("*.*"))


CHANGE = "_row_update"  # diskcache's, within its transaction
#: Where the blow falls: what is replaced, and whether what it does is done before.
MOMENTS = {
    "before the file is flushed": (os, "fsync", False),
    "after the file is flushed": (os, "fsync", True),
    "before the file has its name": (os, "rename", False),
    "after the file has its name": (os, "rename", True),
    "before the row is written": (Writer, "_ready", False),
    "while the row is written": (Writer, "_ready", True),
    "before the transaction ends": (CheckedCache, CHANGE, True),
    "after the transaction ended": (CheckedCache, "set", True),
    "after the row is written": (Writer, "put", True),
}
DONE = {"after the transaction ended", "after the row is written"}


def strike(monkeypatch: pytest.MonkeyPatch, moment: str, blow: Callable[[], None]) -> None:
    holder, name, is_after = MOMENTS[moment]
    real = getattr(holder, name)

    def struck(*args: object, **kwargs: object) -> object:
        result = real(*args, **kwargs) if is_after else None
        blow()
        return result if is_after else real(*args, **kwargs)

    monkeypatch.setattr(holder, name, struck)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("kind", OLD)
def test_a_process_that_is_killed_while_it_stores(
    store: Store, save: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, kind: str, moment: str
) -> None:
    """The old value is there, or the new one; never anything else, and the next process stores as if nothing were."""
    if "file" in moment and kind == "row":
        pytest.skip("a row has no file")
    for key, value in OLD.items():
        save(key, value)
    store.close()

    def child() -> None:
        with monkeypatch.context() as patch:
            strike(patch, moment, lambda: os._exit(0))
            save(kind, NEW[kind], into=Store(store.directory))
        os._exit(1)

    in_child(child)
    survivor = Store(store.directory)
    expected = NEW if moment in DONE else OLD
    assert expected[kind] == survivor.load(kind).value
    assert save(kind, NEW[kind], into=survivor)
    assert NEW[kind] == survivor.load(kind).value
    assert 3 == len(list(survivor.entries()))


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("kind", OLD)
def test_an_interrupt_while_storing(
    store: Store, save: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, kind: str, moment: str
) -> None:
    """It gets through, leaves no file behind, and the same store goes on."""
    if "file" in moment and kind == "row":
        pytest.skip("a row has no file")
    for key, value in OLD.items():
        save(key, value)
    before = contents(store)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        strike(patch, moment, interrupt)
        with pytest.raises(KeyboardInterrupt):
            save(kind, NEW[kind])
    is_done = moment in DONE
    assert (NEW if is_done else OLD)[kind] == store.load(kind).value
    assert len(before) == len(contents(store))
    assert is_done or before == contents(store)
    assert save(kind, NEW[kind])
    assert NEW[kind] == Store(store.directory).load(kind).value


def test_an_interrupt_while_removing_takes_no_file_from_an_entry_that_stays(
    store: Store, save: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in "abcd":
        save(key, HUGE)
    before = contents(store)
    remove = CheckedCache.delete

    def interrupted(cache: CheckedCache, key: str) -> object:
        if key == "c":
            raise KeyboardInterrupt
        return remove(cache, key)

    with monkeypatch.context() as patch:
        patch.setattr(CheckedCache, "delete", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.clear()
    assert before == contents(store)
    assert [HUGE] * 4 == [store.load(key).value for key in "abcd"]
    assert 4 == store.clear()
    assert len(before) - 4 == len(contents(store))


WRITER = """
import signal
from memo.store import Metadata, Store
store, number, is_storing = Store(), 0, False
def interrupt(*_):
    print(number, flush=True)
    if is_storing:
        raise KeyboardInterrupt
signal.signal(signal.SIGINT, interrupt)
print(flush=True)
while True:
    number += 1
    key = str(number % 50)
    data = key.encode() * (number % 7 * 10_000 + 10)
    try:
        is_storing = True
        with store.claim(key) as claim:
            assert [] == list(claim.pauses(1e9)), "it waits for itself"
            store.save(key, data, Metadata(key=key, origin="p/m:f"))
        store.record("p/m:f", misses=1)
        assert store.load(key).value[:1] == key[:1].encode()
        is_storing = False
    except KeyboardInterrupt:
        is_storing = False
"""


def is_whole(store: Store) -> bool:
    loaded = {info.key: store.load(info.key) for info in store.entries()}
    return all(entry is not MISSING and b"" == entry.value.strip(key.encode()) for key, entry in loaded.items())


@pytest.mark.stress
def test_a_writer_that_is_killed_at_any_time_leaves_no_partial_entry(own_store: Path) -> None:
    for _ in range(200):
        writer = get_context("fork").Process(target=exec, args=(WRITER,))
        writer.start()
        time.sleep(random.random() / 15)
        writer.kill()
        writer.join()
        store = Store()
        assert is_whole(store)
        store.close()
    assert list(store.entries()), "none came to store anything"
    store.close()


@pytest.mark.stress
def test_a_writer_that_is_interrupted_at_any_time_goes_on(own_store: Path) -> None:
    with subprocess.Popen([sys.executable, "-W", "error", "-c", WRITER], stdout=subprocess.PIPE) as writer:
        writer.stdout.readline()
        for _ in range(500):
            time.sleep(random.random() / 50)
            writer.send_signal(signal.SIGINT)
            assert writer.stdout.readline(), "it ended"
        writer.kill()
    assert is_whole(Store(own_store))
    assert 1 >= len(list(own_store.rglob("*.partial"))), "more than the kill left behind"
