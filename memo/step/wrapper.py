"""How a step looks like its function: the only file that knows wrapt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import wrapt

from memo.step.options import StepOptions
from memo.step.runner import Step, StepInfo
from memo.step.shipping import load_shipped, reduce_step


class BoundStep(wrapt.BoundFunctionWrapper):  # type: ignore[misc]
    """A method step of an instance or class: the same questions, with ``self`` filled in.

    wrapt binds methods through a second class, and takes an attribute that is missing here from the unbound parent, which
    has no ``self``: so every method of a step is here too.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._step.call(self._full(args), kwargs)

    @property
    def __class__(self) -> type:  # type: ignore[override]
        return BoundStep

    @property
    def _step(self) -> Step:
        return self._self_parent._self_step  # type: ignore[no-any-return]  # noqa: SLF001

    def _full(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the arguments with ``self`` or ``cls`` in front, where the function takes one."""
        bound_to = getattr(self.__wrapped__, "__self__", None)
        return args if bound_to is None else (bound_to, *args)

    def key(self, *args: Any, **kwargs: Any) -> str:
        return self._step.asked_key(self._full(args), kwargs).key

    def is_cached(self, *args: Any, **kwargs: Any) -> bool:
        return self._step.store.contains(self.key(*args, **kwargs))

    def recompute(self, *args: Any, **kwargs: Any) -> Any:
        return self._step.recompute(self._full(args), kwargs)

    def invalidate(self, *args: Any, **kwargs: Any) -> bool:
        return self._step.store.delete(self.key(*args, **kwargs))

    def clear(self) -> int:
        return self._step.clear()

    def info(self) -> StepInfo:
        return self._step.info()

    def __repr__(self) -> str:
        return f"<step {self._step.label}>"


class StepWrapper(wrapt.FunctionWrapper):  # type: ignore[misc]
    """A decorated function."""

    __bound_function_wrapper__ = BoundStep

    def __init__(self, wrapped: Callable[..., Any], step: Step) -> None:
        super().__init__(wrapped, _never)
        self._self_step = step

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._self_step.call(args, kwargs)

    @property
    def __class__(self) -> type:  # type: ignore[override]
        # cloudpickle and others take a proxy for the function that it wraps and ship that alone: no memoizing there.
        return StepWrapper

    def key(self, *args: Any, **kwargs: Any) -> str:
        return self._self_step.asked_key(args, kwargs).key  # type: ignore[no-any-return]

    def is_cached(self, *args: Any, **kwargs: Any) -> bool:
        return self._self_step.store.contains(self.key(*args, **kwargs))  # type: ignore[no-any-return]

    def recompute(self, *args: Any, **kwargs: Any) -> Any:
        return self._self_step.recompute(args, kwargs)

    def invalidate(self, *args: Any, **kwargs: Any) -> bool:
        return self._self_step.store.delete(self.key(*args, **kwargs))  # type: ignore[no-any-return]

    def clear(self) -> int:
        return self._self_step.clear()  # type: ignore[no-any-return]

    def info(self) -> StepInfo:
        return self._self_step.info()  # type: ignore[no-any-return]

    def __det_code__(self) -> Any:
        """Answer det_hash: what counts of this step where another one's code reaches it."""
        identity = self._self_step.identity()
        return self.__wrapped__ if identity.version is None else ("version", *identity.parts())

    def __reduce_ex__(self, protocol: Any) -> Any:
        return reduce_step(self, rebuild_step)

    def __repr__(self) -> str:
        return f"<step {self._self_step.label}>"


def make_step(function: Any, options: StepOptions) -> StepWrapper:
    """Wrap *function*, which may be a method or a ``classmethod`` or ``staticmethod`` object, as a step."""
    plain = function.__func__ if isinstance(function, classmethod | staticmethod) else function
    return StepWrapper(function, Step(plain, options))


def rebuild_step(data: bytes) -> StepWrapper:
    """Make a step again that was shipped by value."""
    step = Step.arrived(load_shipped(data))
    return StepWrapper(step.function, step)


def _never(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    raise AssertionError("StepWrapper.__call__ does not come here")
