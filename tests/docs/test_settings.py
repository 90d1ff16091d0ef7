"""The page about settings lists each of them, with its default, and each environment variable."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from memo import config
from tests.cli.conftest import memo

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "reference" / "settings.md").read_text("utf-8")
ROWS = {
    row[0].strip("*"): row for row in (line.strip("| ").split(" | ") for line in PAGE.splitlines() if line[:3] == "| *")
}
SECRETS = {"secret", "old_secrets"}


def test_each_setting_has_a_row() -> None:
    assert {*config.Settings._fields} - {"forced"} | SECRETS == set(ROWS)


def test_the_defaults_are_these() -> None:
    simple = {name: row[2].strip("`") for name, row in ROWS.items() if name not in {*SECRETS, "store"}}
    defaults = {name: default for name, default in config.Settings._field_defaults.items() if name in simple}
    spelled = {
        name: "none" if value == () else str(value).lower().removesuffix(".0") for name, value in defaults.items()
    }
    assert spelled == simple


def test_the_file_that_the_page_shows_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(block, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MEMO_DIR")
    monkeypatch.setattr(config, "_current", (None, config.Settings()))  # as in a process that begins there
    told = {each["name"]: each["value"] for each in json.loads(memo("config", "--json").stdout)["settings"]}
    expected = {"store": str(tmp_path / "results"), "versions": "minor", "first_party": ["our_library"]}
    assert expected == {name: told[name] for name in expected}


def test_each_environment_variable_that_the_documentation_names_is_one_of_these() -> None:
    named = {
        name for page in (REPOSITORY / "docs").rglob("*.md") for name in re.findall(r"MEMO_[A-Z_]+", page.read_text())
    }
    assert set(re.findall(r"MEMO_[A-Z_]+", PAGE)) == named
    assert {*config.VARIABLES, "MEMO_SECRET", "MEMO_OLD_SECRETS"} == named
