"""BLAKE3, in one place: the digest of bytes and of large buffers."""

from __future__ import annotations

import os
from collections.abc import Iterable

from blake3 import blake3 as blake3  # noqa: PLC0414  the shortest way for tiny values

#: From here on a buffer is hashed with all cores.
PARALLEL_BYTES = 1 << 20
#: A buffer up to this size stands for itself; a longer one enters by its digest.
INLINE_BYTES = 256

_threads = blake3.AUTO


def _after_fork_in_child() -> None:
    """Stay on one thread: the pool's threads did not survive the fork, and waiting for them would hang."""
    global _threads  # noqa: PLW0603  the setting is the process's
    _threads = 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def spare_cores() -> int:
    """Return how many cores can do something else for the caller; in a forked child none are used."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 0 if _threads == 1 else cores - 1


Buffer = bytes | bytearray | memoryview


def digest_bytes(*parts: bytes) -> bytes:
    """Return the 32-byte digest of *parts*, one after the other."""
    return blake3(parts[0] if len(parts) == 1 else b"".join(parts)).digest()


class Stream:
    """Bytes on their way into a digest: written in small pieces, hashed in large ones."""

    def __init__(self, start: bytes) -> None:
        self._pieces = [start]
        self._hasher: blake3 | None = None
        self.write = self._pieces.append

    def flush(self) -> None:
        """Hash what was written so far, so that it need not be kept."""
        if self._hasher is None:
            self._hasher = blake3()
        self._hasher.update(b"".join(self._pieces))
        self._pieces.clear()

    def digest(self) -> bytes:
        """Return the digest of all that was written."""
        if self._hasher is None:
            return digest_bytes(*self._pieces)
        self.flush()
        return self._hasher.digest()


def buffer_part(chunks: Iterable[Buffer]) -> tuple[int, bytes]:
    """Return a buffer's length in bytes and either its bytes, when few, or their digest.

    Args:
        chunks: the buffer's bytes in order; how they are cut does not count.
    """
    size = 0
    head = bytearray()
    hasher = None
    for chunk in chunks:
        view = memoryview(chunk).cast("B") if not isinstance(chunk, bytes) else chunk
        size += len(view)
        if hasher is None:
            if size <= INLINE_BYTES:
                head += view
                continue
            hasher = blake3(bytes(head), max_threads=_threads)
        hasher.update(view)
    return size, hasher.digest() if hasher is not None else bytes(head)
