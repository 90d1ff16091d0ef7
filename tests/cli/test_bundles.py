"""``memo export`` and ``memo import``: from one store to another, and what is said on the way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from memo.store import Metadata, Store
from tests.cli.conftest import ABC0, KEYS, document, keys_in, memo, memo_process
from tests.cli.terminal import in_terminal


@pytest.fixture
def other(tmp_path: Path) -> Store:
    return Store(tmp_path / "other")


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "results.memo")


def test_entries_go_from_one_store_to_another(store: Store, other: Store, file: str) -> None:
    result = memo("export", file)
    assert (0, "") == (result.exit_code, result.stderr)
    assert result.stdout.startswith("exported 4 entries (")
    result = memo("import", file, "--store", str(other.directory))
    assert (0, f"imported 4 entries into {other.directory}; 0 were there\n") == (result.exit_code, result.stdout)
    assert set(KEYS) == keys_in(other)
    result = memo("import", file, "--store", str(other.directory))
    assert (0, f"imported 0 entries into {other.directory}; 4 were there\n") == (result.exit_code, result.stdout)


def test_the_steps_that_have_this_in_their_name_can_be_meant(store: Store, other: Store, file: str) -> None:
    assert 0 == memo("export", file, "flights/train", "--no-source").exit_code
    memo("import", file, "--store", str(other.directory))
    assert {key for key, origin in KEYS.items() if "flights/train" in origin} == keys_in(other)
    result = memo("export", file + "2", "nothing")
    assert (1, False) == (result.exit_code, Path(file + "2").exists())


def test_what_is_known_about_code_can_be_left_where_it_is(store: Store, other: Store, file: str) -> None:
    store.save("d" * 64, 1, Metadata(key="d" * 64, origin="p/m:f", code_digest="e" * 64))
    store.save_manifest("e" * 64, {"digest": "e" * 64})
    store.close()
    assert 1 == document(memo("export", file, "--json"))["manifests"]
    assert 5 == document(memo("import", file, "--no-source", "--json", "--store", str(other.directory)))["entries"]
    assert not other.has_manifest("e" * 64)
    assert 5 == document(memo("import", file, "--json", "--store", str(other.directory)))["present"]
    assert other.has_manifest("e" * 64)


def test_the_documents_have_what_the_reference_says(store: Store, other: Store, file: str) -> None:
    result = memo("export", file, "--json")
    size = Path(file).stat().st_size
    assert {"store": str(store.directory), "file": file, "entries": 4, "manifests": 0, "bytes": size} == (
        document(result)
    )
    result = memo("import", file, "--json", "--store", str(other.directory))
    assert {"store": str(other.directory), "file": file, "entries": 4, "present": 0, "reserved": 0} == document(result)


def test_a_file_that_is_there_is_not_overwritten(store: Store, file: str) -> None:
    Path(file).write_text("mine")
    result = memo("export", file)
    assert (1, "", "mine") == (result.exit_code, result.stdout, Path(file).read_text())
    assert f"Error: {file} exists already, and is not overwritten: choose another name\n" == result.stderr
    assert "file" == document(memo("export", file, "--json"))["error"]["kind"]


@pytest.mark.parametrize("arguments", [["export", "missing/x"], ["import", "missing"]])
def test_a_file_that_cannot_be_used_is_an_error(
    store: Store, tmp_path: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = memo(*arguments)
    assert (1, "") == (result.exit_code, result.stdout)
    assert f"Error: {arguments[1]} cannot be " in result.stderr
    assert "No such file or directory" in result.stderr


@pytest.mark.parametrize("content", [b"", b"something else", b"truncated"])
def test_what_is_no_bundle_is_an_error_and_nothing_is_imported(
    store: Store, other: Store, file: str, content: bytes
) -> None:
    memo("export", file)
    Path(file).write_bytes(Path(file).read_bytes()[:-1] if content == b"truncated" else content)
    result = memo("import", file, "--store", str(other.directory), "--json")
    error = document(result)["error"]
    assert (1, "store") == (result.exit_code, error["kind"])
    assert f"takes nothing from {file}, which is " in error["message"]
    assert not other.directory.exists()


def test_a_damaged_entry_is_left_out_and_that_is_an_exit_code(store: Store, file: str) -> None:
    with closing(sqlite3.connect(store.directory / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET value = x'00' WHERE key = ?", (ABC0,))
    done = memo_process("export", file)
    assert (1, True) == (done.returncode, done.stdout.startswith("exported 3 entries ("))
    assert "Warning: the entry abc000000000 is not in the bundle: it does not begin as an entry\n" == done.stderr


def test_a_terminal_has_bars(store: Store, other: Store, file: str) -> None:
    assert "exporting" in in_terminal("export", file).text
    assert "importing" in in_terminal("import", file, "--store", str(other.directory)).text
    done = memo_process("import", file)
    assert (0, "") == (done.returncode, done.stderr)
