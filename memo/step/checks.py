"""What each option of a decorator takes, checked once, where it enters."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from types import FunctionType, ModuleType
from typing import Any, Final, Literal

from memo.checked import checked_fraction, checked_seconds, checked_tags
from memo.dethash import det_hash
from memo.dethash.attribute import attribute
from memo.errors import OptionError, UnhashableError
from memo.store import Store

Code = Literal["deep", "own", "off"]
_CODE = ("deep", "own", "off")


def checked_version(version: Any) -> str | None:
    """Return *version* if a step can have it."""
    if version is None or (isinstance(version, str) and version):
        return None if version is None else str(version)
    raise OptionError("version", repr(version), f'text that is not empty, such as version="{version or 1}"')


def _names(ignore: Any) -> tuple[str, ...]:
    if isinstance(ignore, str):
        raise OptionError("ignore", repr(ignore), f"a tuple of parameter names: ignore=({ignore!r},)")
    try:
        names = tuple(ignore)
    except TypeError:
        names = (ignore,)
    if not all(isinstance(name, str) for name in names):
        raise OptionError("ignore", repr(ignore), 'a tuple of parameter names, such as ignore=("verbose",)')
    return names


def _defaults(skip_defaults: Any) -> dict[str, object]:
    if not (isinstance(skip_defaults, Mapping) and all(isinstance(name, str) for name in skip_defaults)):
        raise OptionError("skip_defaults", repr(skip_defaults), 'a dict of parameters\' values, such as {"beta": 0}')
    for name, value in skip_defaults.items():
        _check_hashable(
            "skip_defaults", f"{{…, {name!r}: a {type(value).__qualname__}}}", value, "values with a digest"
        )
    return dict(skip_defaults)


def _store(store: Any) -> Store | None:
    if store is None or isinstance(store, Store):
        return store
    if isinstance(store, str | os.PathLike) and isinstance(os.fspath(store), str) and str(store):
        return Store.shared(store)
    raise OptionError("store", repr(store), "a memo.Store or the path of its directory")


def _name(name: Any) -> str | None:
    if name is None or (isinstance(name, str) and name and name.isprintable()):
        return None if name is None else str(name)
    raise OptionError("name", repr(name), "text on one line that is not empty")


def _code(code: Any) -> Code:
    if code in _CODE:
        return code  # type: ignore[no-any-return]
    raise OptionError("code", repr(code), "'deep', 'own' or 'off'")


def _depends_on(depends_on: Any) -> tuple[object, ...]:
    if not isinstance(depends_on, list | tuple):
        name = repr(depends_on) if isinstance(depends_on, str) else attribute(depends_on, "__name__")
        given = name or f"a value of type {type(depends_on).__qualname__}"
        raise OptionError("depends_on", given, f"a tuple: depends_on=({name or 'helper'},)")
    for value in depends_on:
        if isinstance(value, type | FunctionType | ModuleType) or hasattr(type(value), "__det_code__"):
            continue  # code, which may not be complete yet
        expected = "functions, classes, modules, names of distributions, files and values with a digest"
        _check_hashable("depends_on", f"(…, a {type(value).__qualname__})", value, expected)
    return tuple(depends_on)


def _check_hashable(option: str, given: str, value: object, expected: str) -> None:
    try:
        det_hash(value)
    except UnhashableError as error:
        raise OptionError(option, given, f"{expected}: {error}") from None
    except OSError:
        pass  # a file that may be there by the time of a call


def flag(option: str) -> Callable[[Any], bool | None]:
    """Return the check of an option that is on, off or not given."""

    def check(value: Any) -> bool | None:
        if value is None or isinstance(value, bool):
            return value
        raise OptionError(option, repr(value), "True or False")

    return check


def _wait(wait: Any) -> float | None:
    return None if wait is None else checked_seconds("wait", wait)


def one_argument(option: str, example: str) -> Callable[[Any], Callable[[Any], Any] | None]:
    """Return the check of an option that is a function of one argument, such as *example*."""
    expected = f"a function of one argument, such as {option}={example}"

    def check(function: Any) -> Callable[[Any], Any] | None:
        if function is None:
            return None
        if not callable(function):
            raise OptionError(option, repr(function), expected)
        if inspect.iscoroutinefunction(function):
            raise OptionError(option, repr(function), f"{expected}; what a coroutine function says is not awaited")
        try:
            inspect.signature(function).bind(None)
        except TypeError as error:
            raise OptionError(option, repr(function), f"{expected}; this one does not take it: {error}") from None
        except ValueError:
            pass  # a builtin whose parameters Python does not tell
        return function  # type: ignore[no-any-return]

    return check


def _exceptions(classes: Any) -> tuple[type[Exception], ...]:
    if isinstance(classes, type):
        raise OptionError("cache_exceptions", repr(classes), f"a tuple: cache_exceptions=({classes.__qualname__},)")
    if not isinstance(classes, list | tuple):
        raise OptionError("cache_exceptions", repr(classes), "a tuple of classes: cache_exceptions=(ValueError,)")
    for cls in classes:
        if not (isinstance(cls, type) and issubclass(cls, Exception)):
            raise OptionError("cache_exceptions", repr(classes), f"subclasses of Exception, which {cls!r} is not")
    return tuple(classes)


def _verify(verify: Any) -> float | None:
    return None if verify is None else checked_fraction("verify", verify)


def _tags(tags: Any) -> tuple[str, ...] | None:
    return None if tags is None else checked_tags("tags", tags)


def _replay(replay: Any) -> bool:
    if isinstance(replay, bool):
        return replay
    raise OptionError("replay", repr(replay), "True or False")


#: What checks each option, in the order in which they are checked.
CHECKS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "version": checked_version,
    "ignore": _names,
    "skip_defaults": _defaults,
    "normalize": one_argument("normalize", "lambda arguments: {**arguments, 'text': arguments['text'].lower()}"),
    "key": one_argument("key", "lambda arguments: arguments['path']"),
    "store": _store,
    "name": _name,
    "code": _code,
    "depends_on": _depends_on,
    "enabled": flag("enabled"),
    "refresh": flag("refresh"),
    "wait": _wait,
    "single_flight": flag("single_flight"),
    "validate": one_argument("validate", "lambda entry: entry.seconds > 1"),
    "cache_if": one_argument("cache_if", "lambda result: result is not None"),
    "cache_exceptions": _exceptions,
    "verify": _verify,
    "tags": _tags,
    "replay": _replay,
}
