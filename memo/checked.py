"""What settings take: each value is checked where it enters, and comes out in one form."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NoReturn

from memo.errors import OptionError, UnknownOptionError

VERSIONS = ("exact", "minor", "off")
COMPRESSIONS = ("zstd", "lz4")
_SECONDS = "seconds or a timedelta, not negative"
_FRACTION = "a fraction from 0 to 1, such as verify=0.01"


def refuse_unknown(caller: str, unknown: Mapping[str, object], known: Mapping[str, object]) -> NoReturn:
    """Raise an error that names an option that there is not, and the one that may have been meant.

    Raises:
        UnknownOptionError: always.
    """
    name = next(iter(unknown))
    from difflib import get_close_matches  # only for who mistypes

    near = get_close_matches(name, known, 1)
    raise UnknownOptionError(caller, name, near[0] if near else None, tuple(known))


def checked_setting(name: str, value: Any, where: str = "") -> Any:
    """Return the value of a setting in the form that it has in `Settings`; *where* ends the sentence of an error.

    Raises:
        OptionError: there is no such setting, or it does not take the value.
    """
    if name == "store" and isinstance(value, str | os.PathLike) and isinstance(os.fspath(value), str) and str(value):
        return os.fspath(value)
    if name in {"enabled", "single_flight"} and isinstance(value, bool):
        return value
    if name == "wait" or (name == "expire" and _seconds_of(value)):
        return checked_seconds(name, value, where)
    if name == "verify":
        return checked_fraction(name, value, where)
    if name == "tags":
        return checked_tags(name, value, where)
    if (name == "versions" and value in VERSIONS) or (name == "compress" and value in COMPRESSIONS):
        return value
    if name.endswith("_party") and isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return tuple(value)
    expected = {
        "store": "a directory",
        "enabled": "True or False",
        "versions": "'exact', 'minor' or 'off'",
        "first_party": "a tuple of top-level module names",
        "third_party": "a tuple of top-level module names",
        "wait": _SECONDS,
        "single_flight": "True or False",
        "verify": _FRACTION,
        "tags": "a tuple of labels",
        "expire": "seconds or a timedelta above 0",
        "compress": "'zstd' or 'lz4'",
    }
    known = ", ".join(expected)
    raise OptionError(name, repr(value), expected.get(name, f"one of the settings {known}") + where)


def checked_seconds(name: str, value: Any, where: str = "") -> float:
    """Return a duration in seconds.

    Raises:
        OptionError: it is none.
    """
    seconds = _seconds_of(value)
    if seconds is None:
        raise OptionError(name, repr(value), _SECONDS + where)
    return seconds


def _seconds_of(value: Any) -> float | None:
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return float(seconds) if is_number and seconds >= 0 else None


def checked_fraction(name: str, value: Any, where: str = "") -> float:
    """Return a fraction.

    Raises:
        OptionError: it is none.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise OptionError(name, repr(value), _FRACTION + where)


def checked_tags(name: str, value: Any, where: str = "") -> tuple[str, ...]:
    """Return labels, each once.

    Raises:
        OptionError: they are none.
    """
    if isinstance(value, str):
        raise OptionError(name, repr(value), f"a tuple of labels: {name}=({value!r},){where}")
    if isinstance(value, list | tuple) and all(isinstance(tag, str) and tag and tag.isprintable() for tag in value):
        return tuple(dict.fromkeys(map(str, value)))
    raise OptionError(name, repr(value), f'a tuple of labels on one line each, such as {name}=("nightly",){where}')
