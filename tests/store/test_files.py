"""Files of large entries: nothing partial is ever seen, and no name or link leads out of the store."""

from __future__ import annotations

import os
import resource
import signal
import stat
from pathlib import Path

import pytest

from memo.store.directory import files, mapping
from memo.store.directory.files import MAP_FROM, UnsafeFileError

OUTSIDE = [
    "../secret",
    "/etc/hostname",
    "ab/../../secret",
    "ab/" + "0" * 30 + ".entry/../x",
    "",
    "cache.db",
    "ab\0",
    "\0",
    b"ab",
    3,
]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "inside").mkdir()
    return tmp_path / "inside"


@pytest.mark.parametrize("size", [0, 1, MAP_FROM - 1, MAP_FROM, MAP_FROM + 1])
def test_what_was_written_is_read_in_memory_that_is_ours(directory: Path, size: int) -> None:
    data = os.urandom(size)
    name = files.write(directory, [data[:10], memoryview(data)[10:]])
    view, identity = files.read(directory, name)
    assert data == bytes(view)
    assert (identity is not None) == (size >= MAP_FROM)
    assert data[:5] == files.read_start(directory, name, 5)
    if size:
        view[0] ^= 1
        assert data == bytes(files.read(directory, name).view)
    files.remove(directory, name)
    with pytest.raises(FileNotFoundError):
        files.read(directory, name)


def test_many_that_are_mapped_do_not_use_up_the_descriptors(directory: Path) -> None:
    names = [files.write(directory, [bytes([number]) * MAP_FROM]) for number in range(3)]
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (mapping.MOST + 100, before[1]))
    try:
        contents = [files.read(directory, names[number % 3]) for number in range(mapping.MOST + 100)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert contents[0].identity is not None
    assert [number % 3 for number in range(mapping.MOST + 100)] == [each.view[-1] for each in contents]


def test_only_the_owner_can_read_them(directory: Path) -> None:
    before = os.umask(0)
    try:
        path = directory / files.write(directory, [b"x"])
    finally:
        os.umask(before)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(path.parent.stat().st_mode)


@pytest.mark.parametrize("name", OUTSIDE, ids=repr)
def test_a_name_that_is_none_of_ours_is_neither_read_nor_removed(directory: Path, name: object) -> None:
    with pytest.raises(UnsafeFileError):
        files.read(directory, name)
    with pytest.raises(UnsafeFileError):
        files.read_start(directory, name, 9)
    files.remove(directory, name)
    assert b"secret" == (directory.parent / "secret").read_bytes()


def test_nothing_behind_a_link_or_a_fifo_is_read(directory: Path) -> None:
    name = files.write(directory, [b"x"])
    path = directory / name
    for plant in (lambda: path.symlink_to(directory.parent / "secret"), lambda: os.mkfifo(path), path.mkdir):
        path.unlink()
        plant()
        with pytest.raises(OSError):  # noqa: PT011 - which one differs from system to system
            files.read(directory, name)
        with pytest.raises(OSError):  # noqa: PT011
            files.read_start(directory, name, 9)
        files.remove(directory, name)
        if path.is_dir():
            path.rmdir()
        path.touch()
    assert b"secret" == (directory.parent / "secret").read_bytes()


def test_a_folder_that_is_a_link_is_not_entered(directory: Path) -> None:
    name = files.write(directory, [b"x"])
    folder = directory / name[:2]
    folder.rename(directory.parent / "elsewhere")
    folder.symlink_to(directory.parent / "elsewhere")
    with pytest.raises(OSError):  # noqa: PT011
        files.read(directory, name)
    files.remove(directory, name)
    assert (directory.parent / "elsewhere" / name[3:]).exists()


def test_what_cannot_be_written_whole_leaves_nothing(directory: Path) -> None:
    def broken():
        yield b"x" * 100_000
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.write(directory, broken())
    assert [] == [path for path in directory.rglob("*") if path.is_file()]

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            files.write(directory, [b"x" * 100_000])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert [] == [path for path in directory.rglob("*") if path.is_file()]
