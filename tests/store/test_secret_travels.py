"""Where a secret comes from, what is none, and that it goes nowhere: not to disk, not into messages, not to workers."""

# ruff: noqa: PT031 - one warning for several calls is what these tests are about
from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from memo.errors import OptionError, StoreWarning
from memo.store import Store, new_secret
from memo.store.entries import secret as secret_module
from memo.store.entries.secret import SHORTEST, seals_of
from memo.typing import MISSING
from tests.store.conftest import ORIGIN
from tests.store.test_secret import OLD, OTHER, SECRET

BAD = [3, SECRET.encode(), "", "x" * (SHORTEST - 1), "x y" * 20, "x," * 20, "é" * 40, "x\n" * 20, ["x" * 40]]


@pytest.fixture(autouse=True)
def _forget() -> None:
    """Begin as a new process, which knows no secrets."""
    secret_module._known.clear()


def test_a_new_secret_is_one_and_each_is_another() -> None:
    first, second = new_secret(), new_secret()
    assert first != second
    assert 64 == len(first)
    seals_of(first, [second])


@pytest.mark.parametrize("bad", BAD, ids=repr)
def test_what_is_no_secret_is_refused_without_being_shown(bad: object) -> None:
    for given in ({"secret": bad}, {"secret": SECRET, "old_secrets": [bad]}):
        with pytest.raises(OptionError) as caught:
            Store("x", **given)
        again = str(pickle.loads(pickle.dumps(caught.value)))
        assert f"expected {SHORTEST} or more ASCII characters without spaces and commas" in again
        assert "`memo keygen`" in again
        assert not isinstance(bad, str) or not bad or bad not in again


@pytest.mark.parametrize("bad", ["", " ", "short", "a b" * 20])
def test_what_is_no_secret_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    monkeypatch.setenv("MEMO_SECRET", bad)
    with pytest.raises(OptionError, match=r"^MEMO_SECRET=<\d+ characters>: expected"):
        Store()
    monkeypatch.setenv("MEMO_SECRET", SECRET)
    monkeypatch.setenv("MEMO_OLD_SECRETS", f"{OLD},short")
    with pytest.raises(OptionError, match=r"^MEMO_OLD_SECRETS=<5 characters>: expected"):
        Store()


def test_old_secrets_without_a_new_one_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OptionError, match="old_secrets=…: expected secret beside it, which signs what is new"):
        Store(old_secrets=[OLD])
    for bad in (OLD, 3):
        with pytest.raises(OptionError, match="expected a tuple of secrets"):
            Store(secret=SECRET, old_secrets=bad)
    monkeypatch.setenv("MEMO_OLD_SECRETS", OLD)
    with pytest.raises(OptionError, match="MEMO_OLD_SECRETS=…: expected MEMO_SECRET beside it"):
        Store()


def test_secrets_come_from_the_environment_unless_a_store_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "" == seals_of().name
    monkeypatch.setenv("MEMO_SECRET", f"{SECRET}\n")
    monkeypatch.setenv("MEMO_OLD_SECRETS", f" {OLD}, {OTHER},")
    assert seals_of(SECRET, (OLD, OTHER)).names == seals_of().names
    assert seals_of(OTHER).names == Store(secret=OTHER)._storage.seals.names
    monkeypatch.setenv("MEMO_OLD_SECRETS", "")
    assert seals_of(SECRET).names == seals_of().names


