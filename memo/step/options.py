"""What a decorator can be told, checked once, where it enters."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any, Literal

from memo.config import checked_seconds
from memo.dethash import det_hash
from memo.errors import OptionError, UnhashableError
from memo.store import AS_USUAL, Keeping, Store

Code = Literal["deep", "own", "off"]
_CODE = ("deep", "own", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOptions:
    """The options of one step; see :func:`memo.memoize_step` for what they mean."""

    version: str | None = None
    ignore: tuple[str, ...] = ()
    skip_defaults: Mapping[str, object] = field(default_factory=dict)
    store: Store | None = None
    name: str | None = None
    code: Code = "deep"
    depends_on: tuple[object, ...] = ()
    enabled: bool | None = None
    keeping: Keeping = AS_USUAL
    wait: float | None = None
    single_flight: bool | None = None

    @classmethod
    def checked(  # noqa: PLR0913  each is an option of its own
        cls,
        *,
        version: Any,
        ignore: Any,
        skip_defaults: Any,
        store: Any,
        name: Any,
        code: Any,
        depends_on: Any,
        enabled: Any,
        keeping: Keeping = AS_USUAL,
        wait: Any = None,
        single_flight: Any = None,
    ) -> StepOptions:
        """Return the options.

        Raises:
            OptionError: one has a value that it does not take.
        """
        return cls(
            version=checked_version(version),
            ignore=_names(ignore),
            skip_defaults=_defaults(skip_defaults),
            store=_store(store),
            name=_name(name),
            code=_code(code),
            depends_on=_depends_on(depends_on),
            enabled=_flag("enabled", enabled),
            keeping=keeping,
            wait=None if wait is None else checked_seconds("wait", wait),
            single_flight=_flag("single_flight", single_flight),
        )


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
    if isinstance(skip_defaults, Mapping) and all(isinstance(name, str) for name in skip_defaults):
        return dict(skip_defaults)
    raise OptionError("skip_defaults", repr(skip_defaults), 'a dict of parameters\' values, such as {"beta": 0}')


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
        raise OptionError("depends_on", f"a {type(depends_on).__qualname__}", "a tuple: depends_on=(helper,)")
    for value in depends_on:
        if isinstance(value, type | FunctionType | ModuleType) or hasattr(type(value), "__det_code__"):
            continue  # code, which may not be complete yet
        try:
            det_hash(value)
        except UnhashableError as error:
            given = f"(…, a {type(value).__qualname__})"
            raise OptionError(
                "depends_on", given, f"functions, classes, modules and values with a digest: {error}"
            ) from None
    return tuple(depends_on)


def _flag(option: str, value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise OptionError(option, repr(value), "True or False")
