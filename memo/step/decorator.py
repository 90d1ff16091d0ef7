"""``@memoize_step``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar, overload

from memo.step.options import StepOptions
from memo.step.wrapper import make_step
from memo.store import Format, Keeping

if TYPE_CHECKING:
    from datetime import timedelta

    from memo.step.protocols import MemoizedStep
    from memo.store import Store

P = ParamSpec("P")
R = TypeVar("R")

_NONE: Mapping[str, object] = {}


@overload
def memoize_step(function: Callable[P, R], /) -> MemoizedStep[P, R]: ...


@overload
def memoize_step(
    *,
    version: str | None = ...,
    ignore: Iterable[str] = ...,
    skip_defaults: Mapping[str, object] = ...,
    store: Store | str | os.PathLike[str] | None = ...,
    name: str | None = ...,
    code: Literal["deep", "own", "off"] = ...,
    depends_on: Sequence[object] = ...,
    enabled: bool | None = ...,
    format: Format | type[Format] | None = ...,
    compress: Literal["zstd", "lz4"] | None = ...,
    mmap: Literal["c", "r"] | None = ...,
    expire: float | timedelta | None = ...,
    wait: float | timedelta | None = ...,
    single_flight: bool | None = ...,
) -> Callable[[Callable[P, R]], MemoizedStep[P, R]]: ...


def memoize_step(  # noqa: PLR0913  each is an option of its own
    function: Callable[..., Any] | None = None,
    /,
    *,
    version: str | None = None,
    ignore: Iterable[str] = (),
    skip_defaults: Mapping[str, object] = _NONE,
    store: Store | str | os.PathLike[str] | None = None,
    name: str | None = None,
    code: Literal["deep", "own", "off"] = "deep",
    depends_on: Sequence[object] = (),
    enabled: bool | None = None,
    format: Format | type[Format] | None = None,  # noqa: A002  the ecosystem's word
    compress: Literal["zstd", "lz4"] | None = None,
    mmap: Literal["c", "r"] | None = "c",
    expire: float | timedelta | None = None,
    wait: float | timedelta | None = None,
    single_flight: bool | None = None,
) -> Any:
    """Keep a function's results on disk, and run it again only when its code or its arguments are new.

    Use it bare or with options, outermost of all decorators.

    Args:
        function: the function.
        version: stands for the code: edits do not count, a new version does. A ``VERSION`` attribute of the function
            does the same. The values that a nested function captures count, and *depends_on*.
        ignore: names of parameters that do not count.
        skip_defaults: values at which parameters do not count, as if they did not exist: a parameter that is added with
            its old behaviour as default keeps the old results, where *version* or ``code="off"`` stands for the code.
        store: the store of the results or its directory; without it ``MEMO_DIR``, else the user's cache directory.
        name: stands for module and qualified name in the origin, so that a function with a version may move. A lambda
            with a version needs one.
        code: ``"deep"`` follows everything that the function reaches; ``"own"`` takes its own code only; ``"off"``
            none.
        depends_on: functions, classes, modules or values that the function depends on and that cannot be seen.
        enabled: ``False`` lets the function run plainly; without it ``MEMO_DISABLE`` decides.
        format: how results are stored, such as `JsonFormat`; without it by their types, exactly. A result that does
            not come back from it as it is, is not stored, with a warning.
        compress: ``"zstd"`` or ``"lz4"``, which need a library each; what shrinks little is stored as it is.
        mmap: how large arrays come back: ``"c"`` maps them, and what is written to them stays in the process;
            ``"r"`` maps them to be read only; ``None`` reads them into memory.
        expire: seconds or a `timedelta` after which a stored result is too old: the function runs again and replaces
            it. A result from the future, as a wrong clock makes it, is too old, too.
        wait: how many seconds a call waits at most while another thread or process computes the same one; then it
            computes, too. Without it an hour.
        single_flight: ``False`` lets calls of one key compute at the same time.

    Returns:
        A step, called like the function, with the same signature, and ``key``, ``is_cached``, ``recompute``,
        ``invalidate``, ``clear``, ``info`` and ``__wrapped__`` beside.

    Raises:
        OptionError: an option has a value that it does not take; the error says what it takes.
        StepError: what is decorated cannot be a step.

    .. versionadded:: 0.1
    """
    options = StepOptions.checked(
        version=version,
        ignore=ignore,
        skip_defaults=skip_defaults,
        store=store,
        name=name,
        code=code,
        depends_on=depends_on,
        enabled=enabled,
        keeping=Keeping.checked(format=format, compress=compress, mmap=mmap, expire=expire),
        wait=wait,
        single_flight=single_flight,
    )
    if function is None:
        return lambda function: make_step(function, options)
    return make_step(function, options)
