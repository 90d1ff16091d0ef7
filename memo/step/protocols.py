"""The types that a step has for type checkers; at run time it is a ``StepWrapper``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import Concatenate, ParamSpec, Protocol, TypeVar, overload

from memo.inspection.explanation import Explanation
from memo.step.questions.accepting import Accepted
from memo.step.questions.info import StepInfo

#: True to mypy alone.
MYPY = False

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
S = TypeVar("S")
T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)
R = TypeVar("R")
Q = ParamSpec("Q")


class TakesOne(Protocol[T_contra, R_co]):
    """What can be called with one argument."""

    def __call__(self, argument: T_contra, /) -> R_co:
        """Call it."""
        ...


class BoundMemoizedStep(Protocol[P, R_co]):
    """A step, called and asked with the parameters of its function."""

    __name__: str
    __qualname__: str

    @property
    def __wrapped__(self) -> Callable[P, R_co]:
        """The plain function."""
        ...

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Return the stored result of this call, or run it and store its result."""
        ...

    def key(self, /, *args: P.args, **kwargs: P.kwargs) -> str:
        """Return the key of this call: 64 hexadecimal digits."""
        ...

    def is_cached(self, /, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Say whether this call has a stored result; nothing is written."""
        ...

    def recompute(self, /, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Run this call whatever is stored, and store its result."""
        ...

    def invalidate(self, /, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Remove the stored result of this call; say whether there was one."""
        ...

    def map(
        self: TakesOne[T, R], iterable: Iterable[T], executor: Executor | None = None, progress: bool = True
    ) -> list[R]:
        """Return the results for each item of *iterable*, in order.

        Stored results come straight from the store, and the rest is run, items of one key once. Tuples are not
        unpacked: each item is the one argument of a call.

        If items fail, the others run nevertheless and are stored. Then the exception of the first one is raised, with
        a note that says which items failed. After Ctrl-C nothing new is begun.

        Args:
            iterable: the arguments; it is read to its end as fast as the store answers.
            executor: what runs that which is not stored: threads, processes, those of loky or of dask's
                ``client.get_executor()``; without it this thread, one item after the other.
            progress: whether to show a progress bar, in a terminal or a notebook.

        Raises:
            OptionError: the *executor* is none.
            StepError: the step is a coroutine function or a generator.
        """
        ...

    def explain(self, /, *args: P.args, **kwargs: P.kwargs) -> Explanation:
        """Say what the key of this call is made of, and what answers the call or why it would run; nothing is run."""
        ...

    def accept(self, previous: str | None = None, *, dry_run: bool = False) -> Accepted:
        """Declare that the last edit does not change results: what was stored before it answers the same calls now.

        Args:
            previous: which code was before: the beginning of its digest, or the version; needed where entries of
                several codes are stored.
            dry_run: write nothing, and see how the code differs.

        Raises:
            AcceptError: there is no such entry, or it is not clear which are meant, or none tells enough.
            StoreError: the store could not be written.
        """
        ...

    def revoke(self) -> int:
        """Take back what was accepted for the code that is there now; return how many calls will run again."""
        ...

    def clear(self) -> int:
        """Remove the step's stored results; return how many there were."""
        ...

    def info(self) -> StepInfo:
        """Return hits, misses, seconds saved, entries and bytes of this step."""
        ...


class MemoizedStep(BoundMemoizedStep[P, R_co], Protocol[P, R_co]):
    """A decorated function; as a class's attribute it binds as a method does.

    ``@classmethod`` and ``@staticmethod`` below a decorator leave the function's type as it is. pyright tells a class
    method by its first parameter, and takes for a static method what binds in no other way. mypy chooses an overload
    without looking at the type of *self*, so it is told about functions and methods only.
    """

    if not MYPY:

        @overload
        def __get__(
            self: MemoizedStep[Concatenate[type[S], Q], R_co], instance: None, owner: type[S]
        ) -> BoundMemoizedStep[Q, R_co]: ...

    @overload
    def __get__(self, instance: None, owner: type) -> BoundMemoizedStep[P, R_co]: ...

    if not MYPY:

        @overload
        def __get__(
            self: MemoizedStep[Concatenate[type[S], Q], R_co], instance: S, owner: type | None = None
        ) -> BoundMemoizedStep[Q, R_co]: ...

    @overload
    def __get__(
        self: MemoizedStep[Concatenate[S, Q], R_co], instance: S, owner: type | None = None
    ) -> BoundMemoizedStep[Q, R_co]: ...

    if not MYPY:

        @overload
        def __get__(self, instance: object, owner: type | None = None) -> BoundMemoizedStep[P, R_co]: ...
