"""Large arrays: however they lie in memory, and however many cores copy them, they have one digest."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import digests

np = pytest.importorskip("numpy")
from memo.dethash.encoders import numpy_layout  # noqa: E402  only with NumPy

#: An array of each, of more than two pieces, that does not lie in C order.
LAYOUTS: dict[str, Any] = {
    "every second column": lambda: numbers(2000, 1400)[:, ::2],
    "every third row": lambda: numbers(5000, 700)[::3],
    "backwards": lambda: numbers(1100, 1300)[::-1, ::-1],
    "column by column": lambda: numbers(1024, 2048).T,
    "small numbers column by column": lambda: numbers(3000, 4000).astype("f4").T,
    "bytes column by column": lambda: numbers(5003, 2049).astype("u1").T,
    "text column by column": lambda: numbers(300, 1000).astype("S40").T,
    "three dimensions, turned": lambda: numbers(64, 1 << 15).reshape(64, 128, 256).transpose(2, 1, 0),
    "three dimensions, shifted": lambda: numbers(64, 1 << 15).reshape(64, 128, 256).transpose(1, 2, 0),
    "wide rows": lambda: numbers(1_200_000, 2).T,
    "one value everywhere": lambda: np.broadcast_to(np.float64(3), (1500, 1000)),
    "extended": lambda: numbers(900, 700).astype(np.longdouble).T,
    "masked": lambda: np.ma.MaskedArray(numbers(1024, 1300).T, numbers(1024, 1300).T % 3 == 0),
}


def numbers(*shape: int) -> Any:
    return np.arange(float(np.prod(shape))).reshape(shape)


@pytest.mark.parametrize("make", LAYOUTS.values(), ids=LAYOUTS)
def test_a_large_array_has_the_digest_of_its_contiguous_copy(make, monkeypatch):
    array = make()
    assert array.nbytes > 2 * numpy_layout.CHUNK
    found = digests(array.copy(order="C"))
    for cores in (0, 1, 3):
        monkeypatch.setattr(numpy_layout, "spare_cores", lambda cores=cores: cores)
        found |= digests(array)
    assert 1 == len(found)


def test_where_no_threads_are_to_be_had_one_core_copies(monkeypatch):
    def refuse(*_: Any) -> None:
        raise RuntimeError("can't start new thread")

    array = numbers(1024, 2048).T
    before = det_hash(array.copy(order="C"))
    monkeypatch.setattr(numpy_layout, "spare_cores", lambda: 2)
    monkeypatch.setattr(ThreadPoolExecutor, "_adjust_thread_count", refuse)
    assert before == det_hash(array)


PROGRAM = """
import atexit, os, numpy, memo
array = numpy.arange(4e6).reshape(2000, 2000).T
digest = memo.det_hash(array)
if os.fork() == 0:
    print(digest == memo.det_hash(array), flush=True)
    os._exit(0)
os.wait()
atexit.register(lambda: print(digest == memo.det_hash(array)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_child_and_the_end_of_the_interpreter_copy_too():
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert ["True", "True"] == done.stdout.split()
