"""Settings: one precedence, and a clear error for what is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from memo import MemoWarning, OptionError, UnknownOptionError, config, configure, memoize_step

BAD = [
    ("store", 3), ("store", ""), ("store", b"here"), ("enabled", "yes"), ("enabled", 1), ("versions", "all"),
    ("versions", ["exact"]), ("first_party", "pkg"), ("first_party", [1]), ("third_party", {"pkg": 1}),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget afterwards what is configured here."""
    monkeypatch.setattr(config, "_configured", {})
    monkeypatch.setattr(config, "_current", (None, config.Settings()))
    config._of_project.cache_clear()


def project(directory: Path, memo: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "pyproject.toml").write_text(f"[project]\nname = 'flights'\n[tool.memo]\n{memo}")
    return directory


def test_the_first_source_that_says_anything_counts() -> None:
    sources = [({"MEMO_DIR": "/e"}, {}), ({"store": "/c"}, {}), ({"store": "/p"}, {})]
    for environment, configured, table in product(*sources):
        said = [environment.get("MEMO_DIR"), configured.get("store"), table.get("store"), None]
        expected = next(value for value in said if value is not None) if any(said) else None
        assert expected == config.effective(environment, configured, table).store
    for disable, configured, table in product(("1", "0", None), (True, False, None), (True, False, None)):
        said = [None if disable is None else disable == "0", configured, table, True]
        settings = config.effective(
            {} if disable is None else {"MEMO_DISABLE": disable},
            {} if configured is None else {"enabled": configured},
            {} if table is None else {"enabled": table},
        )
        assert next(value for value in said if value is not None) == settings.enabled


@pytest.mark.parametrize(
    ("text", "is_disabled"),
    [(text, True) for text in ("1", "true", "TRUE", "yes", "on")]
    + [(text, False) for text in ("", "0", "False", "no", "off")],
)
def test_what_memo_disable_may_say(text: str, is_disabled: bool) -> None:
    assert is_disabled is not config.effective({"MEMO_DISABLE": text}, {}, {}).enabled


def test_what_memo_disable_may_not_say() -> None:
    with pytest.raises(OptionError, match="MEMO_DISABLE=maybe: expected one of 1, true, yes, on, or 0, false, no, off"):
        config.effective({"MEMO_DISABLE": "maybe"}, {}, {})


def test_an_empty_memo_dir_says_nothing() -> None:
    assert "/c" == config.effective({"MEMO_DIR": ""}, {"store": "/c"}, {}).store


@pytest.mark.parametrize(("name", "value"), BAD, ids=str)
def test_configure_refuses_what_a_setting_does_not_take(name: str, value: object) -> None:
    with pytest.raises(OptionError, match=f"^{name}=.*: expected ") as caught:
        configure(**{name: value})
    assert (name, {}) == (caught.value.option, config._configured)


@pytest.mark.parametrize(
    ("name", "advice"), [("tag", "did you mean tags="), ("refresh", "its options are store, enabled,")]
)
def test_a_setting_that_does_not_exist_is_answered_with_the_nearest_one(name: str, advice: str) -> None:
    with pytest.raises(UnknownOptionError, match=rf"^configure\(\) got an unexpected .* '{name}': {advice}"):
        configure(**{name: "x"})  # type: ignore[arg-type]


def test_configure_sets_what_it_is_given_and_leaves_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEMO_DIR")
    configure(store=tmp_path / "one", enabled=False)
    configure(enabled=True, first_party=["pkg"])
    now = config.settings()
    assert (str(tmp_path / "one"), True, ("pkg",), "exact") == (now.store, now.enabled, now.first_party, now.versions)
    assert now is config.settings(), "the same object while nothing changes"
    configure(versions="minor")
    assert "minor" == config.settings().versions


def test_a_setting_takes_effect_on_steps_that_are_decorated_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @memoize_step
    def step(x):
        return x

    step(1)
    monkeypatch.delenv("MEMO_DIR")
    configure(store=tmp_path / "configured")
    assert not step.is_cached(1)
    step(1)
    monkeypatch.setenv("MEMO_DIR", str(tmp_path / "environment"))
    assert not step.is_cached(1)
    step(1)
    assert {"memo-store", "configured", "environment"} <= {path.name for path in tmp_path.iterdir()}


def test_the_table_of_the_nearest_project_counts(tmp_path: Path) -> None:
    outer = project(
        tmp_path / "outer", "versions = 'minor'\nfirst_party = ['lib']\nstore = 'results'\nenabled = false\n"
    )
    (outer / "inner").mkdir()
    (outer / "inner" / "pyproject.toml").write_text("[project]\nname = 'inner'\n")
    expected = {"versions": "minor", "first_party": ("lib",), "store": str(outer / "results"), "enabled": False}
    assert expected == config._of_project(outer / "inner" / "deep")
    assert {"versions": "off"} == config._of_project(project(outer / "other", "versions = 'off'"))
    assert expected == config._of_project(tmp_path, outer), "where nothing is found the next place is looked at"
    assert {} == config._of_project(tmp_path)


