"""``memo completion``: what a shell completes, in a real bash, zsh and fish at a terminal."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from memo.store import Metadata, Store
from tests.cli.conftest import memo
from tests.cli.terminal import SHELLS, Shell, bash_is_old, needs_new_bash

EVIL = "evil/m:$(touch x);`y` '\"&<locals>, z"
#: The line of the documentation that starts completion in a shell.
STARTED = {name: f'eval "$(memo completion {name})"' for name in SHELLS} | {"fish": "memo completion fish | source"}
#: What a person types, and what the command is given.
TYPED = {
    "memo stat\tflights/prep\t": ["stats", "flights/prepare:load"],
    "memo ls flights/train:fit_\t": ["ls", "flights/train:fit_all"],
    "memo ls evil\t": ["ls", EVIL],
    "memo ls nothing\t": ["ls", "nothing"],
    "memo diff abc0 C\t": ["diff", "abc0", "c3333333"],
    "memo gc --step=o\t": ["gc", "--step=other/train:score"],
    "memo rm --tag n\t--y\t": ["rm", "--tag", "night", "--yes"],
    "memo accept train:sc\t": ["accept", "train:score"],
    "memo import res\t": ["import", "results.memo"],
    "memo import --store some\tdeeper x": ["import", "--store", "some where/deeper", "x"],
}


@pytest.fixture
def completed(store: Store, tmp_path: Path):
    """Return what bash would put in place of the last word of a line."""
    script = tmp_path / "completion.bash"
    script.write_text(memo("completion", "bash").stdout)
    program = (
        'source "$1"; COMP_LINE="$2" COMP_POINT=${#2}; compopt() { echo "compopt $*"; }; '
        '_memo_completion "$3"; ((${#COMPREPLY[@]})) && printf "%s\\n" "${COMPREPLY[@]}" || true'
    )

    def completed(line: str) -> list[str]:
        command = ["bash", "--norc", "-c", program, "-", str(script), line, str(Path(sys.executable).parent / "memo")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "" == done.stderr
        return done.stdout.splitlines()

    return completed


@needs_new_bash
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("memo ex", ["explain", "export"]),
        ("memo ls --s", ["--store"]),
        ("memo rm --a", ["--all"]),
        ("memo ls fl", ["flights/prepare:load", "flights/train:fit", "flights/train:fit_all"]),
        ("memo explain flights/train:fit_", ["fit_all"]),
        ("memo stats score", ["other/train:score"]),
        ("memo ls train", []),
        ("memo show ab", ["abc00000", "abc11111"]),
        ("memo diff abc0 C", ["c3333333"]),
        ("memo rm abc0 b", ["b2222222"]),
        ("memo invalidate zz", []),
        ("memo rm --step o", ["other/train:score"]),
        ("memo gc --step=o", ["other/train:score"]),
        ("memo accept pre", ["prepare:load"]),
        ("memo accept train:sc", ["score"]),
        ("memo completion f", ["fish"]),
        ("memo ls --store some/", ["compopt -o dirnames"]),
        ("memo import res", ["compopt -o default"]),
        ("memo ls --store /nowhere/at/all fl", []),
    ],
)
def test_commands_options_steps_and_keys_are_completed(completed, line: str, expected: list[str]) -> None:
    assert expected == completed(line)


@needs_new_bash
def test_a_key_is_completed_as_long_as_it_has_to_be(store: Store, completed) -> None:
    for last in "01":
        store.save("e" * 20 + last * 44, 1, Metadata(key="e" * 20 + last * 44, origin="p/m:f"))
    store.close()
    assert ["e" * 20 + "0", "e" * 20 + "1"] == completed("memo show e")
    assert ["e" * 20 + "1" * 10] == completed("memo show " + "e" * 20 + "1" * 10)


@needs_new_bash
def test_a_tag_is_completed(store: Store, completed) -> None:
    store.save("d" * 64, 1, Metadata(key="d" * 64, origin="p/m:f", tags=("night", "never", "day")))
    store.close()
    assert [["never", "night"], ["day"]] == [completed("memo ls --tag n"), completed("memo rm --tag d")]


@needs_new_bash
def test_a_name_that_a_shell_would_run_is_quoted_and_one_that_hides_is_left_out(store: Store, completed) -> None:
    for number, origin in enumerate([EVIL, "evil/m:\x1b[2Jf", "evil/m:a\nb"]):
        store.save(f"{number:064}", 1, Metadata(key=f"{number:064}", origin=origin))
    store.close()
    (word,) = completed("memo ls evil")
    echoed = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, text=True, check=True)
    assert (EVIL, "") == (echoed.stdout, echoed.stderr)


@needs_new_bash
def test_what_is_wrong_is_said_by_the_command_and_not_while_it_is_typed(
    own_store: Path, completed, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(own_store)
    assert [[], []] == [completed("memo ls f"), completed("memo show a")]
    assert not own_store.exists()
    own_store.mkdir()
    (own_store / "cache.db").write_bytes(b"no database" * 1000)
    assert [] == completed("memo ls f")
    monkeypatch.setenv("MEMO_DISABLE", "perhaps")
    assert [] == completed("memo ls f")


@needs_new_bash
def test_a_person_types_tab_in_bash_and_sees_the_line(store: Store) -> None:
    with Shell("bash") as bash:
        bash.run('eval "$(memo completion bash)"')
        said = bash.run("memo ls flights/prep\t")
        assert "$ memo ls flights/prepare:load" == said[0].rstrip()
        assert "flights/prepare:load" in said[2]
        assert "$ memo explain other/train:score" == bash.run("memo expl\tscor\t")[0].rstrip()
        assert "$ memo ls flights/train:fit_all" == bash.run("memo ls flights/train:fit_\t")[0].rstrip()


@pytest.mark.parametrize("name", SHELLS)
def test_a_person_types_tab_in_any_shell(name: str, store: Store, tmp_path: Path) -> None:
    """What the command is given then is what counts: each shell quotes names and shows lines in its own way."""
    if shutil.which(name) is None or (name == "bash" and bash_is_old()):
        pytest.skip(f"needs {name} (apt-get install {name}); of bash, version 5")
    store.save("d" * 64, 1, Metadata(key="d" * 64, origin=EVIL, tags=("night",)))
    store.close()
    (tmp_path / "results.memo").touch()
    (tmp_path / "some where").mkdir()
    with Shell(name, cwd=tmp_path, HOME=str(tmp_path)) as shell:
        shell.run(STARTED[name])
        shell.show_words()
        assert TYPED == {typed: shell.given(typed) for typed in TYPED}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_each_shell(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = memo("completion", shell).stdout
    assert f"_MEMO_COMPLETE={shell}_complete" in script
    assert {"shell": shell, "script": script} == json.loads(memo("completion", shell, "--json").stdout)
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
    assert script == memo("completion").stdout


@pytest.mark.parametrize("shell", ["", "/bin/sh", "/usr/bin/nologin"])
def test_without_a_shell_one_is_asked_for(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", shell)
    result = memo("completion")
    assert (2, "") == (result.exit_code, result.stdout)
    assert "Error: name a shell: bash, zsh or fish\n" in result.stderr


def test_the_scripts_are_understood_where_there_is_such_a_shell(tmp_path: Path) -> None:
    for shell in filter(shutil.which, ("bash", "zsh", "fish")):
        script = tmp_path / shell
        script.write_text(memo("completion", shell).stdout)
        assert re.search(r"\bmemo\b", script.read_text())
        subprocess.run([shell, "-n", script], check=True)
