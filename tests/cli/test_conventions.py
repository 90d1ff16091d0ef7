"""What holds for every command: help, options, documents, names and colors, and what is loaded."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest

import memo as package
from memo.cli import main
from memo.store import Metadata, Store
from tests.cli.conftest import document, memo, memo_process
from tests.cli.terminal import in_terminal

COMMANDS = [
    "ls", "stats", "show", "explain", "diff", "accept", "invalidate", "rm", "gc", "verify", "export", "import",
    "path", "config", "keygen", "completion",
]  # fmt: skip
#: What makes a command say something about everything in the store, which has one entry.
EVERYTHING = {
    "rm": ["--all", "--yes"], "gc": ["--max-bytes", "0", "--yes"], "export": ["file"],
    "show": ["f"], "explain": ["step"], "diff": ["f", "f"], "accept": ["tests.cli.elsewhere:step", "--dry-run"],
    "invalidate": ["f", "--yes"],
}  # fmt: skip
EVIL = "evil/\x1b]0;title\x07\x1b[2J:[red]step\nsecond\u202e line\x7f\x9b"
SHOWN = "evil/\\x1b]0;title\\x07\\x1b[2J:[red]step\\nsecond\\u202e line\\x7f\\x9b"


@pytest.fixture
def evil(own_store: Path) -> Store:
    """A store with an entry whose step's name is made to drive a terminal."""
    store = Store(own_store)
    store.save("e" * 64, 1, Metadata(key="e" * 64, origin=EVIL))
    store.record(EVIL, hits=1)
    store.close()
    return store


@pytest.mark.parametrize("arguments", [[], *[[each] for each in COMMANDS]])
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_has_two_names_and_lists_what_all_commands_take(arguments: list[str], option: str) -> None:
    result = memo(*arguments, option)
    assert 0 == result.exit_code
    expected = ["--store DIR", "--json", "-h, --help"] if arguments else COMMANDS
    if arguments in (["keygen"], ["completion"]):  # which need no store, and none that could be wrong
        expected = expected[1:]
    assert expected == [each for each in expected if each in result.stdout]


def test_the_commands_are_listed_in_one_line_each() -> None:
    listed = memo("-h").stdout.partition("Commands:\n")[2].splitlines()
    assert COMMANDS == [line.split()[0] for line in listed]
    assert not any(line.endswith("...") for line in listed)


def test_without_a_command_the_help_is_an_error() -> None:
    result = memo()
    assert (2, "") == (result.exit_code, result.stdout)
    assert memo("-h").stdout == result.stderr


def test_the_version_is_the_distributions() -> None:
    assert f"memo {version('memoize-step')}\n" == memo("--version").stdout


def test_the_module_and_the_script_are_the_same_program(store: Store) -> None:
    script = subprocess.run([Path(sys.executable).parent / "memo", "ls"], capture_output=True, text=True, check=True)
    assert memo_process("ls").stdout == script.stdout != ""


@pytest.mark.parametrize(
    "arguments", [["lst"], ["ls", "a", "b"], ["ls", "--bad"], ["--bad"], ["ls", ""], ["ls", "--store", ""]]
)
def test_what_is_not_understood_says_where_help_is(arguments: list[str]) -> None:
    result = memo(*arguments)
    assert (2, "") == (result.exit_code, result.stdout)
    assert "' for help." in result.stderr


@pytest.mark.parametrize(
    ("typed", "meant"), [("lst", "ls"), ("status", "stats"), ("remove", ""), ("export-all", "export")]
)
def test_a_command_that_is_not_there_is_named_with_the_nearest_one(typed: str, meant: str) -> None:
    result = memo(typed)
    hint = f"; did you mean memo {meant}?" if meant else ""
    assert (2, f"Error: there is no command '{typed}'{hint}") == (result.exit_code, result.stderr.splitlines()[-1])


def test_an_option_on_the_wrong_side_of_the_command_is_told_its_place() -> None:
    result = memo("--store", "x", "ls")
    assert 2 == result.exit_code
    assert "Error: --store belongs behind a command: memo ls --store ...\n" in result.stderr


@pytest.mark.parametrize("each", ["ls", "stats", "rm", "gc", "verify", "export"])
def test_another_store_can_be_named(store: Store, tmp_path: Path, each: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    other = Store(tmp_path / "other")
    other.save("f" * 64, 1, Metadata(key="f" * 64, origin="elsewhere/module:step"))
    other.close()
    result = memo(each, "--store", str(other.directory), "--json", *EVERYTHING.get(each, []))
    assert str(other.directory) == document(result)["store"]
    assert "elsewhere" in result.stdout or 1 == document(result)["entries"]
    assert "flights" not in result.stdout


def test_without_memo_dir_the_projects_store_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEMO_DIR")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").write_text('[tool.memo]\nstore = "results"\n')
    stores = [
        json.loads(memo_process("ls", "--json", cwd=cwd).stdout)["store"] for cwd in (tmp_path / "project", tmp_path)
    ]
    assert [str(tmp_path / "project" / "results"), str(tmp_path / "cache" / "memo")] == stores


