"""What numba compiles counts by its Python function and by how it is compiled, not by the calls that it had."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dethash.code.project import before_and_after, edits

pytest.importorskip("numba")

COMPILED = """
import numba
import numpy as np
RATE = 2
@numba.njit
def inner(x): return x * RATE
@numba.njit
def outer(x): return inner(x) + 1
@numba.njit("float64(float64)")
def typed(x): return x - 1
@numba.vectorize
def vector(x): return x - 2
@numba.vectorize(["float64(float64)"])
def typed_vector(x): return x - 3
@numba.stencil
def around(a): return a[-1] - 4
@numba.cfunc("float64(float64)")
def callback(x): return x - 5
def step(x): return outer(x), typed(x), vector(x), typed_vector(x), around(np.ones(3)), callback.ctypes(x)
def unrelated(): return 3
"""
RERUNS = edits(
    "numba",
    COMPILED,
    ("x * RATE", "x / RATE"),
    ("RATE = 2", "RATE = 3"),
    ("+ 1", "+ 10"),
    ("@numba.njit\ndef outer", "@numba.njit(fastmath=True)\ndef outer"),
    *((f"- {number}", f"- {number}0") for number in range(1, 6)),
    ('njit("float64(float64)")', 'njit("float32(float32)")'),
    ('vectorize(["float64(float64)"])', 'vectorize(["float32(float32)"])'),
    ("vectorize\n", "vectorize(identity=1)\n"),
    ('cfunc("float64(float64)")', 'cfunc("float32(float64)")'),
)
HITS = edits("numba", COMPILED, ("return 3", "return 30"), ("RATE = 2", "# a comment\nRATE = 2"))


def test_a_compiled_function_counts_by_itself(tmp_path: Path) -> None:
    keys = before_and_after(tmp_path, [*RERUNS, *HITS])
    assert {64} == {len(key) for pair in keys.values() for key in pair}
    assert [] == [case.name for case in RERUNS if len({*keys[case.name]}) == 1]
    assert [] == [case.name for case in HITS if len({*keys[case.name]}) == 2]


def test_calls_do_not_count() -> None:
    import numba

    from memo import memoize_step

    jitted, vector = numba.njit(lambda x: x + 1), numba.vectorize(lambda x: x + 1)

    @memoize_step
    def step(x: int) -> int:
        return int(jitted(x) + vector(x))

    before = step.key(1)
    assert (4, 6) == (step(1), step(2))
    assert before == step.key(1)
