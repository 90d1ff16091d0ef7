"""What code reads and no name leads to is listed by the names of what asks for it."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from memo.dethash import CodeWatch
from memo.dethash.code.unseen import BY_MODULE, DRAWING

pytest.importorskip("numpy")
pytest.importorskip("pandas")

PROGRAM = """\
import datetime, importlib, json, os, os.path as paths, pathlib, random, sqlite3, subprocess, sys, time
import numpy as np
import pandas as pd
from datetime import date, timedelta
from os import environ
from random import shuffle
from time import time as now
ENVIRONMENT = os.environ
ARGUMENTS = sys.argv

class Page:
    def read_text(self): return "text"

class Clock:
    def asked(self): return time.time()

def imports_inside():
    import uuid
    from glob import glob
    return uuid.uuid4(), glob("*")

def step(x):
    return {}
"""
LISTED = {
    "open(x)": ["open: file"],
    "os.environ['A']": ["os.environ: environment"],
    "environ.get('A')": ["os.environ: environment"],
    "os.getenv('A')": ["os.getenv: environment"],
    "sys.argv[1:]": ["sys.argv: environment"],
    "os.path.exists(x)": ["os.path.exists: file"],
    "paths.getmtime(x)": ["os.path.getmtime: file"],
    "x.read_text()": [".read_text: file"],
    "pathlib.Path(x).read_bytes()": [".read_bytes: file"],
    "pd.read_csv(x)": ["pandas.read_csv: file"],
    "np.load(x)": ["numpy.load: file"],
    "random.random()": ["random.random: random numbers"],
    "shuffle(x)": ["random.shuffle: random numbers"],
    "np.random.rand(3)": ["numpy.random.rand: random numbers"],
    "now()": ["time.time: clock"],
    "datetime.datetime.now()": ["datetime.datetime.now: clock"],
    "date.today()": ["datetime.date.today: clock"],
    "exec(x)": ["exec: code"],
    "importlib.import_module(x)": ["importlib.import_module: code"],
    "sqlite3.connect(x)": ["sqlite3.connect: database"],
    "subprocess.run(['true'])": ["subprocess.run: process"],
    "Clock().asked()": ["time.time: clock"],
}
NOT_LISTED = [
    "os.path.join('a', x)", "os.sep", "time.sleep(0)", "timedelta(days=1)", "random.Random(3).random()", "json.loads(x)",
    "np.random.default_rng(3)", "np.sum(x)", "x.method()", "importlib.import_module('json')", "Page().read_text()",
]  # fmt: skip


def step_of(body: str, file: Path | None) -> Any:
    """Return a function whose source is in *file*, if there is one."""
    text = PROGRAM.replace("{}", body)
    if file is not None:
        file.write_text(text)
    namespace: dict[str, Any] = {"__name__": "unseen_program"}
    exec(compile(text, str(file or "<text>"), "exec"), namespace)
    return namespace["step"]


def listed(step: Any) -> list[str]:
    return [f"{each.label}: {each.type_name}" for each in CodeWatch(step).manifest().opaque]


@pytest.mark.parametrize("body", LISTED)
def test_what_a_step_reads_past_its_names_is_listed_with_its_source_and_without(body: str, tmp_path: Path) -> None:
    assert LISTED[body] == listed(step_of(body, tmp_path / "program.py"))
    assert LISTED[body] == listed(step_of(body, None))


@pytest.mark.parametrize("body", NOT_LISTED)
def test_what_depends_on_arguments_and_code_alone_is_not(body: str, tmp_path: Path) -> None:
    assert [] == listed(step_of(body, tmp_path / "program.py"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("imports_inside()", ["glob.glob: file", "uuid.uuid4: random numbers"]),
        ("globals()['f' + x](1)", ["a name that is made at run time: code"]),
    ],
)
def test_what_takes_the_source_to_see_is_listed_where_it_is_known(
    body: str, expected: list[str], tmp_path: Path
) -> None:
    assert expected == listed(step_of(body, tmp_path / "program.py"))


@pytest.mark.parametrize("body", ["environ['A']", "ENVIRONMENT['A']", "ARGUMENTS[-1]"])
def test_state_of_the_process_does_not_count_wherever_it_was_imported_from(
    body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Processes of joblib and dask have another environment, and the same keys."""
    watch = CodeWatch(step_of(body, tmp_path / "program.py"))
    before = watch.manifest().digest
    monkeypatch.setenv("A", "other")
    sys.argv.append("other")
    try:
        assert before == watch.manifest().digest
        assert before == CodeWatch(step_of(body, tmp_path / "program.py")).manifest().digest
    finally:
        sys.argv.pop()


@pytest.mark.parametrize("place", [*BY_MODULE, *DRAWING])
def test_the_names_that_are_looked_for_exist(place: str) -> None:
    """A misspelt one would find nothing."""
    module, _, name = place.partition(".") if place.startswith("datetime.") else (place, "", "")
    holder = getattr(import_module(module), name) if name else import_module(module)
    assert [] == [each for each in BY_MODULE.get(place) or DRAWING[place] if not hasattr(holder, each)]
