"""How a step looks like its function: the only file that knows wrapt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

import wrapt

from memo.errors import StepError
from memo.step.callables import call_method, called, named_partial
from memo.step.options import StepOptions
from memo.step.processes.shipping import way_of, way_of_method
from memo.step.questions.info import StepInfo
from memo.step.runner import Step

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from memo.inspection import Explanation
    from memo.step.questions.accepting import Accepted


class Questions:
    """What can be asked of a step; a bound method asks with ``self`` filled in."""

    __slots__ = ()

    @property
    def _step(self) -> Step:
        """What is asked. A property, as type hints in this class would pass for the function's own."""
        raise NotImplementedError

    def _full(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the arguments as the plain function takes them."""
        raise NotImplementedError

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Return the stored result of this call, or run it and store its result."""
        return self._step.call(self._full(args), kwargs)

    def key(self, /, *args: Any, **kwargs: Any) -> str:
        """Return the key of this call: 64 hexadecimal digits."""
        return self._step.key(self._full(args), kwargs)

    def is_cached(self, /, *args: Any, **kwargs: Any) -> bool:
        """Say whether this call has a stored result; nothing is written."""
        return self._step.is_cached(self._full(args), kwargs)

    def recompute(self, /, *args: Any, **kwargs: Any) -> Any:
        """Run this call whatever is stored, and store its result."""
        return self._step.recompute(self._full(args), kwargs)

    def invalidate(self, /, *args: Any, **kwargs: Any) -> bool:
        """Remove the stored result of this call; say whether there was one."""
        return self._step.store.delete(self.key(*args, **kwargs))

    def map(self, iterable: Iterable[Any], executor: Executor | None = None, progress: bool = True) -> list[Any]:
        """Return the results for each item, in order; what is not stored is run by the *executor*."""
        from memo.step.mapping import map_step  # only for who asks

        return map_step(self, iterable, executor, progress)

    def explain(self, /, *args: Any, **kwargs: Any) -> Explanation:
        """Say what the key of this call is made of, and what answers the call or why it would run; nothing is run."""
        from memo.step.questions.explaining import explain  # only for who asks

        return explain(self._step, self._full(args), kwargs)

    def accept(self, previous: str | None = None, *, dry_run: bool = False) -> Accepted:
        """Declare that the last edit does not change results: what was stored before it answers the same calls now."""
        from memo.step.questions.accepting import accept  # as above

        return accept(self._step, previous, dry_run=dry_run)

    def revoke(self) -> int:
        """Take back what was accepted for the code that is there now; return how many calls will run again."""
        from memo.step.questions.accepting import revoke  # as above

        return revoke(self._step)

    def clear(self) -> int:
        """Remove the step's stored results; return how many there were."""
        return self._step.clear()

    def info(self) -> StepInfo:
        """Return hits, misses, seconds saved, entries and bytes of this step."""
        return self._step.info()

    def __repr__(self) -> str:
        return f"<step {self._step.label}>"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        from memo.step.questions.shown import step_html  # only for notebooks

        return step_html(self._step)

    def __dir__(self) -> Iterable[str]:
        """List what can be asked beside the function's own attributes, for completion in consoles."""
        function: Any = self
        questions = [name for name in vars(Questions) if not name.startswith("_")]
        return [*dir(function.__wrapped__), "__wrapped__", *questions]

    def __copy__(self) -> Questions:
        """Return the step itself, as copying a function does."""
        return self


class BoundStep(Questions, wrapt.BoundFunctionWrapper):  # type: ignore[type-arg]
    """A method step of an instance or class.

    wrapt binds methods through a second class, and takes an attribute that is missing here from the unbound parent,
    which has no ``self``: so what a step can be asked is in a base of both.
    """

    @property
    def _step(self) -> Step:
        return self._self_parent._self_step  # type: ignore[no-any-return]  # noqa: SLF001

    def _full(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        bound_to = getattr(self.__wrapped__, "__self__", None)
        return args if bound_to is None else (bound_to, *args)

    @property  # type: ignore[misc]  # read-only
    def __class__(self) -> type:
        # Who asks whether a class's method is a method, as Sphinx does, would else take away a second parameter.
        return MethodType if isinstance(getattr(self.__wrapped__, "__self__", None), type) else BoundStep

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        """Return the method of a copy, as copying a bound method does."""
        from copy import deepcopy

        holder, name = self._held()
        if isinstance(holder, type):
            return self
        copied = deepcopy(holder, memo)
        return (
            getattr(copied, name) if self._is_found(holder, name) else _bound(self._self_parent, copied, type(copied))
        )

    def __reduce_ex__(self, protocol: Any) -> Any:
        held = self._held()
        return way_of_method(*held) if self._is_found(*held) else (_bound, (self._self_parent, *self._binding()))

    def _is_found(self, holder: Any, name: str) -> bool:
        """Say whether *holder* has this step by that name.

        Not so where a class overrides it, has it as ``__name``, or knows nothing of it: its instance was decorated.
        """
        return getattr(getattr(holder, name, None), "_self_parent", None) is self._self_parent

    def _binding(self) -> tuple[Any, type]:
        """Return the instance and the class to which the step was bound, as ``__get__`` takes them."""
        bound_to = getattr(self.__wrapped__, "__self__", None)
        if bound_to is None or isinstance(self._self_parent.__wrapped__, classmethod):
            return None, self._self_owner
        return bound_to, type(bound_to)

    def _held(self) -> tuple[Any, str]:
        """Return what the method was taken from, and its name there."""
        bound_to = getattr(self.__wrapped__, "__self__", None)
        return (self._self_owner if bound_to is None else bound_to), self.__name__


class StepWrapper(Questions, wrapt.FunctionWrapper):  # type: ignore[type-arg]
    """A decorated function."""

    __bound_function_wrapper__ = BoundStep

    def __init__(self, wrapped: Callable[..., Any], step: Step) -> None:
        super().__init__(wrapped, _never)
        self._self_step = step

    @property
    def _step(self) -> Step:
        return self._self_step

    def _full(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        if _lacks_class(self.__wrapped__, args):
            raise StepError(
                self.__qualname__, "a classmethod with @memoize_step below it", "put @memoize_step above @classmethod"
            )
        return args

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Return the stored result of this call, or run it and store its result."""
        step = self._self_step
        return step.drive(step, args, kwargs, True)  # as its call() does: this saves a frame for each hit

    @property  # type: ignore[misc]  # read-only
    def __class__(self) -> type:
        # cloudpickle and others take a proxy for the function that it wraps and ship that alone: no memoizing there.
        # What is none but a static or class method of a class is taken for one, as by help() and Sphinx.
        wrapped = type(self.__wrapped__)
        return wrapped if wrapped in (staticmethod, classmethod) else StepWrapper

    def __det_code__(self) -> Any:
        """Answer det_hash: what counts of this step where another one's code reaches it."""
        return self._self_step.code()

    def __deepcopy__(self, memo: dict[int, Any]) -> StepWrapper:
        """Return the step itself, as copying a function does."""
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        way = way_of(self)
        if way is not None:
            return way
        return _unmade, (), (self.__wrapped__, self._self_step.shipped())

    def __setstate__(self, state: tuple[Any, dict[str, Any]]) -> None:
        """Become the step that was shipped by value."""
        wrapped, shipped = state
        if isinstance(wrapped, partial):
            wrapped = named_partial(wrapped)  # loky takes no attributes of partials along
        self.__init__(wrapped, Step.arrived(plain_of(wrapped), shipped))  # type: ignore[misc]


def _unmade() -> StepWrapper:
    """Return what :meth:`StepWrapper.__setstate__` makes a step of; pickle's own way asks for its ``__class__``."""
    return StepWrapper.__new__(StepWrapper)


def become(old: StepWrapper, new: StepWrapper) -> None:
    """Have *old* be what *new* is: their module was loaded again, and others may have imported *old* by its name."""
    old.__init__(new.__wrapped__, new._self_step)  # type: ignore[misc]  # noqa: SLF001


def make_step(function: Any, options: StepOptions) -> StepWrapper | BoundStep:
    """Wrap *function* as a step; it may be a ``classmethod`` or ``staticmethod`` object, a partial or an instance."""
    plain = plain_of(function)
    inner = called(plain)
    if isinstance(plain, StepWrapper | BoundStep) or isinstance(inner, StepWrapper | BoundStep):
        name = getattr(plain, "__qualname__", None) or inner.__qualname__
        raise StepError(name, "a function with @memoize_step already", "give all options to one @memoize_step")
    if isinstance(function, partial):
        plain = function = named_partial(function)
    method = call_method(function)
    if method is not None:  # the instance is an argument, as everywhere
        bound: BoundStep = _bound(StepWrapper(method, Step(method, options)), function, type(function))
        return bound
    return StepWrapper(function, Step(plain, options))


def _bound(step: StepWrapper, instance: Any, owner: type) -> Any:
    return step.__get__(instance, owner)


def plain_of(function: Any) -> Any:
    """Return the function in a ``classmethod`` or ``staticmethod`` object; others as they are."""
    return function.__func__ if issubclass(type(function), classmethod | staticmethod) else function


def _lacks_class(function: Any, args: tuple[Any, ...]) -> bool:
    """Say whether a question to a class method has come without its class.

    From Python 3.13 on ``@classmethod`` binds what is below it only when that is called: what else is asked of it
    comes here as if there were no class.
    """
    if not isinstance(function, FunctionType) or function.__code__.co_varnames[:1] != ("cls",):
        return False
    around = function.__qualname__.rpartition(".")[0]
    return bool(around) and not around.endswith("<locals>") and not (args and isinstance(args[0], type))


def _never(*_: Any) -> Any:
    raise AssertionError("StepWrapper.__call__ does not come here")
