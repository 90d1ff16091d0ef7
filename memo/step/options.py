"""What a decorator is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from memo.errors import OptionError
from memo.step.checks import CHECKS, Code
from memo.store import AS_USUAL, Keeping, Store

if TYPE_CHECKING:
    from memo.store import Metadata


_NOTHING: Final[Mapping[str, object]] = {}


class StepOptions(NamedTuple):
    """The options of one step; see :func:`memo.memoize_step` for what they mean."""

    version: str | None = None
    ignore: tuple[str, ...] = ()
    skip_defaults: Mapping[str, object] = _NOTHING
    normalize: Callable[[dict[str, Any]], Mapping[str, Any]] | None = None
    key: Callable[[dict[str, Any]], object] | None = None
    store: Store | None = None
    name: str | None = None
    code: Code = "deep"
    depends_on: tuple[object, ...] = ()
    enabled: bool | None = None
    refresh: bool | None = None
    keeping: Keeping = AS_USUAL
    wait: float | None = None
    single_flight: bool | None = None
    validate: Callable[[Metadata], object] | None = None
    cache_if: Callable[[Any], object] | None = None
    cache_exceptions: tuple[type[Exception], ...] = ()
    verify: float | None = None
    tags: tuple[str, ...] | None = None
    replay: bool = False

    @classmethod
    def checked(cls, *, keeping: Keeping = AS_USUAL, **given: Any) -> StepOptions:
        """Return the options.

        Raises:
            OptionError: one has a value that it does not take.
        """
        found = cls(keeping=keeping, **{name: check(given[name]) for name, check in CHECKS.items() if name in given})
        if found.key is not None and found.skip_defaults:
            expected = "no skip_defaults beside it: what it returns stands for all arguments"
            raise OptionError("key", repr(found.key), expected)
        return found
