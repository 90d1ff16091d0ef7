"""What every library's values obey, as functions that its test file calls."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from memo.dethash import det_hash
from memo.errors import UnhashableError


def alike_in(world: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return the pairs of names in *world* whose values have one digest."""
    first: dict[str, str] = {}
    found = []
    for name, value in world.items():
        other = first.setdefault(det_hash(value), name)
        if other != name:
            found.append((other, name))
    return found


def digests(*values: object) -> set[str]:
    """Return the different digests of *values*."""
    return {det_hash(value) for value in values}


def copies(value: Any) -> list[Any]:
    """Return a deep copy and what comes back from a pickle."""
    return [copy.deepcopy(value), pickle.loads(pickle.dumps(value, 5))]


def before_and_after(value: Any, *uses: Callable[[Any], object]) -> tuple[str, str]:
    """Return the digest of *value* before and after it was used."""
    before = det_hash(value)
    for use in uses:
        use(value)
    return before, det_hash(value)


def in_new_process(program: str, seed: str) -> str:
    """Return what *program* prints in a new interpreter with another hash seed."""
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed})
    return done.stdout.strip()


def path_of_refusal(value: object) -> str:
    """Return where in *value* is what has no digest."""
    with pytest.raises(UnhashableError) as error:
        det_hash(value)
    return error.value.path


def refusal(value: object) -> str:
    """Return the reason why *value* has no digest."""
    with pytest.raises(UnhashableError) as error:
        det_hash(value)
    assert error.value.reason
    return error.value.reason
