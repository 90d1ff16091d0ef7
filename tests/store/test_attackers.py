"""Whatever is planted in the directory: nothing outside is read or written, nothing hangs, and one warning is given."""

# ruff: noqa: PT031 - one warning for several calls is what these tests are about
from __future__ import annotations

import os
import shutil
import stat
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from memo.errors import StoreError, StoreWarning
from memo.store import Store
from memo.typing import MISSING
from tests.store.conftest import ORIGIN, raw

FILE, HUGE = b"x" * 50_000, b"x" * (2 << 20)


def contents(directory: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def give_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let *path* belong to another user."""
    if os.geteuid() == 0:
        os.chown(path, 12345, 12345)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)


DIRECTORIES = {
    "link": r"is bypassed, because it is a symbolic link \(to /.*/elsewhere\)",
    "link to nothing": "is bypassed, because it is a symbolic link",
    "everybody's": r"is bypassed, because it can be written by every user \(chmod o-w takes that away\)",
    "another's": r"is bypassed, because it belongs to another user \(number \d+\)",
}


@pytest.mark.parametrize("kind", DIRECTORIES)
@pytest.mark.parametrize("is_new", [True, False])
def test_a_directory_that_others_control_is_bypassed_with_one_warning(
    store: Store, save: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, is_new: bool
) -> None:
    """Nothing is read from it, nothing is written to it, and what is told to change it says why it does not."""
    directory, elsewhere = store.directory, tmp_path / "elsewhere"
    if is_new:
        directory.mkdir(mode=0o700)
    else:
        save("k", 1)
        save("large", FILE)
        store.close()
    if "link" in kind:
        directory.rename(elsewhere)
        directory.symlink_to(elsewhere if kind == "link" else tmp_path / "nothing")
    elif kind == "everybody's":
        directory.chmod(0o777)
    else:
        give_away(directory, monkeypatch)
    before = contents(tmp_path)
    opened = Store(directory)
    with pytest.warns(StoreWarning, match=DIRECTORIES[kind]) as warned:
        for _ in range(2):
            assert (MISSING, MISSING) == (opened.load("k"), opened.load("large"))
            assert not opened.contains("k")
            assert not save("k", 2, into=opened)
            assert not save("j", FILE, into=opened)
            assert not opened.save_manifest("d", {})
            opened.record(ORIGIN, hits=1)
        assert [] == list(opened.entries())
        opened.close()
    assert 1 == len(warned)
    assert "set MEMO_DIR to a directory that you can write" in str(warned[0].message)
    if not is_new and kind != "link to nothing":
        for change in (lambda: opened.delete("k"), opened.clear, lambda: opened.add_alias("a", "k", "")):
            with pytest.raises(StoreError, match="is bypassed, because"):
                change()
    assert before == contents(tmp_path)
    assert not (tmp_path / "nothing").exists()


def test_a_directory_that_is_opened_to_others_while_it_is_in_use(store: Store, save: Callable[..., bool]) -> None:
    save("k", 1)
    assert 1 == store.load("k").value
    store.directory.chmod(0o777)
    store._storage.index._safe_until = store._storage.index._trusted_until = 0.0  # a second later
    with pytest.warns(StoreWarning, match="can be written by every user"):
        assert store.load("k") is MISSING
        assert store.load("k") is MISSING
        assert not save("j", 1)
    store.directory.chmod(0o700)
    assert 1 == store.load("k").value


def test_a_directory_that_is_replaced_while_it_is_in_use(
    store: Store, save: Callable[..., bool], tmp_path: Path
) -> None:
    save("k", 1)
    store.close()
    shutil.copytree(store.directory, tmp_path / "elsewhere")
    assert 1 == store.load("k").value
    shutil.rmtree(store.directory)
    store.directory.symlink_to(tmp_path / "elsewhere")
    store._storage.index._trusted_until = 0.0
    with pytest.warns(StoreWarning, match="it is a symbolic link"):
        assert store.load("k") is MISSING


def test_a_directory_that_its_group_may_write_is_trusted(store: Store, save: Callable[..., bool]) -> None:
    """As `mkdir` makes it where each user has a group of their own."""
    store.directory.mkdir()
    store.directory.chmod(0o775)
    assert save("k", 1)
    assert 1 == store.load("k").value


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize("kind", ["link", "fifo", "directory", "everybody's"])
def test_something_else_in_the_place_of_the_databases_log(
    store: Store, save: Callable[..., bool], tmp_path: Path, suffix: str, kind: str
) -> None:
    """SQLite would write through a link, and wait for a pipe for ever."""
    save("k", 1)
    store.close()
    victim, path = tmp_path / "victim", store.directory / f"cache.db{suffix}"
    victim.write_bytes(b"precious" * 1000)
    if kind == "everybody's":
        path.touch()
        path.chmod(0o666)
    else:
        {"link": lambda: path.symlink_to(victim), "fifo": lambda: os.mkfifo(path), "directory": path.mkdir}[kind]()
    opened = Store(store.directory)
    with pytest.warns(StoreWarning, match=f"cache.db{suffix} (is not a regular file|can be written by)") as warned:
        assert opened.load("k") is MISSING
        assert save("j", 1, into=opened)
    assert 1 == len(warned)
    assert 1 == opened.load("j").value
    assert b"precious" * 1000 == victim.read_bytes()
    (aside,) = store.directory.glob("cache.db.aside-*" + suffix)
    assert kind != "link" or aside.is_symlink()


def test_a_database_of_another_user_is_set_aside(
    store: Store, save: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    save("k", 1)
    store.close()
    give_away(store.directory / "cache.db", monkeypatch)
    opened = Store(store.directory)
    with pytest.warns(StoreWarning, match=r"cache.db belongs to another user \(number 12345\)"):
        assert opened.load("k") is MISSING
        assert save("k", 2, into=opened)
    assert 2 == opened.load("k").value


@pytest.mark.parametrize("kind", ["another's", "everybody's", "device", "everybody's folder", "link", "directory"])
def test_a_file_that_is_not_only_ours_is_not_read(
    store: Store, save: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    save("k", HUGE)
    (path,) = store.directory.rglob("*.entry")
    shutil.copy(path, tmp_path / "copy")
    if kind in {"another's", "device"} and os.geteuid() != 0:
        pytest.skip("only root can give a file away or make a device")
    if kind == "another's":
        give_away(path, monkeypatch)
    elif kind == "everybody's":
        path.chmod(0o666)
    elif kind == "everybody's folder":
        path.parent.chmod(0o777)
    else:
        path.unlink()
        {
            "device": lambda: os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5)),
            "link": lambda: path.symlink_to(tmp_path / "copy"),
            "directory": path.mkdir,
        }[kind]()
    with pytest.warns(StoreWarning, match=r"entry k .*cannot be read|does not work|cannot be made or entered"):
        assert store.load("k") is MISSING
    assert 1 == len(list(store.entries()))
    path.parent.chmod(0o700)
    assert save("k", 2)
    assert 2 == store.load("k").value
    assert HUGE in (tmp_path / "copy").read_bytes()


PLANTED_NUMBERS = [-1.0, 1.0, 1e300, "text", b"\xff\x00", None]


@pytest.mark.parametrize("column", ["expire_time", "access_time", "store_time", "access_count", "size", "mode"])
def test_planted_numbers_change_nothing(store: Store, save: Callable[..., bool], column: str) -> None:
    """In particular, diskcache does not see a row that has expired: it must be removed nevertheless."""
    for number in range(2 * len(PLANTED_NUMBERS)):
        save(str(number), FILE if number == 1 else number)
    with raw(store) as connection:
        for number, planted in enumerate(2 * PLANTED_NUMBERS):
            connection.execute(f"UPDATE Cache SET {column} = ? WHERE key = ?", (planted, str(number)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StoreWarning)
        for number in range(2 * len(PLANTED_NUMBERS)):
            assert (FILE if number == 1 else number) == store.load(str(number)).value
        assert 12 == len(list(store.entries()))
        assert 1 == len(store.totals())
        for number in range(len(PLANTED_NUMBERS)):
            assert save(str(number), -number)
            assert -number == store.load(str(number)).value
            assert store.delete(str(len(PLANTED_NUMBERS) + number))
        assert len(PLANTED_NUMBERS) == store.clear(ORIGIN)
    assert [] == list(store.directory.rglob("*.entry"))


PLANTED_TEXTS = ["CAST(x'ff00fe' AS TEXT)", "CAST('a' AS BLOB)", "1e308 * 10", "zeroblob(100000)"]


@pytest.mark.parametrize("column", ["key", "tag", "filename", "value"])
def test_what_is_no_text_in_a_column_raises_nothing(store: Store, save: Callable[..., bool], column: str) -> None:
    for number in range(len(PLANTED_TEXTS) + 1):
        save(str(number), number)
    with raw(store) as connection:
        for number, planted in enumerate(PLANTED_TEXTS):
            connection.execute(f"UPDATE Cache SET {column} = {planted} WHERE key = '{number}'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StoreWarning)
        for number in range(len(PLANTED_TEXTS)):
            loaded = store.load(str(number))
            assert loaded is MISSING or loaded.value == number
            store.contains(str(number))
        assert len(PLANTED_TEXTS) == store.load(str(len(PLANTED_TEXTS))).value
        list(store.entries())
        store.totals()
        store.find_keys("", 9)
        list(store.aliases())
        for number in range(len(PLANTED_TEXTS)):
            assert save(str(number), -number)
            assert -number == store.load(str(number)).value


NAMES = [
    "a/../../b",
    "..",
    "/etc/passwd",
    "nul\0nul",
    "x" * 10_000,
    "é\u202e\n",
    "\ud800",
    "%s{0}$HOME~",
    "' OR 1=1 --",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_is_no_path_and_no_sql(store: Store, save: Callable[..., bool], tmp_path: Path, name: str) -> None:
    assert save("k", 1, name)
    assert save("large", FILE, name)
    assert save("other", 1, "other")
    store.record(name, hits=2)
    store.close()
    assert (1, FILE) == (store.load("k").value, store.load("large").value)
    assert name == store.metadata("k").origin
    assert 2 == store.counters(name).hits
    assert 2 == len([info for info in store.entries() if info.origin != "other"]) == store.clear(name)
    assert ["other"] == [info.key for info in store.entries()]
    assert {store.directory.name} == {path.name for path in tmp_path.iterdir()}
