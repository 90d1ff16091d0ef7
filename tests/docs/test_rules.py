"""Each line of the page "What makes a step run again" is shown: written, run, edited, and run in another process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dethash.code.project import write
from tests.docs.rules import CODE, RULES, Rule

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "what-makes-a-step-run-again.md"

#: Import one project after the other, make its call, and say whether the body ran.
WORKER = """
import importlib, json, os, sys
answers = []
for directory, call in json.load(sys.stdin):
    before = set(sys.modules)
    sys.path[:0] = [directory, f"{directory}/site-packages"]
    importlib.invalidate_caches()
    main = importlib.import_module("main")
    main.RAN.clear()
    eval(call, vars(main))
    answers.append(len(main.RAN))
    sys.path[:2] = []
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(directory):
            del sys.modules[name]
print(json.dumps(answers))
"""


def text_of(rule: Rule, *, edited: bool) -> str:
    """Return the project's files before or after the edit."""
    assert CODE.count(rule.old) == 1, rule.old
    text = CODE.replace(rule.old, rule.new) if edited else CODE
    if "from moved import" in text:  # the module of a class is another one
        text = text.replace("import shapes\n", "import moved\n").replace("## shapes.py", "## moved.py")
    return text


def run(directory: Path, rules: list[Rule], *, edited: bool, seed: int, store: Path) -> list[int]:
    """Write and call every project in one new process; return how often each body ran."""
    asked = []
    for number, rule in enumerate(rules):
        write(directory / str(number), text_of(rule, edited=edited))
        call = rule.call.replace("EDITED", str(edited))
        asked.append((str(directory / str(number)), call))
    environment = os.environ | {"PYTHONHASHSEED": str(seed), "MEMO_DIR": str(store), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", WORKER],
        input=json.dumps(asked), capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Return how often each step ran after its edit, with what ran before it in the store."""
    directory = tmp_path_factory.mktemp("rules")
    run(directory / "before", RULES, edited=False, seed=1, store=directory / "store")
    after = run(directory / "elsewhere" / "after", RULES, edited=True, seed=2, store=directory / "store")
    return {rule.what: count for rule, count in zip(RULES, after, strict=True)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.what)
def test_an_edit_runs_the_step_again_exactly_if_the_page_says_so(runs: dict[str, int], rule: Rule) -> None:
    assert int(rule.runs) == runs[rule.what]


def test_the_page_lists_exactly_these_rules() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    listed = [(what.strip(), answer.strip() == "runs again") for what, answer in rows if what.strip() != "edited"]
    assert [(rule.what, rule.runs) for rule in RULES] == listed