def test_the_secret_is_nowhere_to_be_found(
    own_store: Path, save: Callable[..., bool], caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the store, nor in what is shown, shipped, logged or warned of it, whole or in part."""
    caplog.set_level(logging.DEBUG)
    store = Store(own_store, secret=SECRET, old_secrets=[OLD])
    save("unsigned", 1, into=Store(own_store))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for value in (1, b"x" * 50_000, b"x" * (2 << 20)):
            save("k", value, into=store)
        store.add_alias("a", "k", "")
        store.save_manifest("d", {})
        store.record(ORIGIN, hits=1)
        store.close()
        assert store.load("unsigned") is MISSING
        assert not save("generator", (i for i in ()), into=store)
    assert 2 == len(warned)
    told = [repr(store), repr(store._storage.seals), repr(pickle.dumps(store)), caplog.text]
    told += [str(warning.message) for warning in warned]
    told += [path.read_bytes().decode("latin-1") for path in own_store.rglob("*") if path.is_file()]
    told += map(str, own_store.rglob("*"))
    for secret in (SECRET, OLD):
        for part in (secret[:16], bytes.fromhex(secret)[:8].decode("latin-1")):
            assert [] == [text for text in told if part in text]
    keys = [key[:8].decode("latin-1") for key in store._storage.seals._keys]
    assert [] == [text for text in told if any(key in text or repr(key)[1:-1] in text for key in keys)]
    with pytest.raises(TypeError, match="a secret does not travel with what uses it: set MEMO_SECRET"):
        pickle.dumps(store._storage.seals)


def test_stores_are_equal_by_directory_and_secret(own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, signed, other = Store(own_store), Store(own_store, secret=SECRET), Store(own_store, secret=OTHER)
    assert 3 == len({plain, signed, other, Store(own_store, secret=SECRET)})
    shared = Store.shared(own_store)
    monkeypatch.setenv("MEMO_SECRET", SECRET)
    assert signed == Store.shared(own_store) != shared
    assert pickle.loads(pickle.dumps(signed)) is Store.shared(own_store)


def test_a_store_that_was_sent_takes_the_secret_of_its_name(
    own_store: Path, save: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the environment, where it may be an old one meanwhile, or from a store that this process made."""
    signed = Store(own_store, secret=SECRET)
    save("k", 1, into=signed)
    sent = pickle.dumps(signed)
    assert 1 == pickle.loads(sent).load("k").value
    secret_module._known.clear()
    monkeypatch.setenv("MEMO_SECRET", OTHER)
    monkeypatch.setenv("MEMO_OLD_SECRETS", SECRET)
    arrived = pickle.loads(sent)
    assert 1 == arrived.load("k").value
    assert arrived == Store(own_store, secret=OTHER)


@pytest.mark.parametrize("environment", [None, OTHER, "no secret"])
def test_a_store_that_was_sent_without_its_secret_is_bypassed_with_a_warning(
    own_store: Path, save: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, environment: str | None
) -> None:
    signed = Store(own_store, secret=SECRET)
    save("k", 1, into=signed)
    save("unsigned", 1, into=Store(own_store))
    sent = pickle.dumps(signed)
    secret_module._known.clear()
    if environment is not None:
        monkeypatch.setenv("MEMO_SECRET", environment)
    arrived = pickle.loads(sent)
    with pytest.warns(StoreWarning, match="sent the store without its secret: set MEMO_SECRET in its env") as warned:
        assert [MISSING, MISSING] == [arrived.load("k"), arrived.load("unsigned")]
        assert not save("j", 1, into=arrived)
        assert not arrived.save_manifest("d", {})
        arrived.record(ORIGIN, hits=1)
        arrived.close()
    assert 1 == len({str(warning.message) for warning in warned if "refused" in str(warning.message)})
    assert ["k", "unsigned"] == [info.key for info in signed.entries()]
    assert pickle.loads(pickle.dumps(arrived)) is arrived
    assert arrived == signed


WORKER = """
import pickle, sys
from memo.store import Metadata
store = pickle.loads(bytes.fromhex(sys.argv[1]))
store.save("worker", 2, Metadata(key="worker", origin="p/m:f"))
print(store.load("k"))
"""


def test_a_spawned_worker_has_the_secret_from_its_environment_or_writes_nothing(
    own_store: Path, save: Callable[..., bool]
) -> None:
    signed = Store(own_store, secret=SECRET)
    save("k", 1, into=signed)
    command = [sys.executable, "-c", WORKER, pickle.dumps(signed).hex()]
    for secret in (None, SECRET):
        environment = os.environ | ({"MEMO_SECRET": secret} if secret else {})
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert (secret is not None) == done.stdout.startswith("Loaded(1")
        assert (secret is None) == ("set MEMO_SECRET in its environment before it starts" in done.stderr)
        assert (secret is not None) == signed.contains("worker")
