"""What fresh processes run for ``store_speed.py``; each prints numbers."""

from __future__ import annotations

_COMMON = """
import os, resource, sys, time
import numpy
def array(megabytes): return numpy.arange(megabytes * 2**17, dtype="f8")
def frame(rows):
    import pandas
    numbers = numpy.arange(rows)
    text = (numbers % 100).astype("U3")
    return pandas.DataFrame({"a": numbers, "b": numbers / 3, "c": numbers % 7, "d": text})
def timed(call):
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1e3
"""

LARGE_MEMO = f"""{_COMMON}
from memo import memoize_step
step = memoize_step(store=sys.argv[1])(array)
step(1)  # what a first call of any step costs has rows of its own
print(timed(lambda: step(100)), min(timed(lambda: step(100)) for _ in range(9)))
"""

LARGE_JOBLIB = f"""{_COMMON}
import joblib
step, mapped = (joblib.Memory(sys.argv[1], mmap_mode=mode, verbose=0).cache(array) for mode in (None, "r"))
step(1)
print(timed(lambda: step(100)), min(timed(lambda: mapped(100)) for _ in range(9)))
"""

FRAME = f"""{_COMMON}
from memo import memoize_step
import pyarrow.feather
step = memoize_step(store=sys.argv[1])(frame)
made = step(1_000_000)
path = sys.argv[1] + ".arrow"
pyarrow.feather.write_feather(made, path, compression="uncompressed")
times = [(timed(lambda: step(1_000_000)), timed(lambda: pyarrow.feather.read_feather(path))) for _ in range(9)]
print(*map(min, zip(*times)))
"""

WRITING = f"""{_COMMON}
from memo import Store, memoize_step
from memo.store import Metadata
store = Store(sys.argv[1])
made = array(100)
step = memoize_step(store=store)(lambda number: made)
def write(number):
    store.save(str(number), made, Metadata(key=str(number), origin="o"))
def peer(number):
    with open(f"{{sys.argv[1]}}.npy", "wb") as file:
        numpy.save(file, made)
        file.flush()
        os.fsync(file.fileno())
    os.remove(f"{{sys.argv[1]}}.npy")
times = []
for number in range(7):
    times.append([timed(lambda: way(number)) for way in (write, step, peer)])
    store.clear()
print(*map(min, zip(*times)))
"""

MEMORY = f"""{_COMMON}
from memo import memoize_step
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
step = memoize_step(store=sys.argv[1])(array)
step(1)
before = peak()
step(256)
print((peak() - before) / 256)
"""

FRESH_MEMO = """
import sys
from memo import memoize_step
def work(x): return x
print(memoize_step(store=sys.argv[1], version="1")(work)(1))
"""

FRESH_CODE = """
import sys
sys.path.insert(0, sys.argv[1])
import fresh_module
print(fresh_module.work(1))
"""

FRESH_MODULE = """
from memo import memoize_step


@memoize_step(store={store!r})
def work(x):
    return x
"""

FRESH_DISKCACHE = """
import sys, diskcache
def work(x): return x
print(diskcache.Cache(sys.argv[1]).memoize(name="work")(work)(1))
"""
