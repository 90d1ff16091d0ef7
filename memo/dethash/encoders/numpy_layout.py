"""The bytes of arrays in C order, whatever their layout in memory.

What does not lie in this order is copied piece by piece: by other cores, while those are hashed that come before.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from memo.dethash.hashing import spare_cores

if TYPE_CHECKING:
    from concurrent.futures import Executor

Array = npt.NDArray[Any]
Place = tuple[Any, ...]

#: What has to be copied is copied in pieces of at most so many bytes, which stay in the processor's cache.
CHUNK = 1 << 22
#: So many pieces at most are copied at the same time.
MOST_COPIES = 8
#: What lies column by column goes through a room of so many bytes, which stays in one core's cache.
STRIP = 1 << 18
#: In there are so many bytes between two lines: else all would fall into one place of the cache.
GAP = 64
#: 80-bit floats lie in 12 or 16 bytes, of which ten count.
_EXTENDED = np.finfo(np.longdouble).nmant == 63


def chunks(array: Array, mask: Array | None = None) -> Iterator[memoryview]:
    """Yield the elements' bytes in C order; each piece is to be used before the next is taken.

    Args:
        array: any array without fields and Python objects.
        mask: whose bytes are to be zeros.
    """
    if not array.nbytes:
        return
    padded = _EXTENDED and array.dtype.char in "gG"
    if array.flags.c_contiguous and not padded and (mask is None or not mask.any()):
        yield _bytes(array)
        return

    def copy(place: Place, room: Array) -> memoryview:
        piece = array[place]
        if mask is not None and mask[place].any():
            piece = np.where(mask[place], np.zeros((), array.dtype), piece)
        if padded:
            parts = np.ascontiguousarray(piece, piece.dtype.newbyteorder("=")).reshape(-1).view(np.longdouble)
            return _bytes(np.ascontiguousarray(parts.view(np.uint8).reshape(-1, parts.itemsize)[:, :10]))
        out = room[: piece.nbytes].view(piece.dtype).reshape(piece.shape)
        _copy(piece, out)
        return _bytes(out)

    room = min(array.nbytes, max(CHUNK, array.itemsize))
    copies = min(spare_cores(), MOST_COPIES) if array.nbytes > 2 * CHUNK else 0
    wanted = places(array.shape, array.itemsize)
    yield from _ahead(copy, wanted, [np.empty(room, np.uint8) for _ in range(copies + 1)])


def _ahead(
    copy: Callable[[Place, Array], memoryview], wanted: Iterator[Place], rooms: list[Array]
) -> Iterator[memoryview]:
    """Yield copies of what is wanted; all rooms but one are filled while the caller uses that one."""
    from concurrent.futures import Future, ThreadPoolExecutor

    with ThreadPoolExecutor(max(1, len(rooms) - 1), "memo-copy") as pool:
        if len(rooms) == 1 or not _started(pool, len(rooms) - 1):
            yield from (copy(place, rooms[0]) for place in wanted)
            return
        coming: deque[Future[memoryview]] = deque()
        for number, place in enumerate(wanted):
            coming.append(pool.submit(copy, place, rooms[number % len(rooms)]))
            if len(coming) == len(rooms):
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


def _started(pool: Executor, count: int) -> bool:
    """Start the threads of a pool; say whether they can be had, which is not so when the interpreter ends."""
    go = Event()
    try:
        for _ in range(count):
            pool.submit(go.wait)
    except RuntimeError:
        return False
    finally:
        go.set()
    return True


def places(shape: tuple[int, ...], itemsize: int) -> Iterator[Place]:
    """Yield the indices of consecutive pieces of at most ``CHUNK`` bytes."""
    row = math.prod(shape[1:]) * itemsize
    if not shape or shape[0] * row <= CHUNK:
        yield (...,)
    elif row > CHUNK:
        for start in range(shape[0]):
            yield from ((start, *rest) for rest in places(shape[1:], itemsize))
    else:
        step = CHUNK // row
        for start in range(0, shape[0], step):
            yield (slice(start, start + step), ...)


def _copy(array: Array, out: Array) -> None:
    """Copy the elements into *out*, which is in C order."""
    if array.ndim < 2 or abs(array.strides[-1]) <= abs(array.strides[-2]):
        out[...] = array
        return
    # Line by line as they lie in memory, and from there across them.
    order = sorted(range(array.ndim), key=lambda axis: -abs(array.strides[axis]))
    back = sorted(range(array.ndim), key=order.__getitem__)
    lines = array.size // array.shape[order[-1]]
    column = (array.nbytes + lines * GAP) // array.shape[-1]
    width = max(GAP // array.itemsize, STRIP // column, 1)
    for start in range(0, array.shape[-1], width):
        strip = array[..., start : start + width].transpose(order)
        near = np.empty((*strip.shape[:-1], strip.shape[-1] + GAP // array.itemsize), array.dtype)[
            ..., : strip.shape[-1]
        ]
        near[...] = strip
        out[..., start : start + width] = near.transpose(back)


def _bytes(array: Array) -> memoryview:
    return array.reshape(-1).view(np.uint8).data
