"""What the system has too little of, or tells wrongly: disk, descriptors, time, a file system of this machine's own."""

# ruff: noqa: PT031 - one warning for several calls is what these tests are about
from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from memo.errors import StoreWarning
from memo.store import Store
from memo.store.directory import mounts
from memo.store.directory.mounts import network_type, type_of
from memo.typing import MISSING

FILE, HUGE = b"x" * 50_000, b"x" * (2 << 20)

FULL = """
import sys, warnings
from memo.store import Metadata, Store
from pathlib import Path

store, warned = Store("/mnt/store"), []
warnings.showwarning = lambda message, *_: warned.append(str(message))
def save(key, size):
    return store.save(key, key[:1].encode() * size, Metadata(key=key, origin="p/m:f"))
def files():
    return sorted(str(path) for path in Path("/mnt/store").rglob("*.*") if path.suffix in {".entry", ".partial"})

assert save("a", 10) and save("b", 300_000)
before = files()
assert not save("c", 3_000_000), "a file that does not fit"
assert before == files(), "debris"
saved = [save(f"d{number}", 20_000) for number in range(200)]
assert not all(saved), "rows that do not fit"
assert [True] * 2 == [store.load(key).value[:1] == key.encode() for key in "ab"]
assert 1 == len(warned), warned
assert "is on a full disk" in warned[0] and "free some space there" in warned[0]
for number, is_saved in enumerate(saved):
    assert is_saved == store.contains(f"d{number}")
assert store.delete("b")
assert any(save(f"e{number}", 1000) for number in range(5)), "storing resumes"
print("done")
"""


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """A real one, of two megabytes, where the system lets a user mount one."""
    mount = 'mount -t tmpfs -o size=2m none /mnt && exec "$@"'
    command = ["unshare", "-Urm", "sh", "-c", mount, "sh"]
    if not shutil.which("unshare") or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mounting here")
    done = subprocess.run([*command, sys.executable, "-c", FULL], capture_output=True, text=True, check=False)
    assert ("done\n", "") == (done.stdout, done.stderr)


@contextmanager
def few_descriptors(more: int) -> Iterator[None]:
    """Let the process open only so many more files."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + more, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("more", range(6))
def test_a_process_that_can_open_no_more_files(
    store: Store, save: Callable[..., bool], is_open: bool, more: int
) -> None:
    """Whatever cannot be opened is a miss and is not stored; as soon as it can, everything is as before."""
    save("row", 1)
    save("file", FILE)
    save("huge", HUGE)
    if not is_open:
        store.close()
    with warnings.catch_warnings(record=True) as warned, few_descriptors(more):
        warnings.simplefilter("always")
        for key, value in {"row": 1, "file": FILE, "huge": HUGE}.items():
            loaded = store.load(key)
            assert loaded is MISSING or loaded.value == value
            save(f"new {key}", value)
    assert more or warned
    for warning in warned:
        assert "raise the limit of open files (ulimit -n)" in str(warning.message)
    for key, value in {"row": 1, "file": FILE, "huge": HUGE}.items():
        assert value == store.load(key).value
        assert save(f"new {key}", value)
        assert value == store.load(f"new {key}").value
    assert [] == list(store.directory.glob("*aside*"))


@pytest.mark.parametrize("now", [0.0, -1e9, 1e11, float("nan")])
def test_a_clock_that_jumps(
    store: Store, save: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, now: float
) -> None:
    save("before", 1)
    assert 1 == store.load("before").value
    monkeypatch.setattr(time, "time", lambda: now)
    assert save("during", FILE)
    store.record("o", hits=1)
    for reader in (store, Store(store.directory)):
        assert (1, FILE) == (reader.load("before").value, reader.load("during").value)
    monkeypatch.undo()
    store.record("o", hits=1)
    assert (1, FILE) == (store.load("before").value, store.load("during").value)
    assert 2 == store.counters("o").hits
    assert save("during", 2)
    assert store.delete("before")
    assert ["during"] == [info.key for info in store.entries()]


def table(kind: str, device: int) -> str:
    """What Linux says of a file system of *kind* on *device*, beside another one."""
    return (
        "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
        f"36 35 {os.major(device)}:{os.minor(device)} / /home rw,noatime shared:1 master:2 - {kind} server:/home rw\n"
    )


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "lustre", "fuse.sshfs", "9p"])
def test_a_network_file_system_is_warned_of_once(
    store: Store, save: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "mountinfo").write_text(table(kind, tmp_path.stat().st_dev))
    monkeypatch.setattr(mounts, "MOUNTS", tmp_path / "mountinfo")
    with pytest.warns(StoreWarning, match="directory of this machine") as warned:
        assert save("k", 1)
        assert save("large", HUGE)
    assert 1 == len(warned)
    assert f"{store.directory} is on a network file system ({kind})" in str(warned[0].message)
    assert (1, HUGE) == (store.load("k").value, store.load("large").value)


@pytest.mark.parametrize("kind", ["ext4", "btrfs", "tmpfs", "overlay", "fuse.gocryptfs", "fuse", "zfs", "apfs", ""])
def test_a_file_system_of_this_machine_is_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str) -> None:
    device = tmp_path.stat().st_dev
    assert kind == type_of(device, table(kind, device))
    assert "" == type_of(device + 1, table(kind, device))
    for text in (table(kind, device), "", "nonsense\n - nfs\n1 2 3 - nfs\n"):
        (tmp_path / "mountinfo").write_text(text)
        monkeypatch.setattr(mounts, "MOUNTS", tmp_path / "mountinfo")
        assert network_type(tmp_path / "not" / "there" / "yet") is None
    monkeypatch.setattr(mounts, "MOUNTS", tmp_path / "missing")
    assert network_type(tmp_path) is None
