"""``--json``: each command prints what the published schema says, and no field that it does not know."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from memo.cli import main
from memo.store import Store
from tests.cli.conftest import ABC1, document, memo

jsonschema = pytest.importorskip("jsonschema")

SCHEMA = Path(__file__).parents[2] / "docs" / "_static" / "cli.schema.json"
PROGRAM = """
from dataclasses import dataclass
from memo import memoize_step
import json
@dataclass
class Point:
    x: int
@memoize_step
def make(x): return [x, {"a": x}]
@memoize_step(tags=("night",))
def use(rows, point=None, y=1): return len(rows), json.dumps(y)
use(make(1), Point(1)), use(make(2), Point(2)), use(make(2), Point(2))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a program that has run before and after an edit, and of its store."""
    directory = tmp_path_factory.mktemp("project")
    for text in (PROGRAM, PROGRAM.replace("len(rows)", "len(rows) + 0")):
        (directory / "program.py").write_text(text)
        command = [sys.executable, "-B", "-c", "import program"]
        subprocess.run(command, cwd=directory, env=os.environ | {"MEMO_DIR": str(directory / "store")}, check=True)
    return directory


@pytest.fixture
def made(project: Path, own_store: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Return the keys of two entries of a step that was run with the results of another, before and after an edit."""
    shutil.copytree(project / "store", own_store)
    monkeypatch.syspath_prepend(project)
    monkeypatch.delitem(sys.modules, "program", raising=False)
    store = Store(own_store)
    first, *_, last = (entry.key for entry in store.entries() if entry.origin.endswith(":use"))
    store.close()
    return first, last


def strict(schema: Any) -> Any:
    """Return a schema that takes only the fields that it names."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    own = {name: strict(each) for name, each in schema.items()}
    return {"additionalProperties": False, **own} if isinstance(own.get("required"), list) else own


def conforms(document: Any, name: str) -> None:
    schema = strict(json.loads(SCHEMA.read_text("utf-8")))
    jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}).validate(document)


def test_the_schema_is_one_and_has_every_command() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert {f"memo {name}" for name in main.commands} == {name for name in schema["$defs"] if name.startswith("memo ")}
    assert {f"#/$defs/memo {name}" for name in main.commands} | {"#/$defs/failure"} == {
        each["$ref"] for each in schema["anyOf"]
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["ls"], ["ls", "use"], ["ls", "--tag", "night"], ["stats"], ["explain", "use"], ["show", "{last}", "--lineage"],
        ["show", "{first}"], ["diff", "{first}", "{last}"], ["accept", "program:use", "--dry-run"], ["path"],
        ["config"], ["accept", "program:use", "--revoke"], ["verify"], ["export", "{file}"],
        ["gc", "--max-bytes", "0", "--yes"], ["gc", "--orphans"], ["rm", "--all", "--yes"],
        ["invalidate", "{first}", "--downstream", "--yes"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_document_is_as_the_schema_says(made: tuple[str, str], tmp_path: Path, arguments: list[str]) -> None:
    names = {"first": made[0], "last": made[1], "file": str(tmp_path / "bundle")}
    result = memo(*(each.format(**names) for each in arguments), "--json")
    assert (0, "") == (result.exit_code, result.stderr)
    conforms(document(result), f"memo {arguments[0]}")


def test_what_is_imported_accepted_or_made_is_as_the_schema_says(made: tuple[str, str], tmp_path: Path) -> None:
    memo("export", str(tmp_path / "bundle"))
    imported = memo("import", str(tmp_path / "bundle"), "--store", str(tmp_path / "other"), "--json")
    conforms(document(imported), "memo import")
    assert 0 < document(memo("accept", "program:use", "--json"))["acceptance"]["accepted"]
    conforms(document(memo("ls", "--json")), "memo ls")
    conforms(document(memo("keygen", "--json")), "memo keygen")
    conforms(document(memo("completion", "fish", "--json")), "memo completion")


@pytest.mark.parametrize(
    "arguments",
    [["ls", "zz"], ["show", "zz"], ["show", "ab"], ["rm", "--all"], ["export", "/"], ["accept", "no:step"],
     ["explain", "flights"], ["diff", "b", "zz"], ["ls", "--tag", "zz"], ["import", "/"]],
    ids=" ".join,
)  # fmt: skip
def test_a_failure_is_as_the_schema_says(store: Store, arguments: list[str]) -> None:
    result = memo(*arguments, "--json")
    assert 1 == result.exit_code
    conforms(document(result), "failure")


def test_a_damaged_entry_is_as_the_schema_says(store: Store) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(store.directory / "cache.db", isolation_level=None)) as database:
        database.execute("UPDATE Cache SET value = x'00', size = NULL WHERE key = ?", (ABC1,))
    for command in ("ls", "stats", "verify"):
        conforms(document(memo(command, "--json")), f"memo {command}")


def test_a_field_that_the_schema_does_not_know_is_seen(store: Store) -> None:
    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        conforms(document(memo("path", "--json")) | {"surprise": 1}, "memo path")
    with pytest.raises(jsonschema.ValidationError, match="'store' is a required property"):
        conforms({}, "memo path")
