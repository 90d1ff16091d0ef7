"""How a step looks like its function: the only file that knows wrapt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import wrapt

from memo.step.options import StepOptions
from memo.step.runner import Step, StepInfo
from memo.step.shipping import load_shipped, reduce_step


class Questions:
    """What can be asked of a step; a bound method asks with ``self`` filled in."""

    __slots__ = ()

    _step: Step

    def _full(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the arguments as the plain function takes them."""
        raise NotImplementedError

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the stored result of this call, or run it and store its result."""
        return self._step.call(self._full(args), kwargs)

    def key(self, *args: Any, **kwargs: Any) -> str:
        """Return the key of this call: 64 hexadecimal digits."""
        return self._step.key(self._full(args), kwargs)

    def is_cached(self, *args: Any, **kwargs: Any) -> bool:
        """Say whether this call has a stored result; nothing is written."""
        return self._step.store.contains(self.key(*args, **kwargs))

    def recompute(self, *args: Any, **kwargs: Any) -> Any:
        """Run this call whatever is stored, and store its result."""
        return self._step.recompute(self._full(args), kwargs)

    def invalidate(self, *args: Any, **kwargs: Any) -> bool:
        """Remove the stored result of this call; say whether there was one."""
        return self._step.store.delete(self.key(*args, **kwargs))

    def clear(self) -> int:
        """Remove the step's stored results; return how many there were."""
        return self._step.clear()

    def info(self) -> StepInfo:
        """Return hits, misses, seconds saved, entries and bytes of this step."""
        return self._step.info()

    def __repr__(self) -> str:
        return f"<step {self._step.label}>"


class BoundStep(Questions, wrapt.BoundFunctionWrapper):  # type: ignore[type-arg]
    """A method step of an instance or class.

    wrapt binds methods through a second class, and takes an attribute that is missing here from the unbound parent,
    which has no ``self``: so what a step can be asked is in a base of both.
    """

    @property
    def _step(self) -> Step:  # type: ignore[override]
        return self._self_parent._self_step  # type: ignore[no-any-return]  # noqa: SLF001

    def _full(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        bound_to = getattr(self.__wrapped__, "__self__", None)
        return args if bound_to is None else (bound_to, *args)

    @property  # type: ignore[misc]  # read-only
    def __class__(self) -> type:
        return BoundStep


class StepWrapper(Questions, wrapt.FunctionWrapper):  # type: ignore[type-arg]
    """A decorated function."""

    __bound_function_wrapper__ = BoundStep

    def __init__(self, wrapped: Callable[..., Any], step: Step) -> None:
        super().__init__(wrapped, _never)
        self._self_step = step

    @property
    def _step(self) -> Step:  # type: ignore[override]
        return self._self_step

    def _full(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        return args

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the stored result of this call, or run it and store its result."""
        return self._self_step.call(args, kwargs)

    @property  # type: ignore[misc]  # read-only
    def __class__(self) -> type:
        # cloudpickle and others take a proxy for the function that it wraps and ship that alone: no memoizing there.
        return StepWrapper

    def __det_code__(self) -> Any:
        """Answer det_hash: what counts of this step where another one's code reaches it."""
        identity = self._self_step.identity()
        return self.__wrapped__ if identity.version is None else ("version", *identity.parts())

    def __reduce_ex__(self, protocol: Any) -> Any:
        return reduce_step(self, rebuild_step)


def make_step(function: Any, options: StepOptions) -> StepWrapper:
    """Wrap *function*, which may be a method or a ``classmethod`` or ``staticmethod`` object, as a step."""
    plain = function.__func__ if isinstance(function, classmethod | staticmethod) else function
    return StepWrapper(function, Step(plain, options))


def rebuild_step(data: bytes) -> StepWrapper:
    """Make a step again that was shipped by value."""
    step = Step.arrived(load_shipped(data))
    return StepWrapper(step.function, step)


def _never(*_: Any) -> Any:
    raise AssertionError("StepWrapper.__call__ does not come here")
