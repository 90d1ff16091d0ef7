"""A file that a step returns is there after a hit, with what the step wrote."""

from __future__ import annotations

import os
import stat
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from memo import File, StoreWarning, memoize_step
from memo.store import Store
from memo.store.formats import decode, encode
from memo.store.formats.spool import IN_MEMORY_BELOW
from memo.typing import MISSING

SIZES = [0, 3, 300, 5000, 40_000, IN_MEMORY_BELOW, IN_MEMORY_BELOW * 3 + 7]


@dataclass
class Model:
    name: str
    weights: File


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a directory of the test's own."""
    directory = tmp_path / "work"
    directory.mkdir()
    monkeypatch.chdir(directory)
    return directory


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@pytest.mark.parametrize("size", SIZES)
def test_a_file_that_was_deleted_is_written_again(size: int, here: Path, store: Store, save: Callable) -> None:
    data = os.urandom(size)
    Path("model.pt").write_bytes(data)
    assert save("k", File("model.pt"))
    for _ in range(2):
        Path("model.pt").unlink()
        back = store.load("k").value
        assert (File("model.pt"), data) == (back, Path("model.pt").read_bytes())
    assert ["model.pt"] == names(here)
    assert "plain" == store.metadata("k").format


@pytest.mark.parametrize("other", [b"", b"other", b"OLD", b"old and more"])
def test_a_file_with_another_content_is_replaced(other: bytes, here: Path, store: Store, save: Callable) -> None:
    Path("model.pt").write_bytes(b"old")
    save("k", File("model.pt"))
    Path("model.pt").write_bytes(other)
    store.load("k")
    assert (b"old", ["model.pt"]) == (Path("model.pt").read_bytes(), names(here))


def test_a_file_that_is_there_is_left_alone(store: Store, save: Callable) -> None:
    Path("model.pt").write_bytes(b"weights")
    save("k", File("model.pt"))
    before = Path("model.pt").stat()
    store.load("k")
    after = Path("model.pt").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda file: [file, {"a": (file,)}],
        lambda file: Model("m", file),
        lambda file: {"model": Model("m", file), "score": 0.5},
    ],
    ids=["containers", "dataclass", "both"],
)
def test_it_may_be_anywhere_in_a_result(wrap: Callable, store: Store, save: Callable) -> None:
    Path("model.pt").write_bytes(b"weights")
    save("k", wrap(File("model.pt")))
    Path("model.pt").unlink()
    assert wrap(File("model.pt")) == store.load("k").value
    assert b"weights" == Path("model.pt").read_bytes()


def test_it_may_be_beside_what_only_cloudpickle_takes(store: Store, save: Callable) -> None:
    pytest.importorskip("cloudpickle")
    Path("model.pt").write_bytes(b"weights")
    save("k", (lambda x: x + 1, File("model.pt")))
    Path("model.pt").unlink()
    function, _ = store.load("k").value
    assert (2, b"weights") == (function(1), Path("model.pt").read_bytes())


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o444])
def test_permissions_are_kept_and_special_bits_are_not(mode: int, store: Store, save: Callable) -> None:
    Path("run.sh").write_bytes(b"echo")
    Path("run.sh").chmod(mode | stat.S_ISUID)
    save("k", File("run.sh"))
    Path("run.sh").unlink()
    store.load("k")
    assert mode == stat.S_IMODE(Path("run.sh").stat().st_mode)


def test_the_directory_is_made_again(store: Store, save: Callable) -> None:
    Path("out/deep").mkdir(parents=True)
    Path("out/deep/model.pt").write_bytes(b"weights")
    save("k", File("out/deep/model.pt"))
    Path("out/deep/model.pt").unlink()
    Path("out/deep").rmdir()
    Path("out").rmdir()
    store.load("k")
    assert b"weights" == Path("out/deep/model.pt").read_bytes()


def test_nothing_but_the_named_path_is_written(here: Path, store: Store, save: Callable) -> None:
    """A symbolic link in its place is replaced; what it leads to is not touched."""
    Path("model.pt").write_bytes(b"weights")
    save("k", File("model.pt"))
    Path("model.pt").unlink()
    Path("precious").write_bytes(b"mine")
    Path("model.pt").symlink_to("precious")
    store.load("k")
    assert (b"weights", b"mine", False) == (
        Path("model.pt").read_bytes(),
        Path("precious").read_bytes(),
        Path("model.pt").is_symlink(),
    )
    assert ["model.pt", "precious"] == names(here)


def test_a_file_that_cannot_be_written_is_a_miss_and_leaves_nothing(here: Path, store: Store, save: Callable) -> None:
    Path("model.pt").write_bytes(b"weights")
    save("k", File("model.pt"))
    Path("model.pt").unlink()
    Path("model.pt").mkdir()
    Path("model.pt/inside").touch()
    with pytest.warns(StoreWarning, match=r"cannot be read .*directory"):
        assert store.load("k") is MISSING
    assert ["model.pt"] == names(here)


@pytest.mark.parametrize(
    ("path", "message"), [("missing", "there is no file"), (".", "list its files")], ids=["missing", "directory"]
)
def test_a_result_that_is_no_file_is_returned_and_not_stored(path: str, message: str) -> None:
    @memoize_step
    def made() -> File:
        return File(path)

    with pytest.warns(StoreWarning, match=rf"a memo.*File, cannot be stored .*{message}"):
        assert File(path) == made()
    assert not made.is_cached()


def test_a_file_that_changes_while_it_is_copied_is_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    from memo.store.formats import file_

    Path("model.pt").write_bytes(b"weights")
    monkeypatch.setattr(file_, "_copy", lambda descriptor, copy: Path("model.pt").write_bytes(b"longer weights"))
    with pytest.raises(OSError, match="changed while it was read"):
        encode(File("model.pt"))


def test_what_is_stored_does_not_change_when_the_file_is_shortened_meanwhile() -> None:
    data = os.urandom(IN_MEMORY_BELOW * 2)
    Path("model.pt").write_bytes(data)
    encoded = encode(File("model.pt"))
    Path("model.pt").write_bytes(b"")
    decode(encoded.format, encoded.version, encoded.body, encoded.buffers)
    assert data == Path("model.pt").read_bytes()


RUNS = []


@memoize_step
def train(seed: int) -> dict[str, object]:
    RUNS.append(seed)
    Path("model.pt").write_text(f"weights {seed}")
    return {"model": File("model.pt"), "score": seed / 2}


@memoize_step
def evaluate(model: File) -> str:
    RUNS.append("evaluate")
    return model.path.read_text().upper()


def test_a_pipeline_through_a_file_works_after_the_file_was_deleted() -> None:
    RUNS.clear()
    assert "WEIGHTS 1" == evaluate(train(1)["model"])
    Path("model.pt").unlink()
    assert "WEIGHTS 1" == evaluate(train(1)["model"])
    assert "WEIGHTS 2" == evaluate(train(2)["model"])
    assert "WEIGHTS 1" == evaluate(train(1)["model"])
    assert [1, "evaluate", 2, "evaluate"] == RUNS


def test_a_large_file_is_not_read_into_memory(store: Store, save: Callable) -> None:
    size = 32 << 20
    with Path("big").open("wb") as file:
        file.writelines(os.urandom(1 << 20) for _ in range(size >> 20))
    save("warm", [1])
    tracemalloc.start()
    try:
        assert save("k", File("big"))
        stored = tracemalloc.get_traced_memory()[1]
        Path("big").unlink()
        tracemalloc.reset_peak()
        store.load("k")
        restored = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size == Path("big").stat().st_size
    assert max(stored, restored) < size / 3
