"""Public usage as type checkers see it: checked by mypy --strict and pyright strict, never run.

Where an error is expected each checker is told so in its own comment, and complains if there is none.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, assert_type

from memo import (
    CustomDetHash,
    DetHashFromInitParams,
    DetHashWithVersion,
    MemoError,
    MemoWarning,
    OptionError,
    StepError,
    StepInfo,
    Store,
    StoreError,
    StoreWarning,
    UnhashableError,
    UnknownOptionError,
    VerifyWarning,
    configure,
    det_hash,
    memoize_step,
    register_det_hash,
)
from memo.testing import assert_deterministic

T = TypeVar("T")


@memoize_step
def bare(text: str, size: int = 1, /, *more: int, verbose: bool = False, **rest: str) -> list[float]:
    return [0.5]


@memoize_step(version="2", ignore=("verbose",))
def embed(text: str, *, verbose: bool = False) -> list[float]:
    return [0.5]


@memoize_step(
    version=None,
    ignore=["size"],
    store=Path("results"),
    name="counting",
    code="own",
    depends_on=[embed, 1],
    enabled=True,
)
def count(size: int) -> int:
    return size


@memoize_step()
def nothing() -> None: ...


@memoize_step
def first(values: list[T]) -> T:
    return values[0]


@memoize_step
def needs_two(left: int, right: int) -> int:
    return left + right


# Calls keep their parameters and results.
assert_type(bare("a"), list[float])
assert_type(bare("a", 1, 2, 3, verbose=True, note="b"), list[float])
assert_type(embed("a", verbose=True), list[float])
assert_type(count(size=1), int)
assert_type(first([1]), int)
assert_type(first(["a"]), str)
nothing()

bare(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
bare(text="a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
bare("a", verbose=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
embed()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
embed("a", verbos=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
count("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# So do questions.
assert_type(embed.key("a"), str)
assert_type(embed.is_cached("a", verbose=True), bool)
assert_type(embed.recompute("a"), list[float])
assert_type(embed.invalidate("a"), bool)
assert_type(embed.clear(), int)
assert_type(embed.info(), StepInfo)
assert_type(embed.__wrapped__("a"), list[float])
assert_type(embed.__name__, str)
assert_type(embed.__qualname__, str)

embed.key(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
embed.is_cached()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
embed.recompute("a", "b")  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportCallIssue]
embed.invalidate(text=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
embed.clear("a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
embed.missing()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

# A map takes what a call takes as its first argument.
assert_type(bare.map(["a"]), list[list[float]])
assert_type(embed.map({"a": 1}, None, False), list[list[float]])
assert_type(count.map(range(3), ThreadPoolExecutor(), progress=False), list[int])
assert_type(count.map(iter([1]), executor=ProcessPoolExecutor()), list[int])

bare.map([1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
count.map(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
count.map([1], 4)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
count.map([1], progress="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nothing.map([])  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
needs_two.map([1])  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

# mypy cannot tell what a generic function returns that is mapped.
assert_type(first.map([[1]]), list[int])  # type: ignore[assert-type, arg-type]

# A step is a function to those that take one.
as_function: Callable[[int], int] = count
as_other: Callable[[str], int] = count  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
assert_type(list(map(count, [1, 2])), list[int])


class Model:
    size: int = 1

    @memoize_step
    def fit(self, data: list[int], *, rate: float = 0.1) -> str:
        return "fitted"

    @memoize_step(version="1")
    def score(self, data: list[int]) -> float:
        return 0.5

    @memoize_step
    @classmethod
    def build(cls, size: int) -> Model:
        return cls()

    @memoize_step(version="1")
    @classmethod
    def rebuild(cls, size: int) -> Model:
        return cls()

    @memoize_step
    @staticmethod
    def load(path: str) -> bytes:
        return b""

    @memoize_step(name="loading")
    @staticmethod
    def reload(path: str) -> bytes:
        return b""

    @property
    @memoize_step
    def summary(self) -> str:
        return ""

    @classmethod
    @memoize_step
    def below_class(cls, size: int) -> int:
        return size

    @staticmethod
    @memoize_step
    def below_static(size: int) -> int:
        return size


class Larger(Model):
    pass


model = Model()
assert_type(model.fit([1], rate=0.5), str)
assert_type(model.fit.key([1]), str)
assert_type(model.fit.is_cached([1], rate=0.5), bool)
assert_type(model.fit.recompute([1]), str)
assert_type(model.fit.map([[1]]), list[str])
assert_type(model.build.map([1]), list[Model])
assert_type(Model.load.map(["a"]), list[bytes])
assert_type(model.score([1]), float)
assert_type(model.score.invalidate([1]), bool)
assert_type(model.fit.info(), StepInfo)
assert_type(Larger().fit([1]), str)
assert_type(model.summary, str)
assert_type(Model.fit(model, [1]), str)
assert_type(Model.fit.key(model, [1], rate=0.5), str)
assert_type(model.build(size=1), Model)
assert_type(model.build.key(1), str)
assert_type(model.rebuild.recompute(1), Model)
assert_type(Model.load("a"), bytes)
assert_type(Model.load.is_cached("a"), bool)
assert_type(Model.reload.recompute(path="a"), bytes)
assert_type(Model.below_static(1), int)
assert_type(Model.below_static.key(1), str)

model.fit("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
model.fit.key()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
model.fit.is_cached(model, [1])  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportCallIssue]
Model.fit([1])  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportCallIssue]
Model.load(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
model.build("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# mypy cannot tell a class method that is asked for on its class from a method, nor a static method that is asked for on
# an instance. To it the first wants its class, and the second has lost its first parameter; pyright knows both. What
# both know is a class method on an instance and a static method on its class, as above.
assert_type(Model.build(1), Model)  # type: ignore[call-arg, arg-type]
assert_type(Model.build.key(1), str)  # type: ignore[call-arg, arg-type]
assert_type(Model.below_class.recompute(1), int)  # type: ignore[call-arg, arg-type]
assert_type(model.load("a"), bytes)  # type: ignore[call-arg]
assert_type(model.load.is_cached("a"), bool)  # type: ignore[call-arg]

# What a step cannot be told, and what cannot be a step.
memoize_step(version=1)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(code="deeper")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(ignored=("a",))  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
memoize_step(store=1)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(replay="yes")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step("text")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
memoize_step(version="1")(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# Settings.
configure(store="results", enabled=False, first_party=("lib",), third_party=("other",), versions="minor")
configure(store=Path("results"), wait=timedelta(hours=1), single_flight=False, verify=0.01, tags=("nightly",))
configure(expire=timedelta(days=30), compress="zstd")
configure(verfy=0.1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
configure(verify="often")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
configure(enabled="no")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# Stores.
store = Store()
assert_type(Store(Path("results")) == Store("results"), bool)
assert_type(Store.shared("results"), Store)
assert_type(store.directory, Path)
assert_type(store.contains("key"), bool)
assert_type(store.delete("key"), bool)
assert_type(store.clear(), int)
assert_type([entry.tags for entry in store.evict(max_bytes=10, tag="nightly")], list[tuple[str, ...]])
store.close()
Store(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
memoize_step(store=store)(len)

# Digests.
assert_type(det_hash([1, {"a": open}]), str)
det_hash()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


class Own(CustomDetHash):
    def det_hash_object(self) -> Any:
        return 1


class Versioned(DetHashWithVersion):
    VERSION = "2"


class Params(DetHashFromInitParams):
    def __init__(self, size: int) -> None:
        self.size = size


assert_type(Params(size=1), Params)
assert_type(Params(1).det_hash_object(), Any)
Params("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class Handle:
    number = 1


@register_det_hash(Handle)
def handle_object(handle: Handle) -> object:
    return handle.number


register_det_hash("module.Handle")
assert_type(handle_object(Handle()), object)

# Errors carry their facts.
assert_type(UnhashableError("a", "b").path, str)
assert_type(OptionError("a", "b", "c").expected, str)
assert_type(StepError("a", "b", "c").instead, str)
assert_type(StoreError("a", "b").directory, str)
errors: list[MemoError] = [UnhashableError("a", "b"), OptionError("a", "b", "c"), StepError("a", "b", "c")]
warnings: list[MemoWarning] = [StoreWarning("a")]
unknown: list[TypeError | ValueError] = [UnknownOptionError("memoize_step", "versoin", "version", ("version",))]
warned: list[MemoWarning] = [VerifyWarning("a")]
assert_type(assert_deterministic(embed, "a", verbose=True), None)
values: list[ValueError | TypeError | RuntimeError] = [OptionError("a", "b", "c"), StoreError("a", "b")]
directory: os.PathLike[str] = store.directory
