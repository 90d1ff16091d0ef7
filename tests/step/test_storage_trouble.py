"""Whatever is wrong with the store: the step runs, its result is returned, and one warning says what to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from memo import StoreWarning, memoize_step


def a_file_in_the_way(directory: Path) -> None:
    directory.write_text("mine")


def a_file_above(directory: Path) -> None:
    directory.parent.joinpath("file").write_text("mine")
    os.environ["MEMO_DIR"] = str(directory.parent / "file" / "store")


def a_link_to_nowhere(directory: Path) -> None:
    directory.symlink_to("/proc/nowhere/at/all")


def a_directory_for_a_database(directory: Path) -> None:
    (directory / "cache.db").mkdir(parents=True)


def no_database(directory: Path) -> None:
    directory.mkdir(mode=0o700)
    (directory / "cache.db").write_bytes(b"not a database at all" * 1000)


BYPASSED = [a_file_in_the_way, a_file_above, a_link_to_nowhere]


@pytest.mark.parametrize("trouble", BYPASSED)
def test_a_store_that_cannot_be_used_is_bypassed_with_one_warning(
    own_store: Path, monkeypatch: pytest.MonkeyPatch, trouble: Callable[[Path], None]
) -> None:
    monkeypatch.setenv("MEMO_DIR", str(own_store))
    trouble(own_store)
    calls = []

    @memoize_step
    def step(x):
        calls.append(x)
        return x + 1

    @memoize_step
    def other(x):
        return [x]

    with pytest.warns(StoreWarning) as warned:
        results = [step(1), step(1), other(1), step.recompute(1)]
    assert ([2, 2, [1], 2], [1, 1, 1]) == (results, calls)
    assert ([os.environ["MEMO_DIR"] in str(each.message) for each in warned], [__file__]) == (
        [True],
        [each.filename for each in warned],
    )
    assert "set MEMO_DIR to a directory that you can write" in str(warned[0].message)
    assert (False, 0) == (step.is_cached(1), step.info().entries)


@pytest.mark.parametrize("trouble", [no_database, a_directory_for_a_database])
def test_a_database_that_is_none_is_set_aside_with_one_warning(
    own_store: Path, trouble: Callable[[Path], None]
) -> None:
    trouble(own_store)
    calls = []

    @memoize_step
    def step(x):
        calls.append(x)
        return x + 1

    with pytest.warns(StoreWarning, match=str(own_store)) as warned:
        results = [step(1), step(1)]
    assert ([2, 2], [1], 1) == (results, calls, len(warned))


def test_what_a_step_raises_is_not_taken_for_trouble_with_the_store() -> None:
    @memoize_step
    def step():
        raise OSError(28, "no space left, says the step")

    with pytest.raises(OSError, match="says the step"):
        step()
