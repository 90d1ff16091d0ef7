"""``@memoize_step``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar, overload

from memo.checked import refuse_unknown
from memo.step.options import StepOptions
from memo.step.wrapper import make_step
from memo.store import Format, Keeping

if TYPE_CHECKING:
    from memo.step.protocols import MemoizedStep
    from memo.store import Metadata, Store

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
    normalize: Callable[[dict[str, Any]], Mapping[str, Any]] | None = ...,
    key: Callable[[dict[str, Any]], object] | None = ...,
    store: Store | str | os.PathLike[str] | None = ...,
    name: str | None = ...,
    code: Literal["deep", "own", "off"] = ...,
    depends_on: Sequence[object] = ...,
    enabled: bool | None = ...,
    refresh: bool | None = ...,
    format: Format | type[Format] | None = ...,
    compress: Literal["zstd", "lz4"] | None = ...,
    mmap: Literal["c", "r"] | None = ...,
    expire: float | timedelta | None = ...,
    wait: float | timedelta | None = ...,
    single_flight: bool | None = ...,
    validate: Callable[[Metadata], object] | None = ...,
    cache_if: Callable[[Any], object] | None = ...,
    cache_exceptions: Sequence[type[Exception]] = ...,
    verify: float | None = ...,
    tags: Sequence[str] | None = ...,
    replay: bool = ...,
) -> Callable[[Callable[P, R]], MemoizedStep[P, R]]: ...


def memoize_step(  # noqa: PLR0913  each is an option of its own
    function: Callable[..., Any] | None = None,
    /,
    *,
    version: str | None = None,
    ignore: Iterable[str] = (),
    skip_defaults: Mapping[str, object] = _NONE,
    normalize: Callable[[dict[str, Any]], Mapping[str, Any]] | None = None,
    key: Callable[[dict[str, Any]], object] | None = None,
    store: Store | str | os.PathLike[str] | None = None,
    name: str | None = None,
    code: Literal["deep", "own", "off"] = "deep",
    depends_on: Sequence[object] = (),
    enabled: bool | None = None,
    refresh: bool | None = None,
    format: Format | type[Format] | None = None,  # noqa: A002  the ecosystem's word
    compress: Literal["zstd", "lz4"] | None = None,
    mmap: Literal["c", "r"] | None = "c",
    expire: float | timedelta | None = None,
    wait: float | timedelta | None = None,
    single_flight: bool | None = None,
    validate: Callable[[Metadata], object] | None = None,
    cache_if: Callable[[Any], object] | None = None,
    cache_exceptions: Sequence[type[Exception]] = (),
    verify: float | None = None,
    tags: Sequence[str] | None = None,
    replay: bool = False,
    **unknown: Any,
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
        normalize: is given the bound arguments as a dict, with defaults and with ``*args`` and ``**kwargs`` under their
            names, and returns the dict of those to hash and to call the function with. Its code counts.
        key: is given the same dict, without what *ignore* names, and returns the value that is hashed in its place; the
            function gets the arguments as they are. Its code counts, and the function's still does.
        store: the store of the results or its directory; without it ``MEMO_DIR``, else the user's cache directory.
        name: stands for module and qualified name in the origin, so that a function with a version may move. A lambda
            with a version needs one.
        code: ``"deep"`` follows everything that the function reaches; ``"own"`` takes its own code only; ``"off"``
            none.
        depends_on: what the function depends on and cannot be seen: functions, classes, modules, files as `File`, and
            any value that can be hashed. Text that names an installed distribution, or a module of one, stands for
            its version, any other text for itself.
        enabled: ``False`` lets the function run plainly; without it ``MEMO_DISABLE`` decides.
        refresh: ``True`` lets the function run whatever is stored, and stores the new result; ``False`` lets what is
            stored answer whatever ``MEMO_REFRESH`` says, which decides otherwise.
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
        validate: is given what is known about a stored entry besides its value, and says whether it answers; if not,
            the function runs again and replaces it.
        cache_if: is given a result, of a generator the list of its items, and says whether it is stored.
        cache_exceptions: the classes of exceptions that are stored like results. A hit raises an equal one, with a
            note. One that cannot be pickled is not stored, with a warning.
        verify: the fraction of hits, from 0 to 1, that is computed again and compared. A difference is a
            `VerifyWarning`; the caller gets what is stored.
        tags: labels, by which ``memo ls``, ``memo rm`` and ``memo gc`` find the entries. They do not count.
        replay: ``True`` keeps what a run writes to stdout and stderr, warns and logs, and shows it again on a hit: what
            the run's own thread or task does. A result that was stored without it answers silently.
        unknown: there are no other options; the error names the nearest one.

    Where one of the functions that are given as options fails, one warning says so, the function runs once, and its
    result is returned. No code of theirs counts but that of *normalize* and *key*.

    Returns:
        A step, called like the function, with the same signature, and ``key``, ``is_cached``, ``recompute``,
        ``invalidate``, ``clear``, ``info`` and ``__wrapped__`` beside.

    Raises:
        OptionError: an option has a value that it does not take; the error says what it takes.
        StepError: what is decorated cannot be a step.

    .. versionadded:: 0.1
    """
    if unknown:
        refuse_unknown("memoize_step", unknown, memoize_step.__kwdefaults__ or {})
    options = StepOptions.checked(
        version=version,
        ignore=ignore,
        skip_defaults=skip_defaults,
        normalize=normalize,
        key=key,
        store=store,
        name=name,
        code=code,
        depends_on=depends_on,
        enabled=enabled,
        refresh=refresh,
        keeping=Keeping.checked(format=format, compress=compress, mmap=mmap, expire=expire),
        wait=wait,
        single_flight=single_flight,
        validate=validate,
        cache_if=cache_if,
        cache_exceptions=cache_exceptions,
        verify=verify,
        tags=tags,
        replay=replay,
    )
    if function is None:
        return lambda function: make_step(function, options)
    return make_step(function, options)
