"""With a secret nothing is decoded that it did not sign, and the secret itself is nowhere to be found."""

# ruff: noqa: PT031 - one warning for several calls is what these tests are about
from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from memo.errors import StoreWarning
from memo.store import Counters, Store
from memo.store.entries.entry import pack
from memo.store.entries.opening import value_of
from memo.store.formats import encode
from memo.typing import MISSING
from tests.store.conftest import ORIGIN

SECRET, OTHER, OLD = "0123456789abcdef" * 4, "f" * 64, "e" * 64
HUGE = b"x" * (2 << 20)


@pytest.fixture
def signed(own_store: Path) -> Store:
    return Store(own_store, secret=SECRET)


def forge(store: Store, key: str, value: object) -> None:
    """Write what anybody can who can write the store: an entry whose checksum is right."""
    store._storage.writer.put(key, b"".join(pack(key, ORIGIN, encode(value))[0]), ORIGIN)


@pytest.mark.parametrize("value", [[1, "a"], "x" * 50_000, HUGE, {1j, print}], ids=["row", "file", "large", "pickle"])
def test_what_was_signed_comes_back(signed: Store, save: Callable[..., bool], value: object) -> None:
    assert save("k", value, into=signed)
    for reader in (signed, Store(signed.directory, secret=SECRET)):
        assert value == reader.load("k").value
        assert ORIGIN == reader.metadata("k").origin
        assert reader.contains("k")


def test_what_is_not_signed_is_refused_with_one_warning_and_replaced(
    store: Store, signed: Store, save: Callable[..., bool]
) -> None:
    for key, value in [("a", 1), ("b", HUGE)]:
        save(key, value)
    with pytest.warns(StoreWarning) as warned:
        for key in "abab":
            assert signed.load(key) is MISSING
            assert signed.metadata(key) is MISSING
            assert not signed.contains(key)
    (warning,) = warned
    assert f"the store in {store.directory} has entries that are refused (a is one)" in str(warning.message)
    assert "it is not signed, so anyone may have put it there: its step runs instead" in str(warning.message)
    assert __file__ == warning.filename
    assert ["a", "b"] == [info.key for info in signed.entries()]
    for key in "ab":
        assert save(key, 2, into=signed)
        assert 2 == signed.load(key).value


def test_what_is_signed_is_left_to_who_has_the_secret(store: Store, signed: Store, save: Callable[..., bool]) -> None:
    for key, value in [("a", 1), ("b", HUGE)]:
        save(key, value, into=signed)
    with pytest.warns(StoreWarning, match="signed with a secret, and MEMO_SECRET is not set here") as warned:
        for key in "ab":
            assert store.load(key) is MISSING
            assert not store.contains(key)
            assert not save(key, 2)
    assert 1 == len(warned)
    assert (1, HUGE) == (signed.load("a").value, signed.load("b").value)


def test_what_another_secret_signed_is_refused_and_replaced(signed: Store, save: Callable[..., bool]) -> None:
    other = Store(signed.directory, secret=OTHER)
    for key, value in [("a", 1), ("b", HUGE)]:
        save(key, value, into=other)
    with pytest.warns(StoreWarning, match="not known here: name that in MEMO_OLD_SECRETS") as warned:
        assert [MISSING, MISSING] == [signed.load("a"), signed.load("b")]
    assert 1 == len(warned)
    assert save("a", 2, into=signed)
    assert 2 == signed.load("a").value


def test_old_secrets_are_read_and_the_newest_signs(signed: Store, save: Callable[..., bool]) -> None:
    for key, secret in [("a", SECRET), ("b", OLD)]:
        save(key, key, into=Store(signed.directory, secret=secret))
    rotated = Store(signed.directory, secret=OTHER, old_secrets=(OLD, SECRET))
    save("c", "c", into=rotated)
    assert ["a", "b", "c"] == [rotated.load(key).value for key in "abc"]
    assert "c" == Store(signed.directory, secret=OTHER).load("c").value


def test_other_rows_than_entries_that_are_not_signed_are_refused(
    store: Store, signed: Store, save: Callable[..., bool]
) -> None:
    save("gone", 1)
    store.delete("gone")
    assert store.removal(ORIGIN, "gone")
    store.save_manifest("d", {"source": "def f(): ..."})
    store.add_alias("new", "old", "")
    store.record(ORIGIN, hits=7)
    store.close()
    with pytest.warns(StoreWarning, match="it is not signed") as warned:
        assert (MISSING, MISSING) == (signed.manifest("d"), signed.load("new"))
        assert ([], Counters()) == (list(signed.aliases()), signed.counters(ORIGIN))
        assert signed.removal(ORIGIN, "gone") is None
    assert 1 == len(warned)
    signed.record(ORIGIN, hits=1)
    signed.add_alias("new", "older", "")
    assert signed.save_manifest("d", {"source": "def g(): ..."})
    signed.close()
    again = Store(signed.directory, secret=SECRET)
    assert ([("new", "older", "")], Counters(1)) == (list(again.aliases()), again.counters(ORIGIN))
    assert {"source": "def g(): ..."} == again.manifest("d")


def test_nothing_that_was_planted_is_decoded(signed: Store, save: Callable[..., bool], planted: object) -> None:
    """Not in an entry, an alias, a manifest or a count, in a row or in a file, whatever its checksum says."""
    save("k", HUGE, into=signed)
    for key in ("k", "row", "alias:a", "manifest:d", f"counters:{ORIGIN}"):
        forge(signed, key, planted)
    save("file", (planted, HUGE))
    with pytest.warns(StoreWarning, match="it is not signed") as warned:
        assert [MISSING] * 4 == [signed.load(key) for key in ("k", "row", "a", "file")]
        assert (MISSING, Counters(), []) == (signed.manifest("d"), signed.counters(ORIGIN), list(signed.aliases()))
        list(signed.entries())
    assert 1 == len(warned)


def test_with_a_secret_a_large_value_is_copied_before_it_is_verified(signed: Store, save: Callable[..., bool]) -> None:
    """What others write to its file afterwards shows in a mapping; so it is copied, and verified every time."""
    np = pytest.importorskip("numpy")
    save("k", np.zeros(1 << 20), into=signed)
    (path,) = signed.directory.rglob("*.entry")
    array = signed.load("k").value
    with path.open("r+b") as file:
        file.seek(-8, 2)
        file.write(b"\1" * 8)
    assert not array.any()
    with pytest.warns(StoreWarning, match="checksum is wrong"):
        assert signed.load("k") is MISSING


def test_pickle_opcodes_are_copied_before_they_are_verified(
    store: Store, save: Callable[..., bool], planted: object
) -> None:
    save("k", ({1j, print}, HUGE))
    (path,) = store.directory.rglob("*.entry")
    entry = store._storage.find("k")
    assert "pickle" == entry.format
    bomb = pickle.dumps(planted)
    with path.open("r+b") as file:
        file.seek(path.read_bytes().index(entry.body))
        file.write(bomb)
    assert {1j, print} == value_of(entry)[0]
