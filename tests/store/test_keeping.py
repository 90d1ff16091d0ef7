"""How results come back into memory, and how much of it storing them takes."""

from __future__ import annotations

import json
import mmap
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from memo import OptionError, memoize_step
from memo.store import Keeping, Store
from memo.store.directory.files import MAP_FROM

np = pytest.importorskip("numpy")

SIZES = {"in a row": 1000, "in a small file": 10_000, "mapped": MAP_FROM // 8 + 1}


def base_of(array: object) -> object:
    """Return what an array's memory belongs to in the end."""
    while isinstance(array, np.ndarray) and array.base is not None:
        array = array.base
    return array.obj if isinstance(array, memoryview) else array


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("how", ["c", "r", None])
def test_a_hit_is_a_new_object_and_what_is_written_to_it_stays_there(
    size: int, how: str | None, store: Store, save: Callable[..., bool]
) -> None:
    keeping = Keeping(mmap=how)
    value = np.arange(size)
    save("k", {"array": value}, keeping=keeping)
    for _ in range(3):
        back = store.load("k", keeping).value["array"]
        np.testing.assert_array_equal(value, back)
        if how == "r":
            assert not back.flags.writeable
        else:
            back[:] = 7
    np.testing.assert_array_equal(value, Store(store.directory).load("k").value["array"])


def test_a_large_array_is_mapped_unless_it_is_to_be_read_into_memory(store: Store, save: Callable[..., bool]) -> None:
    save("k", np.arange(SIZES["mapped"]))
    for how, expected in (("c", mmap.mmap), ("r", mmap.mmap), (None, bytearray)):
        assert expected is type(base_of(store.load("k", Keeping(mmap=how)).value))


def test_a_read_only_array_comes_back_read_only(store: Store, save: Callable[..., bool]) -> None:
    for number, size in enumerate(SIZES.values()):
        value = np.arange(size)
        value.flags.writeable = False
        save(str(number), value)
        assert not store.load(str(number)).value.flags.writeable


def test_frames_are_mapped_too(store: Store, save: Callable[..., bool]) -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": np.arange(SIZES["mapped"]), "b": np.arange(SIZES["mapped"])})
    save("k", frame)
    back = store.load("k").value
    assert mmap.mmap is type(base_of(back._mgr.blocks[0].values))
    back.loc[0, "a"] = 7
    pd.testing.assert_frame_equal(frame, store.load("k").value)


def test_a_step_says_how() -> None:
    @memoize_step(mmap="r")
    def numbers(n: int) -> object:
        return np.arange(n)

    assert [True, False] == [numbers(100_000).flags.writeable for _ in range(2)]


def test_another_way_of_mapping_is_refused() -> None:
    for given in ("w", "r+", True, 1):
        with pytest.raises(OptionError, match="'c', 'r' or None"):
            memoize_step(mmap=given)


MEASURE = """
import json, resource, sys
import numpy as np
from memo.store import Metadata, Store

def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
def anonymous():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("RssAnon"))

store = Store(sys.argv[1])
size = int(sys.argv[2]) << 20
if sys.argv[3] == "save":
    store.save("warm", np.arange(10000), Metadata(key="warm", origin="o"))
    value = np.ones(size, "u1")
    before = peak()
    assert store.save("k", value, Metadata(key="k", origin="o"))
    print(json.dumps(peak() - before))
else:
    store.load("warm")
    before = anonymous()
    value = store.load("k").value
    assert value.sum() == size
    print(json.dumps(anonymous() - before))
"""


def measured(directory: Path, megabytes: int, what: str) -> int:
    command = [sys.executable, "-c", MEASURE, directory, str(megabytes), what]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told in /proc only on Linux")
@pytest.mark.parametrize("megabytes", [96, pytest.param(1024, marks=pytest.mark.stress)])
def test_a_large_array_is_stored_without_a_second_copy_and_mapped_on_a_hit(megabytes: int, own_store: Path) -> None:
    assert measured(own_store, megabytes, "save") < 64 << 20
    assert measured(own_store, megabytes, "load") < 16 << 20
