"""How fast det_hash is with large arrays beside BLAKE3 with its threads: a part of ``det_hash_speed.py``."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from typing import Any, NamedTuple

from memo.dethash import det_hash


class ArrayResult(NamedTuple):
    """What one array of 256 MiB took, as a multiple of det_hash's time or processor time, and MiB of memory."""

    blake3: float
    copied: float
    #: Of the processor's time: no more of BLAKE3's speed can be had where BLAKE3 uses all cores.
    bound: float
    extra: float


def arrays() -> Iterator[tuple[str, ArrayResult]]:
    """Yield, for arrays of 256 MiB, how BLAKE3 with its threads and a copy and BLAKE3 compare."""
    import numpy as np
    from blake3 import blake3

    contiguous = np.random.default_rng(0).random((8192, 4096))
    for name, array in (
        ("contiguous", contiguous),
        ("every second column of a wider one", np.repeat(contiguous, 2, axis=1)[:, ::2]),
        ("transposed", contiguous.T),
    ):
        flat = np.ascontiguousarray(array)

        def plain(flat: Any = flat) -> object:
            return blake3(flat.reshape(-1).view(np.uint8), max_threads=blake3.AUTO).digest()

        def copied(array: Any = array) -> object:
            return plain(np.ascontiguousarray(array))

        best: dict[str, float] = {}
        used: dict[str, float] = {}
        for _ in range(5):
            for who, call in (("memo", lambda array=array: det_hash(array)), ("blake3", plain), ("copied", copied)):
                start, busy = time.perf_counter(), time.process_time()
                call()
                took, busy = time.perf_counter() - start, time.process_time() - busy
                best[who] = min(took, best.get(who, took))
                used[who] = min(busy, used.get(who, busy))
        tracemalloc.start()
        det_hash(array)
        extra = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        ratios = (best["blake3"] / best["memo"], best["copied"] / best["memo"], used["blake3"] / used["memo"])
        yield name, ArrayResult(*ratios, extra)
