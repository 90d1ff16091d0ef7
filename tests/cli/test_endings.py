"""How a command ends that does not simply end: warnings, errors, interrupts, readers that have gone."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from memo.cli.conventions import command
from memo.errors import MemoWarning, StoreError, StoreWarning
from memo.store import Metadata, Store
from tests.cli.conftest import KEYS, document, memo, memo_process


def test_a_stores_warning_is_one_line_and_an_exit_code(own_store: Path) -> None:
    own_store.mkdir()
    (own_store / "cache.db").write_bytes(b"\x1b[2J" * 1000)
    done = memo_process("ls")
    assert (1, "") == (done.returncode, done.stdout)
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Warning: the store in {own_store} has a database that is damaged")
    assert [] == document(memo("ls", "--json"))["entries"]


def test_a_warning_does_not_drive_the_terminal() -> None:
    @command
    def warned(store, output):
        warnings.warn("trouble\x1b[2J\nin the store", StoreWarning, stacklevel=1)
        warnings.warn("trouble", MemoWarning, stacklevel=1)

    result = memo(program=warned)
    assert (1, "Warning: trouble\\x1b[2J\\nin the store\nWarning: trouble\n") == (result.exit_code, result.stderr)


def test_a_warning_about_something_else_than_the_store_is_no_failure() -> None:
    @command
    def warned(store, output):
        warnings.warn("trouble", MemoWarning, stacklevel=1)

    result = memo(program=warned)
    assert (0, "Warning: trouble\n") == (result.exit_code, result.stderr)


def test_a_command_closes_its_store(store: Store) -> None:
    used = []

    @command
    def ask(store, output):
        used.append((store, len(list(store.entries())), store._storage.index._connection))

    memo(program=ask)
    ((asked, count, connection),) = used
    assert (len(KEYS), True) == (count, connection is not None)
    assert asked._storage.index._connection is None


def test_a_store_that_cannot_be_changed_is_an_error() -> None:
    @command
    def broken(store, output):
        raise StoreError("/store", "is on a full disk; free some space")

    result = memo("--json", program=broken)
    assert (1, "Error: the store in /store is on a full disk; free some space\n") == (result.exit_code, result.stderr)
    assert "store" == document(result)["error"]["kind"]


def test_an_interrupted_command_ends_quietly() -> None:
    @command
    def slow(store, output):
        output.say("begun")
        raise KeyboardInterrupt

    result = memo(program=slow)
    assert (130, "begun\n", "\n") == (result.exit_code, result.stdout, result.stderr)


@pytest.mark.parametrize("arguments", [["ls"], ["ls", "--json"], ["stats"], ["rm", "zz", "--json"]])
def test_a_reader_that_stops_reading_is_no_error(store: Store, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = memo_process(*arguments, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    finally:
        os.close(writing)
    assert (141, "") == (done.returncode, done.stderr)


def test_one_line_of_many_can_be_read(store: Store) -> None:
    for number in range(3000):
        store.save(f"f{number:063}", number, Metadata(key=f"f{number:063}", origin="many/module:step"))
    store.close()
    command = f"set -o pipefail; '{sys.executable}' -m memo ls | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (141, "", next(iter(KEYS))) == (done.returncode, done.stderr, done.stdout.split("\t")[0])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_output_that_cannot_be_written_is_an_error(store: Store) -> None:
    with Path("/dev/full").open("w") as full:
        done = memo_process("ls", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (1, "Error: the output cannot be written: No space left on device\n") == (done.returncode, done.stderr)


def test_streams_that_are_closed_are_no_error(store: Store) -> None:
    command = f"'{sys.executable}' -m memo ls >&- && '{sys.executable}' -m memo rm --all <&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (1, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("Error: nothing was removed")
