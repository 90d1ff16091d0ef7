"""Bind a call's arguments to parameter names, through a function compiled once for each step."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from inspect import Parameter, Signature
from typing import Any

from memo.errors import OptionError


class Binder:
    """The parameters of a function, and how a call's arguments are bound to them.

    Args:
        function: the function.
        ignore: the parameters that do not count.

    Attributes:
        names: the parameters that count, in the order of the signature.
        bind: called as the function is; returns the values of *names* as a tuple. ``*args`` are one tuple and
            ``**kwargs`` one dict. Raises the ``TypeError`` that the function would raise.
    """

    __slots__ = ("bind", "names")

    def __init__(self, function: Callable[..., Any], ignore: Iterable[str] = ()) -> None:
        signature = inspect.signature(function, follow_wrapped=False)
        ignored = frozenset(ignore)
        unknown = sorted(ignored - signature.parameters.keys())
        if unknown:
            known = ", ".join(signature.parameters) or "none"
            raise OptionError(
                "ignore",
                repr(tuple(sorted(ignored))),
                f"names of parameters; {function.__qualname__} has no {unknown[0]!r}, its parameters are: {known}",
            )
        self.names = tuple(name for name in signature.parameters if name not in ignored)
        self.bind: Callable[..., tuple[Any, ...]] = _compile(function, signature, self.names)


def _compile(
    function: Callable[..., Any], signature: Signature, names: tuple[str, ...]
) -> Callable[..., tuple[Any, ...]]:
    defaults: dict[str, Any] = {}
    spelled: list[str] = []
    last: Any = None
    for name, parameter in signature.parameters.items():
        kind = parameter.kind
        if last is Parameter.POSITIONAL_ONLY and kind is not Parameter.POSITIONAL_ONLY:
            spelled.append("/")
        if kind is Parameter.KEYWORD_ONLY and last not in (Parameter.KEYWORD_ONLY, Parameter.VAR_POSITIONAL):
            spelled.append("*")
        star = "*" if kind is Parameter.VAR_POSITIONAL else "**" if kind is Parameter.VAR_KEYWORD else ""
        if parameter.default is Parameter.empty:
            spelled.append(star + name)
        else:
            defaults[f"__default_{name}"] = parameter.default
            spelled.append(f"{name}=__default_{name}")
        last = kind
    if last is Parameter.POSITIONAL_ONLY:
        spelled.append("/")
    values = "".join(f"{name}, " for name in names)
    source = f"def bind({', '.join(spelled)}): return ({values})"
    namespace: dict[str, Any] = defaults
    exec(source, namespace)  # noqa: S102  names of a signature that Python parsed
    bind: Callable[..., tuple[Any, ...]] = namespace["bind"]
    bind.__qualname__ = function.__qualname__  # in the messages of a TypeError
    return bind
