"""A call is told apart from the entry that it differs from least."""

from __future__ import annotations

from pathlib import Path

import pytest

from memo.inspection import nearest as module
from memo.inspection.nearest import nearest
from memo.key import StepIdentity, key_of
from memo.store import Argument, Metadata, Store

ORIGIN = "p/m:f"


@pytest.fixture
def store(own_store: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(module, "_remembered", {})
    return Store(own_store)


def call(code: str, *digests: str, created: float = 0.0, version: str | None = None) -> Metadata:
    """Return what is told of a call with arguments of these digests, a, b, c…"""
    arguments = tuple(Argument("abc"[place], "int", digest) for place, digest in enumerate(digests))
    key = key_of(StepIdentity(code, version), [(each.name, each.digest) for each in arguments])
    return Metadata(key=key, origin=ORIGIN, code_digest=code, arguments=arguments, created=created, version=version)


def save(store: Store, *calls: Metadata) -> None:
    for each in calls:
        assert store.save(each.key, 1, each)


def test_the_same_arguments_are_nearer_than_the_same_code(store: Store) -> None:
    save(store, call("old", "1", "2", created=1.0), call("new", "1", "3", created=2.0))
    assert call("old", "1", "2").key == nearest(store, call("new", "1", "2")).key


def test_fewer_arguments_that_differ_are_nearer(store: Store) -> None:
    save(store, call("c", "1", "2", "3", created=1.0), call("c", "1", "8", "9", created=2.0))
    assert call("c", "1", "2", "3").key == nearest(store, call("c", "1", "2", "4")).key


def test_of_entries_that_are_as_near_the_newest_is_taken(store: Store) -> None:
    save(store, call("a", "1", created=2.0), call("b", "1", created=3.0), call("c", "1", created=1.0))
    assert "b" == nearest(store, call("d", "1")).code_digest


def test_the_same_arguments_are_found_however_far_back(store: Store) -> None:
    save(store, *(call("old", str(number), created=1.0 + number) for number in range(50)))
    assert "old" == nearest(store, call("new", "0"), most=5).code_digest
    save(store, *(call("new", str(number), created=100.0 + number) for number in range(1, 40)))
    assert call("old", "0").key == nearest(store, call("new", "0"), most=5).key
    module._remembered.clear()
    assert "new" == nearest(store, call("new", "0"), most=5).code_digest, (
        "in a new process what is near is all there is"
    )


def test_another_steps_entry_and_the_calls_own_are_not_near(store: Store) -> None:
    other = call("c", "1")
    store.save("f" * 64, 1, Metadata(key="f" * 64, origin="p/m:g", code_digest="c", arguments=other.arguments))
    save(store, other)
    assert nearest(store, other) is None


def test_of_a_run_that_is_over_only_what_was_there_before_is_near(store: Store) -> None:
    save(store, call("a", "1", created=1.0), call("b", "1", created=2.0), call("c", "1", created=3.0))
    assert "a" == nearest(store, call("b", "1", created=2.0), older=True).code_digest
    save(store, call("d", "8", created=4.0), call("d", "9", created=6.0))
    assert call("d", "8").key == nearest(store, call("d", "7", created=5.0), older=True).key


def test_a_version_is_found_by_its_key(store: Store) -> None:
    save(store, call("", "1", created=1.0, version="1"), *(call("", str(n), created=9.0, version="2") for n in "23456"))
    identity = StepIdentity("", "2")
    assert "1" == nearest(store, call("", "1", version="2"), identity, most=9).version


def test_an_empty_store_has_nothing_near(tmp_path: Path) -> None:
    store = Store(tmp_path / "none")
    assert nearest(store, call("c", "1")) is None
    assert not store.directory.exists()
