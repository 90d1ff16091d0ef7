"""What is kept about code is found again, whichever memo has kept it."""

from __future__ import annotations

from pathlib import Path

import pytest

from memo.inspection.kept import Kept, Source
from memo.store import Store

LINES = "def f(x=1):\n    return  x"


@pytest.fixture
def store(own_store: Path) -> Store:
    return Store(own_store)


def test_the_lines_of_a_piece_of_code_are_found_by_their_digest(store: Store) -> None:
    store.save_manifests({"50ce": lambda: {"source": LINES, "reads": ["docstrings"]}})
    found = Kept(store).source({"source": "50ce", "own": "04e0"})
    assert found is not None
    assert (LINES, frozenset({"docstrings"})) == found
    assert "def f(x=...):\n    return x" == found.spelled()


def test_the_text_that_was_kept_before_there_were_lines_is_found_by_the_digest_of_the_code(store: Store) -> None:
    text = 'def f(x: int):\n    """Doc."""\n    return x'
    store.save_manifests({"04e0": lambda: {"text": text}})
    found = Kept(store).source({"own": "04e0"})
    assert found is not None
    assert [text, "def f(x):\n    return x"] == [found.spelled(), found.undocumented()]


def test_what_is_not_kept_or_of_another_shape_is_none(store: Store) -> None:
    store.save_manifests({"50ce": lambda: {"source": 1}, "04e0": lambda: {"source": "x", "reads": 7}})
    kept = Kept(store)
    assert [None, None, Source("x")] == [kept.source({"source": name}) for name in ("gone", "50ce", "04e0")]
