"""What dask delays counts by what it is, not by the key that is drawn for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dethash.code.project import before_and_after, edits

pytest.importorskip("dask.delayed")

DELAYED = """
import dask
def helper(x): return x * 1
@dask.delayed
def lazy(x): return x + 2
late = dask.delayed(helper, pure=True)
def step(x): return dask.compute(lazy(x), late(x))
def unrelated(): return 3
"""
RERUNS = edits("delayed", DELAYED, ("x * 1", "x * 10"), ("x + 2", "x + 20"), ("pure=True", "nout=2"))
HITS = edits("delayed", DELAYED, ("return 3", "return 30"))


def test_a_delayed_function_counts_by_itself(tmp_path: Path) -> None:
    keys = before_and_after(tmp_path, [*RERUNS, *HITS])
    assert {64} == {len(key) for pair in keys.values() for key in pair}
    assert [] == [case.name for case in RERUNS if len({*keys[case.name]}) == 1]
    assert [] == [case.name for case in HITS if len({*keys[case.name]}) == 2]
