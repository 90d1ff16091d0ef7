"""Bytes go through a file without a name where memory would be too small, and nothing is left behind."""

# ruff: noqa: PTH110, PTH208 - numbers are wanted, of a directory that changes when it is looked at
from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from memo.store.directory import mapping
from memo.store.formats import spool
from memo.store.formats.spool import IN_MEMORY_BELOW, opened, pieces, spooled, spooling_in

SIZES = [0, 1, IN_MEMORY_BELOW - 1, IN_MEMORY_BELOW, IN_MEMORY_BELOW + 1, 3 * IN_MEMORY_BELOW + 5]


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_there_and_nothing_is_left_in_the_directory(size: int, tmp_path: Path) -> None:
    data = os.urandom(size)
    with spooling_in(tmp_path):
        view = spooled(lambda file: file.write(data))
    assert (data, False) == (bytes(view), view.readonly)
    assert [] == list(tmp_path.iterdir())


def test_it_lies_in_the_directory_that_was_named_if_that_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []
    real = spool._Spool
    monkeypatch.setattr(spool, "_Spool", lambda size, **where: given.append(where["dir"]) or real(size, **where))
    for directory in (tmp_path, tmp_path / "missing"):
        with spooling_in(directory):
            spooled(lambda file: file.write(b"a"))
    spooled(lambda file: file.write(b"a"))
    assert [str(tmp_path), None, None] == given


def test_a_writer_may_seek_and_shorten() -> None:
    def write(file: object) -> None:
        file.write(bytes(2 * IN_MEMORY_BELOW))
        file.seek(0)
        file.write(b"ab")
        file.truncate(2)

    assert b"ab" == bytes(spooled(write))


@pytest.mark.parametrize("size", SIZES)
def test_a_writer_may_close_it(size: int, tmp_path: Path) -> None:
    def write(file: object) -> None:
        with io.TextIOWrapper(file, "ascii") as text:
            text.write("a" * size)

    with spooling_in(tmp_path):
        assert b"a" * size == bytes(spooled(write))
    assert [] == list(tmp_path.iterdir())


def test_a_failure_while_writing_leaves_nothing(tmp_path: Path) -> None:
    def write(file: object) -> None:
        file.write(bytes(2 * IN_MEMORY_BELOW))
        raise OSError("full")

    with spooling_in(tmp_path), pytest.raises(OSError, match="full"):
        spooled(write)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("size", SIZES)
def test_memory_can_be_read_as_a_file(size: int) -> None:
    data = os.urandom(size)
    with opened(memoryview(data)) as file:
        assert data == file.read()
        assert (b"", size) == (file.read(1), file.seek(0, os.SEEK_END))
        assert (max(0, size - 3), data[-3:]) == (file.seek(max(0, size - 3)), file.read())
    assert data == b"".join(pieces(memoryview(data)))


def test_many_files_do_not_use_up_the_descriptors() -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0
    views = [
        spooled(lambda file, number=number: file.write(bytes([number]) * IN_MEMORY_BELOW)) for number in range(150)
    ]
    if before:
        assert len(os.listdir("/proc/self/fd")) <= before + mapping.MOST
    assert list(range(150)) == [view[-1] for view in views]
    assert not any(view.readonly for view in views)