def test_a_setting_that_is_no_setting_is_not_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMO_DISABLE", "perhaps")
    result = memo("ls")
    assert 2 == result.exit_code
    assert "Error: MEMO_DISABLE=perhaps: expected one of 1, true" in result.stderr


@pytest.mark.parametrize("arguments", [["ls"], ["stats"], ["rm", "zz", "--yes"], ["rm", "--all"], ["ls", "nothing"]])
def test_with_json_there_is_one_document_whatever_happens(evil: Store, arguments: list[str]) -> None:
    result = memo(*arguments, "--json")
    assert str(evil.directory) == document(result)["store"]
    assert (result.exit_code == 1) == ("error" in document(result))


@pytest.mark.parametrize("arguments", [["ls"], ["stats"], ["ls", "evill"], ["rm", "e"], ["rm", "--step", "evil"]])
def test_no_step_drives_the_terminal(evil: Store, arguments: list[str]) -> None:
    seen = in_terminal(*arguments, columns=200, typed="n\n", NO_COLOR="1")
    assert SHOWN in seen.raw
    assert seen.raw.replace("\n", "").isprintable()
    result = memo(*arguments)
    assert (result.stdout + result.stderr).replace("\n", "").replace("\t", "").isprintable()
    assert set() == {each for each in memo(*arguments, "--json").stdout if not each.isprintable()} - {"\n"}


def test_the_document_has_a_name_as_it_is(evil: Store) -> None:
    assert EVIL == document(memo("ls", "--json"))["entries"][0]["origin"]


def test_a_candidate_does_not_drive_the_terminal(evil: Store) -> None:
    evil.save("e" * 63 + "f", 1, Metadata(key="e" * 63 + "f", origin=EVIL + "2"))
    evil.close()
    for arguments in (["rm", "e"], ["rm", "--step", "evil"]):
        result = memo(*arguments)
        assert SHOWN in result.stderr
        assert result.stderr.replace("\n", "").isprintable()


def test_a_name_that_the_encoding_lacks_is_spelled_out(own_store: Path) -> None:
    store = Store(own_store)
    store.save("f" * 64, 1, Metadata(key="f" * 64, origin="größe/数据:step"))
    store.close()
    done = memo_process("ls", env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (0, "gr\\xf6\\xdfe/\\u6570\\u636e:step") == (done.returncode, done.stdout.split("\t")[1])


@pytest.mark.parametrize("arguments", [["ls"], ["stats"], ["rm", "--all", "--yes"], ["config"], ["verify"]])
def test_a_store_that_is_no_directory_is_said_to_be_none(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "file").write_text("mine")
    result = memo(*arguments, "--store", str(tmp_path / "file"))
    assert (1, "mine") == (result.exit_code, (tmp_path / "file").read_text())
    assert f"Warning: the store in {tmp_path / 'file'} is no directory; name another\n" == result.stderr


@pytest.mark.parametrize(
    "arguments", [["ls"], ["stats"], ["show", "ab"], ["verify"], ["config"], ["rm", "--all", "--yes"]]
)
@pytest.mark.parametrize("directory", ["a" * 5000, "/dev/null/store", "/proc/1/store"])
def test_a_store_that_cannot_be_is_no_traceback(arguments: list[str], directory: str) -> None:
    result = memo(*arguments, "--store", directory)
    assert result.exit_code in (0, 1)


def test_what_was_typed_is_not_repeated_without_end(store: Store) -> None:
    for arguments in (["ls", "z" * 100_000], ["show", "f" * 100_000], ["explain", "z" * 100_000]):
        result = memo(*arguments)
        assert (1, True) == (result.exit_code, len(result.stderr) < 700)


def test_color_is_for_terminals_that_want_it(store: Store) -> None:
    assert "\x1b[1m" in in_terminal("ls").raw
    assert "\x1b" not in in_terminal("ls", NO_COLOR="1").raw
    assert "\x1b" not in memo_process("ls", env=os.environ | {"FORCE_COLOR": "1", "TERM": "xterm"}).stdout


@pytest.mark.parametrize(
    ("arguments", "loaded"), [(["--help"], "click"), (["ls"], "click"), (["stats", "--json"], "json")]
)
def test_what_needs_no_table_and_no_writing_loads_neither(store: Store, arguments: list[str], loaded: str) -> None:
    program = f"import sys, memo.cli\ntry: memo.cli.main({arguments})\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {loaded} == set(done.stderr.split()) & {loaded, "rich", "diskcache", "difflib"}


def test_rich_and_click_stay_where_they_belong() -> None:
    imported: dict[str, set[str]] = {"click": set(), "rich": set()}
    sources = Path(package.__file__).parent
    for path in sources.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                if name.partition(".")[0] in imported:
                    imported[name.partition(".")[0]].add(str(path.relative_to(sources)))
    magics = {"notebook/magics.py"}  # %memo is the command
    assert {"cli"} == {name.partition("/")[0] for name in imported["click"] - magics}
    assert {"render/table.py", "render/tree.py", "step/progress.py"} == imported["rich"]  # map() has a bar that moves


def test_every_command_has_a_line_in_the_program() -> None:
    assert isinstance(main, click.Group)
    assert COMMANDS == list(main.commands)
