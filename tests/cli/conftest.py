"""A store with entries of several steps, and the command, run here or as a process of its own."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from memo.cli import main
from memo.store import Metadata, Store

# Hexadecimal like real keys: two that begin alike, and two more.
KEYS = {
    "abc0" + "0" * 60: "flights/prepare:load",
    "abc1" + "1" * 60: "flights/train:fit",
    "b" + "2" * 63: "flights/train:fit_all",
    "c" + "3" * 63: "other/train:score",
}
ABC0, ABC1, B, C = KEYS


@pytest.fixture(autouse=True)
def nothing_special(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what changes streams and colors; without a buffer, for one, a pipe that breaks is found at once."""
    for name in ("COLORTERM", "COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "PYTHONIOENCODING", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def store(own_store: Path) -> Store:
    """The default store, with an entry for each of KEYS and what was counted."""
    store = Store(own_store)
    for key, origin in KEYS.items():
        store.save(key, key, Metadata(key=key, origin=origin, seconds=2.5, created=1e9))
    store.record("flights/train:fit", hits=3, misses=2, seconds_saved=7.5)
    store.record("gone/module:step", misses=1)
    store.close()
    return store


def memo(*arguments: str, typed: str = "", program: click.Command = main) -> Result:
    """Run the command here; standard output is no terminal."""
    # Before 8.2 the runner of click mixes the streams unless it is told not to; since then it never does.
    is_old = "mix_stderr" in inspect.signature(CliRunner).parameters
    runner = CliRunner(mix_stderr=False) if is_old else CliRunner()
    return runner.invoke(program, arguments, input=typed, catch_exceptions=False)


def memo_process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    command = [sys.executable, "-m", "memo", *arguments]
    return subprocess.run(command, text=True, check=False, **{"capture_output": True, **options})


def document(result: Result) -> Any:
    """Return the one JSON document on standard output."""
    return json.loads(result.stdout)


def keys_in(store: Store) -> set[str]:
    """Return the keys of the entries that are there now."""
    return {key for key, _ in Store(store.directory).find_keys("", -1)}
