"""The digests of Python's own values are frozen: the same on every Python, in every process, under every hash seed.

A change of one of them is a change of the format, so ``FORMAT_VERSION`` goes up with it and every key is a new one.
``python -m tests.dethash.test_golden`` prints the file anew.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from memo.dethash import FORMAT_VERSION, det_hash
from tests.dethash.values import NAMES, make

GOLDEN = Path(__file__).with_name("golden.json")
ROOT = Path(__file__).parents[2]


def now(names: list[str]) -> dict[str, str]:
    """Return the digests as this process computes them, in the order of *names*."""
    return {name: det_hash(make(name)) for name in names}


def frozen() -> dict[str, str]:
    golden = json.loads(GOLDEN.read_text())
    assert FORMAT_VERSION == golden["format"]
    return golden["digests"]  # type: ignore[no-any-return]


def test_digests_are_frozen() -> None:
    """Every value has the digest that it had when the format got its version."""
    golden, computed = frozen(), now(NAMES)
    assert {} == {name: computed.get(name) for name in golden | computed if golden.get(name) != computed.get(name)}


PROGRAM = """
import json, sys
{first}
sys.path[:0] = [{root!r}]
from tests.dethash.test_golden import NAMES, now
print(json.dumps(now({order})))
"""

#: What tblib does, which dask imports: exceptions are pickled with where they were raised.
TRACED = """
import copyreg
for cls in (ValueError, TypeError, KeyError, OSError, FileNotFoundError, ExceptionGroup):
    copyreg.pickle(cls, lambda error: (type(error), error.args, error.__traceback__))
"""


@pytest.mark.parametrize(
    ("seed", "first", "order"),
    [
        ("0", "", "NAMES"),
        ("1", "import memo; memo.det_hash({1.5: [(2,)]})", "NAMES[::-1]"),
        ("12345", "import decimal, enum, memo; memo.det_hash([decimal.Decimal(1), int | str, ValueError()])", "NAMES"),
        ("2", TRACED, "NAMES"),
        ("random", "import asyncio, logging, unittest.mock, email.message, xml.etree.ElementTree", "sorted(NAMES)"),
    ],
)
def test_another_process_computes_the_same(seed: str, first: str, order: str, tmp_path: Path) -> None:
    """Neither the hash seed, the working directory, what was imported nor what was hashed before counts."""
    program = PROGRAM.format(first=first, root=str(ROOT), order=order)
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=environment)
    assert frozen() == json.loads(done.stdout)


if __name__ == "__main__":
    print(json.dumps({"format": FORMAT_VERSION, "digests": now(NAMES)}, indent=0, ensure_ascii=True))
