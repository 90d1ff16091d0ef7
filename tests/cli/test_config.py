"""``memo path``, ``memo config`` and ``memo keygen``: where, from where, and what to sign with."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from memo.config import configure, sources
from memo.store import Store
from memo.testing import temporary_store
from tests.cli.conftest import document, memo, memo_process
from tests.cli.terminal import in_terminal

DEFAULTS = {
    "enabled": (True, "default"),
    "first_party": ([], "default"),
    "third_party": ([], "default"),
    "versions": ("exact", "default"),
    "wait": (3600.0, "default"),
    "single_flight": (True, "default"),
    "verify": (0.0, "default"),
    "tags": ([], "default"),
    "expire": (None, "default"),
    "compress": (None, "default"),
    "refresh": ([], "default"),
    "secret": (False, "default"),
    "old_secrets": (0, "default"),
}


def test_the_path_is_the_stores_and_makes_none(own_store: Path, tmp_path: Path) -> None:
    result = memo("path")
    assert (0, f"{own_store}\n", "") == (result.exit_code, result.stdout, result.stderr)
    assert {"store": str(own_store)} == document(memo("path", "--json"))
    assert f"{tmp_path / 'x'}\n" == memo("path", "--store", str(tmp_path / "x")).stdout
    assert not own_store.exists()


def test_the_path_is_as_it_is_in_a_pipe_and_safe_on_a_terminal(tmp_path: Path) -> None:
    evil = str(tmp_path / "a\x1b[31mb\u202e")
    assert evil + "\n" == memo("path", "--store", evil).stdout
    seen = in_terminal("path", "--store", evil, columns=300)
    assert seen.raw.replace("\n", "").isprintable()


def settings_of(*arguments: str) -> dict[str, tuple[object, str]]:
    rows = document(memo("config", *arguments, "--json"))["settings"]
    return {row["name"]: (row["value"], row["source"]) for row in rows}


def test_what_nobody_said_is_the_default(own_store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    done = memo_process("config", "--json", cwd=tmp_path)
    rows = {row["name"]: (row["value"], row["source"]) for row in json.loads(done.stdout)["settings"]}
    assert {"store": (str(own_store), "MEMO_DIR")} | DEFAULTS == rows
    assert "store" == next(iter(rows))


def test_each_setting_tells_where_it_comes_from(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[tool.memo]\nversions = "minor"\nfirst_party = ["mine", "ours"]\nenabled = false\n')
    environment = os.environ | {
        "MEMO_DISABLE": "0",
        "MEMO_REFRESH": "fit",
        "MEMO_SECRET": "s" * 32,
        "MEMO_OLD_SECRETS": "t" * 32 + "," + "u" * 32,
    }
    done = memo_process("config", "--store", "here", cwd=tmp_path, env=environment)
    assert [
        f"store\t{tmp_path / 'here'}\t--store",
        "enabled\tyes\tMEMO_DISABLE",
        f"first_party\tmine, ours\t[tool.memo] of {project}",
        "third_party\tnone\tdefault",
        f"versions\tminor\t[tool.memo] of {project}",
        "wait\t3600.0\tdefault",
        "single_flight\tyes\tdefault",
        "verify\t0.0\tdefault",
        "tags\tnone\tdefault",
        "expire\tnone\tdefault",
        "compress\tnone\tdefault",
        "refresh\tfit\tMEMO_REFRESH",
        "secret\tyes\tMEMO_SECRET",
        "old_secrets\t2\tMEMO_OLD_SECRETS",
    ] == done.stdout.splitlines()
    assert (0, "") == (done.returncode, done.stderr)


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMO_SECRET", "sesame" * 10)
    monkeypatch.setenv("MEMO_OLD_SECRETS", "abracadabra" * 5)
    for result in (memo("config"), memo("config", "--json")):
        assert "sesame" not in result.stdout + result.stderr
        assert "abracadabra" not in result.stdout + result.stderr


def test_a_terminal_shows_a_table(own_store: Path) -> None:
    seen = in_terminal("config", columns=200)
    assert ["SETTING", "VALUE", "FROM"] == seen.lines[0].split()
    assert ["store", str(own_store), "MEMO_DIR"] == seen.lines[1].split()


def test_what_a_program_configured_and_a_block_says_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("memo.config._configured", {})
    configure(versions="off")
    assert "memo.configure()" == sources()["versions"]
    with temporary_store():
        assert "a with block" == sources()["store"]
    assert "MEMO_DIR" == sources()["store"]


def test_a_new_secret_is_printed_each_time_and_can_be_used(tmp_path: Path) -> None:
    first, second = memo("keygen"), memo("keygen")
    assert (0, 65, "") == (first.exit_code, len(first.stdout), first.stderr)
    assert first.stdout != second.stdout
    assert 64 == len(json.loads(memo("keygen", "--json").stdout)["secret"])
    Store(tmp_path / "store", secret=first.stdout.strip()).close()


def test_a_secret_that_is_none_does_not_keep_its_remedy_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMO_SECRET", "short")
    assert [2, 0] == [memo("path").exit_code, memo("keygen").exit_code]
