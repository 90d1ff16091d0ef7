"""What a process was told about its steps goes along with them: they use the same store over there."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from memo import config, memoize_step
from memo.config import settings, tell, told

PROGRAM = Path(__file__).with_name("luggage_program.py")


@pytest.mark.parametrize("engine", ["spawn", "loky"])
def test_what_was_configured_here_holds_there_as_long_as_it_holds_here(tmp_path: Path, engine: str) -> None:
    pytest.importorskip("cloudpickle")
    pytest.importorskip("joblib")
    environment = {name: value for name, value in os.environ.items() if name != "MEMO_DIR"}
    command = [sys.executable, str(PROGRAM), engine]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    assert [
        "configured [True, True, True]",
        "temporary [True, True, True]",
        "no more [False, False, False]",
        "afterwards [True, True, True]",
        "disabled [False, False, False]",
        "enabled [True, True, True]",
        "changed [True, True, True]",
        "unset [True, True, True] [False, False, False]",
    ] == done.stdout.splitlines()
    assert ["when-changed", "when-run"] == sorted(path.name for path in tmp_path.glob("when-*"))


def test_only_the_environment_comes_before_what_has_arrived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_configured", {"store": "own", "wait": 1.0})
    monkeypatch.setattr(config, "_arrived", ({}, {}))
    tell({"store": "theirs"}, {"enabled": False})
    assert (os.environ["MEMO_DIR"], 1.0, False) == (settings().store, settings().wait, settings().enabled)
    monkeypatch.delenv("MEMO_DIR")
    assert "theirs" == settings().store
    assert ({"store": "theirs", "wait": 1.0}, {"enabled": False}) == told()  # and it is passed on
    tell({}, {})
    assert ("own", True) == (settings().store, settings().enabled)


@memoize_step
def step(x):
    return x


def test_what_comes_back_to_its_process_changes_nothing_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or sys.modules["tests.step.test_luggage"])
    monkeypatch.setattr("memo.step.processes.shipping._has_told", False)
    monkeypatch.setattr(config, "_configured", {"wait": 5.0})
    monkeypatch.setattr(config, "generation", config.generation + 1)
    data = pickle.dumps(step)
    monkeypatch.setattr(config, "_configured", {})
    monkeypatch.setattr(config, "generation", config.generation + 1)
    assert step is pickle.loads(data)
    assert ({}, {}) == config._arrived
    assert 3600.0 == settings().wait
