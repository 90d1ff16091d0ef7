"""A bundle brings entries into another store, whole or not at all."""

from __future__ import annotations

import os
import sqlite3
import stat
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from textwrap import dedent

import pytest
from blake3 import blake3

from memo import StoreError, StoreWarning, memoize_step
from memo.store import Store
from memo.store.entries.entry import ENTRY_FORMAT_VERSION
from memo.store.maintenance.bundle import BUNDLE_FORMAT_VERSION, Exported
from memo.typing import MISSING
from tests.store.conftest import ORIGIN

KEY, LARGE = "a" * 64, "b" * 64
SECRET = "s" * 32


@pytest.fixture
def bundle(store: Store, save: Callable[..., bool], tmp_path: Path) -> Path:
    """A bundle with a small and a large entry, and the manifest of their code."""
    save(KEY, ["small"])
    save(LARGE, bytes(2**17))
    store.save_manifest("c0de", {"digest": "c0de"})
    assert (2, 1) == store.export(tmp_path / "bundle")[:2]
    return tmp_path / "bundle"


@pytest.fixture
def other(tmp_path: Path) -> Store:
    return Store(tmp_path / "other")


def test_entries_and_manifests_arrive_as_they_were(store: Store, bundle: Path, other: Store) -> None:
    assert (2, 0, 0) == other.import_(bundle)
    assert (["small"], bytes(2**17)) == (other.load(KEY).value, other.load(LARGE).value)
    assert store.metadata(KEY) == other.metadata(KEY)
    assert {"digest": "c0de"} == other.manifest("c0de")
    assert [(KEY, ORIGIN), (LARGE, ORIGIN)] == other.find_keys("", -1)
    assert [(2, 1), (0, 2)] == [(len(list(other.entries())), len(list(other.directory.rglob("*.entry")))), (0, 2)]
    assert (0, 2, 0) == other.import_(bundle)
    assert 1 == len(list(other.directory.rglob("*.entry")))


def test_a_step_finds_what_was_imported(tmp_path: Path, other: Store) -> None:
    ran = []

    def double(x):
        ran.append(x)
        return 2 * x

    assert 4 == memoize_step(double)(2)
    Store.shared().export(tmp_path / "bundle")
    other.import_(tmp_path / "bundle")
    step = memoize_step(store=other)(double)
    assert ([4, [2]]) == [step(2), ran]
    texts = [other.manifest(entry["source"]) for entry in step.explain(2).to_dict()["code"]["entries"]]
    assert ["def double(x):\n    ran.append(x)\n    return 2 * x"] == [dedent(text["source"]) for text in texts]


def test_without_source_no_manifest_goes_along(store: Store, bundle: Path, other: Store, tmp_path: Path) -> None:
    assert 0 == store.export(tmp_path / "bare", source=False).manifests
    other.import_(tmp_path / "bare")
    assert ([KEY, LARGE], MISSING) == ([key for key, _ in other.find_keys("", -1)], other.manifest("c0de"))


def test_a_bundle_is_for_its_owner_and_never_overwrites(store: Store, bundle: Path) -> None:
    before = bundle.read_bytes()
    assert 0o600 == stat.S_IMODE(bundle.stat().st_mode)
    with pytest.raises(FileExistsError):
        store.export(bundle)
    assert (before, ["bundle"]) == (
        bundle.read_bytes(),
        [path.name for path in bundle.parent.iterdir() if path.is_file()],
    )


def test_what_cannot_be_written_leaves_nothing_behind(store: Store, bundle: Path, tmp_path: Path) -> None:
    def fail(_: int) -> None:
        raise KeyboardInterrupt

    (tmp_path / "folder").mkdir()
    with pytest.raises(KeyboardInterrupt):
        store.export(tmp_path / "folder" / "bundle", told=fail)
    assert [] == list((tmp_path / "folder").iterdir())


