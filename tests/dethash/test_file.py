"""A file counts by its content, whatever its path and however it was changed."""

# ruff: noqa: PTH104 - about files
from __future__ import annotations

import os
import pickle
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from memo import File, det_hash, memoize_step
from memo.dethash import file as file_module
from memo.dethash.file import CHUNK, TICK, content_of

SIZES = [0, 1, 255, 256, 257, CHUNK - 1, CHUNK, CHUNK + 1]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    file_module._known.clear()
    yield
    file_module._known.clear()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data.txt"
    path.write_text("a")
    return path


def make_old(path: Path) -> None:
    """Set the times to long ago; the time of the last change of the times themselves cannot be set."""
    os.utime(path, ns=(10**18, 10**18))


def test_equal_contents_are_equal_wherever_they_are(tmp_path: Path) -> None:
    digests = []
    for size in SIZES:
        data = os.urandom(size)
        for name in ("a", "b"):
            (tmp_path / f"{name}{size}").write_bytes(data)
        one, other = det_hash(File(tmp_path / f"a{size}")), det_hash(File(str(tmp_path / f"b{size}")))
        assert one == other
        digests.append(one)
    assert len(SIZES) == len(set(digests))


def test_a_file_is_not_its_path_nor_its_bytes(path: Path) -> None:
    assert 4 == len({det_hash(File(path)), det_hash(path), det_hash(str(path)), det_hash(b"a")})


def test_each_edit_counts_even_within_one_tick_of_the_clock(path: Path) -> None:
    """The times and the size are the same, as they are after two quick edits on a file system with a coarse clock."""
    status = path.stat()
    before = det_hash(File(path))
    path.write_text("b")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert before != det_hash(File(path))


def test_a_file_that_was_just_changed_is_not_remembered_and_an_old_one_is(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content_of(str(path))
    assert {} == file_module._known
    later = time.time_ns() + TICK
    monkeypatch.setattr(file_module.time, "time_ns", lambda: later)
    content = content_of(str(path))
    assert [content] == list(file_module._known.values())
    monkeypatch.setattr(file_module, "buffer_part", lambda chunks: pytest.fail("it was read again"))
    assert content == content_of(str(path))


def test_a_file_from_the_future_is_not_remembered(path: Path) -> None:
    os.utime(path, ns=(time.time_ns() + 10**12,) * 2)
    content_of(str(path))
    assert {} == file_module._known


def test_not_more_than_so_many_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.time_ns() + 60 * TICK
    monkeypatch.setattr(file_module.time, "time_ns", lambda: later)
    monkeypatch.setattr(file_module, "MOST_REMEMBERED", 3)
    for number in range(5):
        (tmp_path / str(number)).write_text(str(number))
        content_of(str(tmp_path / str(number)))
    assert [b"2", b"3", b"4"] == [content.digest for content in file_module._known.values()]


def test_a_file_that_changes_while_it_is_read_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(chunks: object) -> tuple[int, bytes]:
        path.write_text("longer")
        return 1, b"a"

    monkeypatch.setattr(file_module, "buffer_part", read)
    with pytest.raises(OSError, match="changed while it was read"):
        content_of(str(path))


def test_what_is_no_file_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no file: '.*missing'"):
        det_hash(File(tmp_path / "missing"))
    with pytest.raises(IsADirectoryError, match="list its files"):
        det_hash([File(tmp_path)])
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="a regular file, which this is not"):
        det_hash({"a": File(tmp_path / "pipe")})
    with pytest.raises(TypeError, match="expected text"):
        File(b"a")
    with pytest.raises(TypeError, match="expected str"):
        File(1)


def test_it_is_a_path_for_whoever_asks(path: Path) -> None:
    file = File(path)
    assert (str(path), path, f"File({str(path)!r})", str(path)) == (os.fspath(file), file.path, repr(file), str(file))
    assert "a" == Path(file).read_text()
    assert {file} == {File(str(path)), File(file), pickle.loads(pickle.dumps(file)), deepcopy(file)}
    assert file != str(path)
    with pytest.raises(TypeError, match="cannot be derived from"):
        type("Other", (File,), {})


DATA = File("data.txt")
HOLDER = {"files": [File("data.txt")]}


@memoize_step
def argument(data: File, runs: list[int] | None = None) -> str:
    return data.path.read_text()


@memoize_step
def default(data: File = File("data.txt")) -> str:  # noqa: B008 - what is tested
    return data.path.read_text()


@memoize_step
def variable() -> str:
    return DATA.path.read_text()


@memoize_step
def inside() -> str:
    return HOLDER["files"][0].path.read_text()


@memoize_step
def optional() -> str:
    return DATA.path.read_text() if DATA.path.exists() else "nothing"


STEPS = {
    "argument": lambda: argument(File("data.txt")), "default": default, "global": variable, "in a global": inside,
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_step_runs_again_when_the_content_is_another(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for content in ("a", "b", "bb", "b", "a"):
        Path("data.txt").write_text(content)
        assert content == STEPS[name]() == STEPS[name]()


def test_the_path_does_not_count_as_an_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data.txt").write_text("a")
    key = argument.key(File("data.txt"))
    os.rename("data.txt", "other.txt")
    assert key == argument.key(File("other.txt"))


def test_a_global_file_that_is_missing_is_no_reason_to_overlook_it_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"data\.txt"):
        optional()
    Path("data.txt").write_text("a")
    assert "a" == optional()
    Path("data.txt").unlink()
    with pytest.raises(FileNotFoundError, match=r"data\.txt"):
        optional()
