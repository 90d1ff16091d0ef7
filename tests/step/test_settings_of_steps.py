"""What memo.configure() and [tool.memo] say holds for steps that say nothing themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

import memo
from memo import OptionError, Store, memoize_step
from memo.config import Settings


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("memo.config._configured", {})
    memo.configure()
    yield
    monkeypatch.undo()
    memo.configure()


def age(own_store, seconds: float) -> None:
    """Make what is stored older: as if the clock had gone on."""
    store = Store(own_store)
    for entry in list(store.entries()):
        metadata, found = store.metadata(entry.key), store.load(entry.key)
        changed = {**metadata.to_dict(), "created": metadata.created - seconds, "arguments": metadata.arguments}
        store.save(entry.key, found.value, type(metadata)(**changed))


def test_results_expire_as_the_project_says_unless_the_step_says_otherwise(own_store) -> None:
    calls = []

    def body(x):
        calls.append(x)
        return x

    plain, lasting = memoize_step(body), memoize_step(expire=10**9)(body)
    plain(1)
    age(own_store, 100)
    memo.configure(expire=timedelta(seconds=60))
    assert (False, True, False) == (plain.is_cached(1), lasting.is_cached(1), plain.explain(1).is_stored)
    assert "is older than 60 seconds" in plain.explain(1).why
    assert (1, [1]) == (lasting(1), calls)
    assert (1, [1, 1]) == (plain(1), calls)
    memo.configure(expire=1000)
    age(own_store, 100)
    assert plain.is_cached(1)


def test_results_are_compressed_as_the_project_says(own_store) -> None:
    pytest.importorskip("lz4")
    text = "a" * 10_000

    @memoize_step
    def step(x):
        return text

    step(1)
    memo.configure(compress="lz4")
    assert [text, text, text] == [step(1), step(2), step(2)]
    assert [False, True] == [entry.format.startswith("lz4:") for entry in Store(own_store).entries()]


@pytest.mark.parametrize("wrong", [{"expire": 0}, {"expire": "1h"}, {"expire": -1}, {"compress": "gzip"}], ids=str)
def test_a_setting_that_is_none_is_an_error_that_says_what_it_takes(wrong) -> None:
    (name,) = wrong
    with pytest.raises(OptionError, match=f"{name}=.*: expected (seconds or a timedelta above 0|'zstd' or 'lz4')"):
        memo.configure(**wrong)


def test_every_setting_is_one_of_configure_or_of_the_environment() -> None:
    names = {*memo.configure.__kwdefaults__}
    assert {*Settings._fields} - {"forced", "refresh"} == names