def test_a_damaged_entry_is_left_out_with_a_warning(store: Store, bundle: Path, other: Store, tmp_path: Path) -> None:
    store.close()
    with closing(sqlite3.connect(store.directory / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET value = x'00' WHERE key = ?", (KEY,))
    with pytest.warns(StoreWarning, match="aaaaaaaaaaaa is not in the bundle: it does not begin as an entry"):
        assert 1 == store.export(tmp_path / "rest").entries
    assert (1, 0, 0) == other.import_(tmp_path / "rest")


@pytest.mark.parametrize("again", [True, False])
def test_an_entry_that_is_replaced_or_removed_while_it_is_read_is_in_the_bundle_as_it_is_then(
    store: Store,
    save: Callable[..., bool],
    other: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    again: bool,
) -> None:
    save(LARGE, bytes(2**17))
    find = store._storage.index.find

    def find_before(key: str) -> object:
        """Return the row as it was before another process changed it."""
        row = find(key)
        monkeypatch.undo()
        assert save(LARGE, bytes(2**18)) if again else store.delete(LARGE)
        return row

    monkeypatch.setattr(store._storage.index, "find", find_before)
    assert again == store.export(tmp_path / "raced").entries
    assert (again, 0, 0) == other.import_(tmp_path / "raced")
    if again:
        assert bytes(2**18) == other.load(LARGE).value


def refused(other: Store, path: Path) -> str:
    """Return why the bundle is refused; nothing of it is imported, and no store made."""
    with pytest.raises(StoreError) as caught:
        other.import_(path)
    assert not other.directory.exists()
    return str(caught.value).partition(", which ")[2]


def test_a_bundle_that_is_truncated_anywhere_is_refused(bundle: Path, other: Store) -> None:
    data = bundle.read_bytes()
    for size in [*range(0, 1000, 37), *range(1000, len(data), 9973), *range(len(data) - 40, len(data))]:
        bundle.write_bytes(data[:size])
        assert any(word in refused(other, bundle) for word in ("truncated", "no bundle")), size
    bundle.write_bytes(data + b"\0")
    assert "is damaged: its digest is wrong" == refused(other, bundle)


def test_a_flipped_bit_anywhere_is_refused(bundle: Path, other: Store) -> None:
    data = bundle.read_bytes()
    for at in [*range(8), 8, *range(16, 900, 41), *range(900, len(data), 9973), *range(len(data) - 48, len(data))]:
        changed = bytearray(data)
        changed[at] ^= 1 << at % 8
        bundle.write_bytes(changed)
        assert refused(other, bundle), at


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x03\x04" + bytes(100), bytes(100)])
def test_a_foreign_file_is_refused(tmp_path: Path, other: Store, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert "is no bundle of memo" == refused(other, tmp_path / "file")


def test_a_pipe_or_a_directory_is_no_bundle_and_hangs_nobody(tmp_path: Path, other: Store) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert ["is no bundle of memo"] * 2 == [refused(other, path) for path in (tmp_path / "pipe", tmp_path)]


def made(*records: tuple[int, str, bytes], version: int = BUNDLE_FORMAT_VERSION) -> bytes:
    """Return a bundle with a digest that is right, as anybody can make one."""
    data = struct.pack("<8sH6x", b"\x8amemo\r\n\x1b", version)
    for kind, key, content in records:
        data += struct.pack("<B3xIQ", kind, len(key), len(content)) + key.encode() + content
    return data + struct.pack("<B3xIQ", 0, 0, 32) + blake3(data).digest()


def row(store: Store, key: str) -> bytes:
    with closing(sqlite3.connect(store.directory / "cache.db")) as database:
        return database.execute("SELECT value FROM Cache WHERE key = ?", (key,)).fetchone()[0]


@pytest.mark.parametrize("key", ["alias:" + "a" * 64, "counters:x", "../a", "A" * 64, "", "a\0", "a" * 129])
@pytest.mark.parametrize("kind", [1, 2])
def test_a_key_that_is_none_of_an_entry_is_refused(
    store: Store, save: Callable[..., bool], other: Store, tmp_path: Path, kind: int, key: str
) -> None:
    """Otherwise a bundle could bring an alias, and with it answer any key."""
    save(key or "x", 1)
    (tmp_path / "planted").write_bytes(made((kind, key, row(store, key or "x"))))
    assert "damaged" in refused(other, tmp_path / "planted")


def test_an_entry_under_another_key_or_of_a_newer_memo_is_refused(
    store: Store, bundle: Path, other: Store, tmp_path: Path
) -> None:
    data = row(store, KEY)
    newer = data[:40] + (ENTRY_FORMAT_VERSION + 1).to_bytes(2, "little") + data[42:]
    for content, reason in {
        made((1, LARGE, data)): f"has an entry that is not to be believed ({LARGE[:12]}): it belongs to another key",
        made((2, "c0de", data)): "has an entry that is not to be believed (c0de): it belongs to another key",
        made((1, KEY, newer)): "has entries that cannot be read here: a newer version of memo wrote it (layout 2); "
        "update memo to import it",
        made(version=BUNDLE_FORMAT_VERSION + 1): "was made by a newer memo (layout 2): update memo to import it",
        made((3, KEY, data)): "is damaged: it holds what no bundle of memo does",
    }.items():
        (tmp_path / "made").write_bytes(content)
        assert reason == refused(other, tmp_path / "made")
    (tmp_path / "made").write_bytes(made((1, KEY, data)))
    assert (1, 0, 0) == other.import_(tmp_path / "made")


def test_what_a_newer_memo_wrote_here_is_not_overwritten(bundle: Path, other: Store) -> None:
    other.import_(bundle)
    other.close()
    data = row(other, KEY)
    newer = data[:40] + (ENTRY_FORMAT_VERSION + 1).to_bytes(2, "little") + data[42:]
    with closing(sqlite3.connect(other.directory / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET value = ? WHERE key = ?", (newer, KEY))
    assert (0, 1, 1) == other.import_(bundle)
    assert newer == row(other, KEY)


def test_a_damaged_entry_here_is_replaced(bundle: Path, other: Store) -> None:
    other.import_(bundle)
    for path in other.directory.rglob("*.entry"):
        path.write_bytes(b"")
    assert (1, 1, 0) == other.import_(bundle)
    assert bytes(2**17) == other.load(LARGE).value


def test_a_signed_bundle_needs_the_secret_and_an_unsigned_one_needs_that_there_is_none(
    store: Store, bundle: Path, save: Callable[..., bool], other: Store, tmp_path: Path
) -> None:
    signing = Store(tmp_path / "signing", secret=SECRET)
    save(KEY, 1, into=signing)
    assert 1 == signing.export(tmp_path / "signed").entries
    assert "MEMO_SECRET is not set here" in refused(other, tmp_path / "signed")
    assert "MEMO_OLD_SECRETS" in refused(Store(other.directory, secret="t" * 32), tmp_path / "signed")
    assert "it is not signed" in refused(Store(other.directory, secret=SECRET), bundle)
    knowing = Store(other.directory, secret="t" * 32, old_secrets=[SECRET])
    assert (1, 0, 0) == knowing.import_(tmp_path / "signed")
    assert 1 == knowing.load(KEY).value


def test_a_store_that_does_not_exist_makes_an_empty_bundle(store: Store, other: Store, tmp_path: Path) -> None:
    assert Exported(0, 0, 64) == store.export(tmp_path / "empty")
    assert (0, 0, 0) == other.import_(tmp_path / "empty")
    assert [False, False] == [store.directory.exists(), other.directory.exists()]


def test_a_changed_buffer_under_a_right_digest_is_refused(
    store: Store, save: Callable[..., bool], other: Store, tmp_path: Path
) -> None:
    numpy = pytest.importorskip("numpy")
    save(KEY, numpy.arange(1000))
    data = bytearray(row(store, KEY))
    data[-1] ^= 1
    (tmp_path / "made").write_bytes(made((1, KEY, bytes(data))))
    assert "a buffer's checksum is wrong" in refused(other, tmp_path / "made")
