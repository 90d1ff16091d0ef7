"""A step that plain pickle takes by value knows the classes of the program by which its arguments were made."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("cloudpickle")

PROGRAM = Path(__file__).with_name("packing_program.py")
STARTS = [method for method in multiprocessing.get_all_start_methods() if "loky" not in method]  # which joblib adds


@pytest.mark.parametrize("is_script", [True, False], ids=["a script", "without a file, as a notebook"])
def test_the_programs_classes_are_what_they_are_over_there(tmp_path: Path, is_script: bool) -> None:
    methods = STARTS if is_script else [method for method in STARTS if method == "fork"]  # others do not run it again
    program = [str(PROGRAM)] if is_script else ["-c", PROGRAM.read_text()]
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", *program, *methods],
        cwd=tmp_path,
        env=os.environ | {"MEMO_DIR": str(tmp_path / "store")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    there_stored_and_here = {name: [True, True, True] for name in ("seen", "made", "of_the_program")}
    assert dict.fromkeys(methods, there_stored_and_here) == json.loads(done.stdout)