@pytest.mark.parametrize(
    ("store", "expected"), [("/abs/olute", "/abs/olute"), ("~/cache", "{home}/cache"), ("../up", "{here}/../up")]
)
def test_the_projects_store_is_relative_to_the_project(tmp_path: Path, store: str, expected: str) -> None:
    here = project(tmp_path / "project", f"store = '{store}'")
    found = config._of_project(here)["store"]
    assert expected.format(home=os.path.expanduser("~"), here=here) == found  # noqa: PTH111


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            "versions = 'all'",
            r"versions='all': expected 'exact', 'minor' or 'off' \(in \[tool.memo\] of .*pyproject.toml\)",
        ),
        ("stor = 'x'", r"stor='x': expected one of the settings store, enabled, .* \(in \[tool.memo\] of "),
        ("enabled = 'no'", r"enabled='no': expected True or False \(in"),
        ("first_party = 'lib'", r"first_party='lib': expected a tuple of top-level module names \(in"),
    ],
)
def test_a_table_with_a_mistake_is_an_error_that_says_where(tmp_path: Path, table: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        config._of_project(project(tmp_path, table))


def test_a_table_that_is_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\nmemo = 3\n")
    with pytest.raises(OptionError, match=r"memo=3: expected a table \(in \[tool.memo\] of "):
        config._of_project(tmp_path)


@pytest.mark.parametrize("text", [b"[tool", b"\xff\xfe", b"tool = 3\n[project]"])
def test_a_project_file_that_cannot_be_read_is_warned_about_once(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "pyproject.toml").write_bytes(text)
    if text.startswith(b"tool"):
        assert {} == config._of_project(tmp_path)
        return
    with pytest.warns(MemoWarning, match=r"pyproject.toml cannot be read .*; memo's settings are not taken from it"):
        assert {} == config._of_project(tmp_path)
    assert {} == config._of_project(tmp_path)


def test_a_working_directory_that_is_gone_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    shutil.rmtree(tmp_path / "gone")

    @memoize_step
    def step():
        return 1

    assert [1, 1] == [step(), step()]


def test_a_script_finds_its_project_from_any_working_directory(tmp_path: Path) -> None:
    """Precedence in a fresh process: decorator, environment, configure, project, default."""
    here = project(tmp_path / "project", "store = 'of-project'")
    (here / "scripts").mkdir()
    script = here / "scripts" / "main.py"
    script.write_text(
        "import json, os, sys\nfrom memo import configure, memoize_step\n"
        "if 'configure' in sys.argv: configure(store='of-configure')\n"
        "@memoize_step(**({'store': 'of-decorator'} if 'decorator' in sys.argv else {}))\n"
        "def step(): return 1\nstep()\n"
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    found = {}
    for number, told in enumerate(
        [(), ("configure",), ("configure", "environment"), ("configure", "environment", "decorator")]
    ):
        environment = {name: value for name, value in os.environ.items() if name != "MEMO_DIR"}
        environment |= {"MEMO_DIR": "of-environment"} if "environment" in told else {}
        subprocess.run([sys.executable, script, *told], check=True, cwd=elsewhere, env=environment)
        found[number] = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("of-*"))
    assert [
        ["project/of-project"],
        ["elsewhere/of-configure"],
        ["elsewhere/of-environment"],
        ["elsewhere/of-decorator"],
    ] == [sorted(set(found[number]) - set(found.get(number - 1, ()))) for number in range(4)]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("pa/main.py", "a"),
        ("pa/src/main.py", "a"),
        ("pa/.venv/bin/memo", "b"),
        ("pa/.venv/lib/python3.11/site-packages/ipykernel_launcher.py", "b"),
        (str(Path(config.__file__).with_name("__main__.py")), "b"),
        (None, "b"),
    ],
)
def test_a_script_has_its_own_projects_settings_and_an_installed_one_those_of_where_it_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str | None, expected: str
) -> None:
    project(tmp_path / "pa", 'store = "a"')
    project(tmp_path / "pb", 'store = "b"')
    monkeypatch.delenv("MEMO_DIR")
    monkeypatch.chdir(tmp_path / "pb")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "pa" / ".venv"))
    monkeypatch.setattr(sys.modules["__main__"], "__file__", None if script is None else str(tmp_path / script))
    assert expected == Path(str(config.settings().store)).name
