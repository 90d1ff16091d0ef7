"""Bind a call's arguments to parameter names, through a function compiled once for each step."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import deepcopy
from inspect import Parameter, Signature
from types import FunctionType
from typing import Any, NamedTuple

from memo.errors import OptionError

#: The types of most defaults; no code can change them in place.
_UNCHANGING = frozenset({type(None), bool, int, float, complex, str, bytes})


class Sentinel(NamedTuple):
    """Is hashed in the place of a bare ``object()`` that is a default: it is itself in this process alone."""

    #: The first of the parameters that have it for a default.
    parameter: str


class Binder:
    """The parameters of a function, and how a call's arguments are bound to them.

    Args:
        function: the function.
        ignore: the parameters that do not count.

    Attributes:
        names: the parameters that count, in the order of the signature.
        parameters: all of them.
        sentinels: what is hashed in the place of bare objects that are defaults, by their ids.
    """

    __slots__ = (
        "_bind", "_code", "_defaults", "_function", "_ignored", "_is_plain", "names", "parameters", "sentinels",
    )  # fmt: skip

    def __init__(self, function: Callable[..., Any], ignore: Iterable[str] = ()) -> None:
        self._function: Any = function
        self._ignored = frozenset(ignore)
        #: Its parameters are those of its code, so that its defaults can be shared with it.
        self._is_plain = isinstance(function, FunctionType) and not hasattr(function, "__signature__")
        self._compile()

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """Return the values of *names*; ``*args`` are one tuple and ``**kwargs`` one dict.

        Raises:
            TypeError: the function cannot be called like that; it would say the same.
        """
        if self._is_plain and (
            self._function.__code__ is not self._code
            or self._function.__defaults__ is not self._defaults[0]
            or self._function.__kwdefaults__ is not self._defaults[1]
        ):
            self._compile()
        values: tuple[Any, ...] = self._bind(*args, **kwargs)
        return values

    def hashed(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return what is hashed of bound *values*."""
        sentinels = self.sentinels
        return tuple([sentinels.get(id(value), value) for value in values]) if sentinels else values

    def check(self, option: str, names: Iterable[str]) -> None:
        """Raise `OptionError` if *option* speaks of parameters that there are not."""
        unknown = sorted({*names} - {*self.parameters})
        if unknown:
            name, known = self._function.__qualname__, ", ".join(self.parameters) or "none"
            expected = f"names of parameters; {name} has no {unknown[0]!r}, its parameters are: {known}"
            raise OptionError(option, repr(tuple(sorted(names))), expected)

    def _compile(self) -> None:
        function = self._function
        signature = inspect.signature(function, follow_wrapped=False)
        self.parameters = tuple(signature.parameters)
        self.check("ignore", self._ignored)
        self.names = tuple(name for name in signature.parameters if name not in self._ignored)
        defaults = [(each.default, name) for name, each in signature.parameters.items() if type(each.default) is object]
        self.sentinels = {id(default): Sentinel(name) for default, name in reversed(defaults)}
        bind: Any = _compile(signature, self.names)
        bind.__qualname__ = function.__qualname__  # in the messages of a TypeError
        self._bind, self._code = bind, getattr(function, "__code__", None)
        if self._is_plain:  # the same objects: a default that is replaced, also within, is noticed
            self._defaults = function.__defaults__, function.__kwdefaults__
            bind.__defaults__, bind.__kwdefaults__ = self._defaults
            _keep_first_values(function, signature, bind)


def _keep_first_values(function: FunctionType, signature: Signature, bind: FunctionType) -> None:
    """Have the defaults that *function* itself fills, such as a memo, count as they are before it runs."""
    given = {name: each.default for name, each in signature.parameters.items() if each.default is not Parameter.empty}
    if _UNCHANGING.issuperset(map(type, given.values())):
        return
    from memo.dethash.code.functions import filled_defaults  # parsers are loaded when they are needed

    filled = filled_defaults(function) & given.keys()
    if not filled:
        return
    for name in filled:
        with suppress(Exception):  # what has no copy can hardly be hashed either
            given[name] = deepcopy(given[name])
    keywords = {name for name in given if signature.parameters[name].kind is Parameter.KEYWORD_ONLY}
    bind.__defaults__ = tuple(value for name, value in given.items() if name not in keywords)
    bind.__kwdefaults__ = {name: value for name, value in given.items() if name in keywords}


def _compile(signature: Signature, names: tuple[str, ...]) -> Callable[..., tuple[Any, ...]]:
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
    return bind
