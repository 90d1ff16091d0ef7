"""Every option of memoize_step() as type checkers see it: checked by mypy --strict and pyright strict, never run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any, assert_type

from memo import File, JsonFormat, PickleFormat, memoize_step
from memo.store import Metadata


def lowered(arguments: dict[str, Any]) -> dict[str, Any]:
    return {**arguments, "text": str(arguments["text"]).lower()}


def is_recent(entry: Metadata) -> bool:
    return entry.created > 0 and "nightly" in entry.tags


@memoize_step(
    skip_defaults={"size": 1},
    normalize=lowered,
    refresh=False,
    format=JsonFormat,
    compress="zstd",
    mmap=None,
    expire=timedelta(days=1),
    wait=10,
    single_flight=True,
    validate=is_recent,
    cache_if=lambda result: result is not None,
    cache_exceptions=(ValueError, KeyError),
    verify=0.01,
    replay=True,
    tags=("nightly",),
    depends_on=("numpy", File("data.csv"), os, lowered),
)
def told(text: str, size: int = 1) -> dict[str, int] | None:
    return None


@memoize_step(key=lambda arguments: arguments["path"], format=PickleFormat(), compress="lz4", mmap="r", expire=3600.0)
def read(path: File) -> File:
    return path


@memoize_step(verify=1, cache_exceptions=[OSError], tags=["a"])
async def fetched(url: str) -> bytes:
    return b""


@memoize_step(cache_if=len, validate=None, normalize=None, key=None, verify=None, tags=None, expire=None)
def items(count: int) -> Iterator[int]:
    yield count


# A step is typed as its function, whatever it was told.
assert_type(told("a", size=2), dict[str, int] | None)
assert_type(told.is_cached("a"), bool)
assert_type(read(File("a.txt")), File)
assert_type(items(3), Iterator[int])
assert_type(items.key(count=3), str)


async def awaiting() -> None:
    assert_type(await fetched("a"), bytes)
    assert_type(fetched.is_cached(url="a"), bool)


# So are partials and instances.
class Scale:
    def __call__(self, x: int) -> float:
        return x * 0.5


assert_type(memoize_step(Scale())(2), float)
assert_type(memoize_step(Scale()).is_cached(2), bool)
assert_type(memoize_step(version="1")(partial(told, "a"))(), dict[str, int] | None)

# What an option does not take.
memoize_step(normalize=1)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(normalize=len)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
memoize_step(key="path")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(refresh="no")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(format="json")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(compress="gzip")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(mmap="w")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(expire="1h")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(validate=lambda: True)  # type: ignore[misc, arg-type]  # pyright: ignore[reportArgumentType]
memoize_step(cache_if=True)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(cache_exceptions=ValueError)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(cache_exceptions=(KeyboardInterrupt,))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
memoize_step(verify="0.1")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(tags=1)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(depends_on=3)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
