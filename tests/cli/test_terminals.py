"""Every command that shows something, at 80 and at 200 columns and in a pipe, with names that are long."""

from __future__ import annotations

import pytest

from memo.store import Argument, Metadata, Store
from tests.cli.conftest import memo, memo_process
from tests.cli.terminal import in_terminal

LONG = "flights-1a2b3c/package.subpackage.module:Class.a_method_with_a_long_name.<locals>.and_a_function_inside_of_it"
KEYS = ["a" * 64, "b" * 64]
COMMANDS = [
    ["ls"], ["stats"], ["show", "a", "--lineage"], ["explain", "inside_of_it"], ["diff", "a", "b"], ["config"],
    ["path"], ["verify"], ["ls", "insid_of"], ["gc", "--max-bytes", "1GB"], ["-h"], ["gc", "-h"], ["completion", "-h"],
]  # fmt: skip
#: What shows the long names.
SHOWING = ("ls", "stats", "show", "explain", "diff")


@pytest.fixture
def long_names(own_store) -> Store:
    store = Store(own_store)
    for number, key in enumerate(KEYS):
        arguments = tuple(Argument(f"argument_{each}" * 9, "package.module.Class", f"{number}" * 64) for each in "xy")
        store.save(key, [1], Metadata(key=key, origin=LONG, arguments=arguments, seconds=1.5, created=1e9 + number))
    store.close()
    return store


@pytest.mark.parametrize("columns", [80, 200])
@pytest.mark.parametrize("arguments", [each for each in COMMANDS if each[0] in SHOWING], ids=" ".join)
def test_no_line_is_broken_by_the_terminal(long_names: Store, arguments: list[str], columns: int) -> None:
    seen = in_terminal(*arguments, columns=columns)
    # What is one sentence, with a path or the nearest names in it, is the terminal's to fold.
    lines = [line for line in seen.lines if str(long_names.directory) not in line and not line.startswith("  flights")]
    assert [] == [line for line in lines if len(line) > columns]
    assert "Traceback" not in seen.text
    if arguments[0] in SHOWING:
        assert any(LONG in line for line in seen.lines) == (columns == 200 or "insid_of" in arguments)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_in_a_pipe_nothing_is_folded_colored_or_drawn_over(long_names: Store, arguments: list[str]) -> None:
    result = memo(*arguments)
    assert (result.stdout + result.stderr).replace("\n", "").replace("\t", "").isprintable()
    if arguments[0] in SHOWING:
        assert LONG in result.stdout + result.stderr


def test_what_takes_long_shows_how_far_it_is_to_who_looks(long_names: Store) -> None:
    for arguments in (["show", "a", "--lineage"], ["verify"]):
        assert "%" in in_terminal(*arguments).text
        done = memo_process(*arguments)
        assert "%" not in done.stdout + done.stderr
