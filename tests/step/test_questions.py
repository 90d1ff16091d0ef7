"""What can be asked of a step; asking never writes."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from memo import Store, StoreWarning, memoize_step
from memo.store import Argument
from memo.typing import MISSING


def listing(directory: Path) -> dict[str, tuple[int, int]]:
    """Return everything below *directory* with its size and time."""
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in directory.rglob("*")}


def test_asking_about_a_store_that_does_not_exist_makes_none(own_store: Path) -> None:
    @memoize_step
    def train(data, *, rate=1): ...

    @memoize_step(version="1")
    def versioned(data): ...

    before = listing(own_store.parent)
    assert [64, 64] == [len(train.key(1)), len(versioned.key(1))]
    assert [False, False] == [train.is_cached(1, rate=2), versioned.is_cached(1)]
    assert (False, 0) == (train.invalidate(1), train.clear())
    info = train.info()
    assert (0, 0, 0.0, 0, 0) == (info.hits, info.misses, info.seconds_saved, info.entries, info.bytes)
    assert info.origin.endswith("<locals>.train")
    repr(train), str(train), dir(train), train.__wrapped__, train.__doc__
    assert before == listing(own_store.parent)


def test_asking_about_a_store_leaves_it_as_it_is(own_store: Path) -> None:
    @memoize_step
    def train(data):
        return data

    train(1)
    train(b"x" * 300_000)
    Store.shared(own_store).close()
    before = listing(own_store)
    assert [True, True, False] == [train.is_cached(data) for data in (1, b"x" * 300_000, 2)]
    assert (train.key(1), 2) == (train.key(data=1), train.info().entries)
    Store.shared(own_store).close()
    assert before == listing(own_store)


def test_an_entry_bears_the_key_that_was_asked_for(own_store: Path) -> None:
    @memoize_step
    def train(data, rate=0.5):
        return [data, rate]

    key = train.key({"a": 1})
    train({"a": 1})
    found = Store(own_store).load(key)
    assert found is not MISSING
    metadata = found.metadata
    assert ([{"a": 1}, 0.5], train.info().origin, None) == (found.value, metadata.origin, metadata.version)
    assert [("data", "dict"), ("rate", "float")] == [(each.name, each.type) for each in metadata.arguments]
    assert {Argument} == set(map(type, metadata.arguments))
    manifest = Store(own_store).manifest(metadata.code_digest)
    assert isinstance(manifest, dict)
    assert manifest["entries"][0]["name"].endswith("train")


def test_no_argument_is_on_disk(own_store: Path) -> None:
    @memoize_step
    def login(user, password, **more):
        return len(user)

    login("gisele-the-user", "hunter2-the-password", token="a-token-of-mine")
    Store.shared(own_store).close()
    everything = b"".join(path.read_bytes() for path in own_store.rglob("*") if path.is_file())
    for secret in (b"gisele-the-user", b"hunter2-the-password", b"a-token-of-mine"):
        assert secret not in everything


def test_recompute_runs_whatever_is_stored_and_stores_what_it_returns() -> None:
    results = iter([1, 2, 3])

    @memoize_step(ignore=("results",))
    def draw(results):
        return next(results)

    assert [1, 1, 2, 2] == [draw(results), draw(results), draw.recompute(results), draw(results)]
    assert 1 == draw.info().entries


def test_invalidate_forgets_one_call_and_says_whether_there_was_one() -> None:
    calls = []

    @memoize_step
    def step(x, y=2):
        calls.append(x)

    step(1), step(2)
    assert (True, False) == (step.invalidate(x=1, y=2), step.invalidate(1))
    assert [False, True] == [step.is_cached(1), step.is_cached(2)]
    step(1), step(2)
    assert [1, 2, 1] == calls


def test_clear_forgets_the_steps_own_entries_and_says_how_many() -> None:
    @memoize_step
    def one(x): ...

    @memoize_step
    def two(x): ...

    for x in range(3):
        one(x), two(x)
    assert (3, 0, 3) == (one.clear(), one.clear(), two.info().entries)
    assert [False, True] == [one.is_cached(1), two.is_cached(1)]


def test_info_counts_hits_misses_and_what_was_saved() -> None:
    @memoize_step
    def step(x):
        return b"x" * 1000

    for x in (1, 1, 2, 1):
        step(x)
    info = step.info()
    assert (2, 2, 2) == (info.hits, info.misses, info.entries)
    assert 0 < info.seconds_saved
    assert 2000 < info.bytes < 10_000


def test_the_plain_function_is_beside_the_step() -> None:
    calls = []

    @memoize_step
    def step(x):
        calls.append(x)

    step.__wrapped__(1)
    step.__wrapped__(1)
    assert ([1, 1], False) == (calls, step.is_cached(1))


def test_where_no_store_can_be_there_is_nothing_to_forget(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    @memoize_step(store=tmp_path / "file" / "store")
    def step(x):
        return x

    with pytest.warns(StoreWarning) as warned:
        results = [step(1), step.recompute(1)]
    assert ([1, 1], 1) == (results, len(warned))
    assert (False, False, 0, 0) == (step.is_cached(1), step.invalidate(1), step.clear(), step.info().entries)


def test_calls_are_logged_without_their_arguments(caplog: pytest.LogCaptureFixture) -> None:
    @memoize_step(name="training")
    def train(rows):
        return "also secret"

    train("hidden")
    assert [] == caplog.records, "silent unless asked for"
    with caplog.at_level(logging.INFO, "memo"):
        train("hidden"), train("hidden too"), train.recompute("hidden")
    lines = [record.getMessage() for record in caplog.records]
    assert [("memo", logging.INFO)] * 3 == [(record.name, record.levelno) for record in caplog.records]
    hit, run, again = (line.removeprefix(train.info().origin) for line in lines)
    assert [
        [" hit in ", " s, saved ", " s"],
        [" ran: argument rows changed; it took ", " s"],
        [" ran: it was told to run, whatever is stored; it took ", " s"],
    ] == [words(hit), words(run), words(again)]
    assert not any("hidden" in line or "secret" in line for line in lines)


def words(line: str) -> list[str]:
    """Return *line* without its numbers."""
    parts = "".join("\0" if letter in "0123456789." else letter for letter in line).split("\0")
    return [part for part in parts if part]


def test_a_run_that_is_not_stored_is_logged_as_one(caplog: pytest.LogCaptureFixture) -> None:
    @memoize_step
    def step():
        return (i for i in ())

    with caplog.at_level(logging.INFO, "memo"), pytest.warns(StoreWarning):
        step()
    assert caplog.records[0].getMessage().endswith("its result was not stored")


def test_nothing_is_printed_unless_logging_is_set_up(capfd: pytest.CaptureFixture[str]) -> None:
    @memoize_step
    def step(): ...

    step(), step()
    assert ("", "") == capfd.readouterr()
