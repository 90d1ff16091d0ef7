"""In one process every change of what the code reads is noticed at the next call, and nothing else costs a new walk."""

from __future__ import annotations

import builtins
import importlib
import json
import os
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from memo import MemoWarning
from memo.dethash import CodeWatch
from memo.dethash.code import manifest, watched
from memo.dethash.watch import class_digest
from tests.dethash.code.changes import CHANGES, MODULES, NO_CHANGES, STATES, Change

Walks = list[object]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the modules are, which no test edits: each imports them anew, and they are compiled once."""
    directory = tmp_path_factory.mktemp("modules")
    for name, text in MODULES.items():
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return directory


@pytest.fixture
def project(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[types.ModuleType]:
    """Return a fresh module that the changes are made to."""
    monkeypatch.syspath_prepend(directory)
    yield importlib.import_module("guarded")
    for name in MODULES:
        sys.modules.pop(name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"), None)


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> Walks:
    """Count how often code is walked."""
    seen: Walks = []
    walk = manifest.walk_code

    def counting(function, **options):
        seen.append(function)
        return walk(function, **options)

    monkeypatch.setattr(manifest, "walk_code", counting)
    return seen


def change_of(project: types.ModuleType, change: Change) -> None:
    exec(change.does, vars(project) | {"project": project, "sys": sys, "types": types})


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_is_noticed_at_the_next_call(project: types.ModuleType, walks: Walks, change: Change) -> None:
    watch = CodeWatch(eval(change.reads, vars(project)), **change.options)
    before = watch.manifest().digest
    assert before == watch.manifest().digest
    assert 1 == len(walks)
    change_of(project, change)
    after = watch.manifest().digest
    assert before != after
    assert after == CodeWatch(eval(change.reads, vars(project)), **change.options).manifest().digest
    walks.clear()
    assert after == watch.manifest().digest
    assert [] == walks


@pytest.mark.parametrize("change", NO_CHANGES, ids=str)
def test_what_the_code_does_not_read_may_change(project: types.ModuleType, walks: Walks, change: Change) -> None:
    watch = CodeWatch(eval(change.reads, vars(project)), **change.options)
    before = watch.manifest().digest
    change_of(project, change)
    assert before == watch.manifest().digest
    assert before == watch.manifest().digest
    assert 2 >= len(walks), "at most once, to see that nothing of it counts"


@pytest.mark.parametrize("name", STATES)
def test_what_the_code_itself_fills_costs_no_walk_at_each_call(
    project: types.ModuleType, walks: Walks, name: str
) -> None:
    function = getattr(project, name)
    watch = CodeWatch(function)
    before = watch.manifest().digest
    function(0)
    assert before == watch.manifest().digest
    walks.clear()
    for turn in range(1, 4):
        function(turn)
        assert before == watch.manifest().digest
    assert [] == walks


@pytest.mark.parametrize(
    "name",
    ["reads_cached", "reads_lazy", "reads_class", "reads_nested", "reads_defaults", "reads_inner", "reads_partial"],
)
def test_what_can_be_compared_part_by_part_is_not_hashed_again(
    project: types.ModuleType, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    watch = CodeWatch(getattr(project, name))
    before = watch.manifest().digest
    monkeypatch.setattr(watched, "value_digest", None)
    assert before == watch.manifest().digest


def test_a_class_of_an_argument_is_watched_too(project: types.ModuleType, walks: Walks) -> None:
    before = class_digest(project.Plain)
    assert before == class_digest(project.Plain)
    assert 1 == len(walks)
    project.Plain.method = lambda self: 5
    assert before != class_digest(project.Plain)


def test_another_function_in_the_place_of_a_builtin_of_all_modules_is_not_looked_for(project: types.ModuleType) -> None:
    """Who replaces a builtin for everybody replaces it for memo; a global of its name is another matter."""
    assert "len" in vars(builtins)
    watch = CodeWatch(project.reads_builtin)
    before = watch.manifest().digest
    project.len = lambda values: 7
    assert before != watch.manifest().digest
    del project.len
    assert before == watch.manifest().digest


def test_a_large_global_is_looked_through_at_every_call_and_warned_about(project: types.ModuleType) -> None:
    project.LIST[:] = [0.5] * 200_000
    watch = CodeWatch(project.reads_list)
    with pytest.warns(MemoWarning, match=r"reads the global LIST, a list of 2 MiB.* pass it as an argument") as warned:
        before = watch.manifest().digest
    project.LIST[100_000] = 0.25
    with warnings.catch_warnings(action="ignore"):
        assert before != watch.manifest().digest
    assert __file__ == warned[0].filename


def test_settings_that_say_whose_code_is_followed_are_looked_at(
    project: types.ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from memo import config

    monkeypatch.setattr(config, "_configured", {})
    watch = CodeWatch(project.reads_helper_in_module)
    before = watch.manifest().digest
    config.configure(third_party=("guardedhelpers",))
    assert before != watch.manifest().digest
    monkeypatch.setattr(config, "_configured", {})
    config.configure()
    assert before == watch.manifest().digest


def encoded(value):
    return json.dumps(value), os.path.join("a", "b")  # noqa: PTH118  a module in a module


@pytest.mark.parametrize("target", ["json.dumps", "os.path.join"])
def test_what_is_put_in_the_place_of_somebody_elses_function_is_noticed(
    monkeypatch: pytest.MonkeyPatch, walks: Walks, target: str
) -> None:
    watch = CodeWatch(encoded)
    before = watch.manifest().digest
    with monkeypatch.context() as patch:
        patch.setattr(target, lambda *_: "mine")
        assert before != watch.manifest().digest
    assert before == watch.manifest().digest == watch.manifest().digest
    assert 3 == len(walks)
