"""What depends_on= takes: code, modules, names of distributions, files, and values."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import memo
from memo import File, OptionError, memoize_step

REPOSITORY = Path(__file__).parents[2]


def key(*depends_on: object, **options: object) -> str:
    return memoize_step(depends_on=depends_on, **options)(lambda x: x).key(1)


def test_the_name_of_a_distribution_or_of_its_module_is_its_version() -> None:
    named = memoize_step(depends_on=("wrapt", "Diskcache", "importlinter"))(lambda x: x)
    code = named.explain(1).to_dict()["code"]
    assert {"wrapt", "diskcache", "import_linter"} == set(code["packages"])
    assert key("import-linter") == key("import_linter") == key("Import.Linter") != key("import-linter", "wrapt")
    assert len({key("wrapt"), key("json"), key("hello"), key(""), key("w" * 500), key("tests"), key()}) == 7


def test_any_other_text_is_a_value() -> None:
    texts = ["", "a b", "a\nb", "../wrapt", "wrapt==1", "not-a-distribution", "json", "a" * 10_000, "ä", "-", "."]
    assert len(texts) == len(set(map(key, texts)))
    assert key(["wrapt"]) != key("wrapt"), "a name counts as one of what is depended on"


def test_a_setting_says_how_much_of_a_version_counts_whenever_it_is_made() -> None:
    step = memoize_step(depends_on=("wrapt",))(lambda x: x)
    exact = step.key(1)
    try:
        memo.configure(versions="minor")
        minor = step.key(1)
        memo.configure(versions="off")
        assert 3 == len({exact, minor, step.key(1)})
    finally:
        memo.configure(versions="exact")
    assert exact == step.key(1)


def test_a_file_counts_by_its_content_in_every_call(tmp_path: Path) -> None:
    file = tmp_path / "data.txt"
    calls = []

    @memoize_step(depends_on=(File(file),), version="1", name="reading")
    def step():
        calls.append(1)

    with pytest.raises(FileNotFoundError):
        step()
    keys = []
    for text in ("one", "two", "one"):
        file.write_text(text)
        step(), step()
        keys.append(step.key())
    assert (2, True, True) == (len(calls), keys[0] == keys[2], keys[0] != keys[1])


MAIN = """
import json, sys
sys.path.insert(0, "site-packages")
import helpers
from memo import memoize_step
told = {
    "distribution": ("some-thing",), "module": ("something",), "function": (helpers.work,),
    "versioned": ("some-thing",),
    "module object": (helpers,), "value": ("other",),
}
keys = {}
for name, depends_on in told.items():
    options = {"version": "1", "name": name} if name == "versioned" else {}
    @memoize_step(depends_on=depends_on, **options)
    def step(x): return x
    @memoize_step
    def outer(x): return step(x)
    keys[name] = [step.key(1), outer.key(1)]
print(json.dumps(keys))
"""


def run(project: Path) -> dict[str, list[str]]:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "error", "main.py"]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    return json.loads(done.stdout)


def test_what_is_edited_upgraded_installed_and_removed_runs_again_in_the_next_process(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "helpers.py").write_text("def work(): return 1\n")
    site = tmp_path / "site-packages"
    site.mkdir()
    seen = [run(tmp_path)]

    def differing(change) -> set[str]:
        change()
        seen.append(run(tmp_path))
        before, after = seen[-2:]
        changed = {name for name in after if before[name][0] != after[name][0]}
        assert changed == {name for name in after if before[name][1] != after[name][1]}, "so do steps that call it"
        return changed

    def installed(version: str, more: str = "") -> None:
        for old in site.glob("*.dist-info"):
            for file in old.iterdir():
                file.unlink()
            old.rmdir()
        if version:
            info = site / f"some_thing-{version}.dist-info"
            info.mkdir()
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: some-thing\nVersion: {version}\n")
            (info / "RECORD").write_text(f"something/__init__.py,sha256={more or 0},0\nsome_thing.dist-info/RECORD,,\n")
            if more:
                (info / "direct_url.json").write_text('{"url": "file:///x", "dir_info": {}}')

    by_version = {"distribution", "versioned", "module"}
    (site / "something").mkdir()
    (site / "something" / "__init__.py").write_text("")
    assert by_version == differing(lambda: installed("1.0"))
    assert by_version == differing(lambda: installed("1.1"))
    assert by_version - {"module"} == differing(lambda: installed("1.1", "abc")) - {"module"}
    assert by_version - {"module"} == differing(lambda: installed("1.1", "abd")) - {"module"}
    assert by_version == differing(lambda: installed(""))
    assert seen[0] == seen[-1], "and what is as it was is found again"
    assert {"function", "module object"} == differing(
        lambda: (tmp_path / "helpers.py").write_text("def work(): return 2\n")
    )


@pytest.mark.parametrize(
    ("value", "said"), [("numpy", "'numpy'"), (key, "key"), (Path, "Path")], ids=("text", "function", "class")
)
def test_one_thing_without_a_tuple_around_it_is_answered_with_what_to_type(value: object, said: str) -> None:
    with pytest.raises(OptionError, match=rf"^depends_on={said}: expected a tuple: depends_on=\({said},\)$"):
        memoize_step(depends_on=value)


@pytest.mark.parametrize("value", ["numpy", {"numpy"}, None, len, 3])
def test_it_is_a_tuple(value: object) -> None:
    with pytest.raises(OptionError, match=r"depends_on=.*: expected a tuple"):
        memoize_step(depends_on=value)
