"""``normalize=`` and ``key=``: a step's own say about the arguments of a call, before its key is taken.

What `normalize` returns takes the arguments' place altogether: it is hashed, and the function is called with it. So a
result never depends on what was normalized away. It is asked once for each call, for it may give another answer the
next time. What `key` returns is hashed in the arguments' place, and the function gets the arguments themselves.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from inspect import BoundArguments, Parameter, Signature
from typing import TYPE_CHECKING, Any

from memo.errors import OptionError

if TYPE_CHECKING:
    from memo.step.calls.drivers import Driver
    from memo.step.keyed import Keyed
    from memo.step.options import StepOptions
    from memo.step.runner import Step

#: A call's arguments, by position and by keyword.
Call = tuple[tuple[Any, ...], dict[str, Any]]


def deciding(options: StepOptions) -> tuple[tuple[str, object], ...]:
    """Return what of *options* decides which calls are one: its code counts as what the step depends on."""
    given = [(option, getattr(options, option)) for option in ("normalize", "key")]
    return tuple((option, function) for option, function in given if function is not None)


def normalizing(drive: Driver) -> Driver:
    """Return what drives the calls of a step with ``normalize=``, each as *drive* does."""

    def drive_normalized(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any], look: bool) -> Any:
        try:
            args, kwargs = normalized(step, args, kwargs)
        except Exception as error:  # noqa: BLE001 - whatever the user's function raises: the call is not to suffer
            step.fail("normalize", error)
            step.runs += 1
            return step.function(*args, **kwargs)
        return drive(step, args, kwargs, look)

    return drive_normalized


def normalized(step: Keyed, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """Return the arguments that ``normalize=`` makes of a call's; of a call that Python refuses the same.

    Raises:
        Exception: ``normalize=`` raised it, or it returned no arguments.
    """
    signature = inspect.signature(step.function, follow_wrapped=False)
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError:
        return args, kwargs
    bound.apply_defaults()
    normalize: Any = step.options.normalize
    found = normalize(dict(bound.arguments))
    return _call(signature, _checked(signature, found))


def _checked(signature: Signature, found: Any) -> dict[str, Any]:
    """Return the dict that ``normalize=`` returned, if the function can be called with it."""
    if not isinstance(found, Mapping):
        raise OptionError("normalize", "…", f"a function that returns a dict, not a {type(found).__qualname__}")
    for name in found:
        if name not in signature.parameters:
            known = ", ".join(signature.parameters)
            raise OptionError(
                "normalize", "…", f"a function that returns parameters of the step ({known}), not {name!r}"
            )
    for name, parameter in signature.parameters.items():
        is_optional = parameter.default is not Parameter.empty
        if name not in found and not is_optional and parameter.kind not in _VARIADIC:
            raise OptionError("normalize", "…", f"a function that returns all parameters of the step; {name!r} is gone")
    return dict(found)


_VARIADIC = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)


def _call(signature: Signature, arguments: dict[str, Any]) -> Call:
    bound = BoundArguments(signature, {})
    bound.arguments = arguments
    bound.apply_defaults()  # also puts them in the order of the signature
    return bound.args, bound.kwargs


def hashed(step: Keyed, values: tuple[Any, ...]) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Return names and values of what is hashed of a call with these bound arguments.

    Raises:
        Exception: ``key=`` raised it.
    """
    if step.options.key is None:
        return step.binder.names, step.binder.hashed(values)
    return ("key",), (step.options.key(dict(zip(step.binder.names, values, strict=True))),)
