"""Modules of memo's that entries name stay where they are: whoever moves one loses what others have stored."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from memo import File, memoize_step

STAYING = {"memo.step.raised", "memo.store.formats.file_", "memo.store.formats.stream"}


class RefusedError(ValueError):
    """What a step raises."""


def test_entries_name_only_what_stays(tmp_path: Path) -> None:
    file = tmp_path / "words"
    file.write_text("a")

    @memoize_step(store=tmp_path / "store", cache_exceptions=(RefusedError,), version="1")
    def refuse() -> None:
        raise RefusedError

    @memoize_step(store=tmp_path / "store", version="1")
    def items() -> Iterator[object]:
        yield from (File(file), RefusedError("kept"))

    with pytest.raises(RefusedError):
        refuse()
    assert 2 == len(list(items()))
    with closing(sqlite3.connect(tmp_path / "store" / "cache.db")) as connection:
        values = b"".join(value for (value,) in connection.execute("SELECT value FROM Cache WHERE tag NOTNULL"))
    assert STAYING == {name.decode() for name in re.findall(rb"memo\.[a-z_]+(?:\.[a-z_]+)*", values)}
