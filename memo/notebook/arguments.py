"""The line of ``%%memoize_step``: ``[name] [--ignore VAR …] [--depends VAR …] [--no-replay]``."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

USAGE: Final = "%%memoize_step [name] [--ignore VAR ...] [--depends VAR ...] [--no-replay]"
_LISTS: Final = ("--ignore", "--depends")


class LineError(Exception):
    """A magic was told what it does not take; the text says what it takes."""


@dataclass(slots=True)
class Arguments:
    """What the line says.

    Attributes:
        name: what the cell's entries are called.
        ignore: variables that do not count.
        depends: what the cell depends on and that cannot be seen.
        replay: whether a hit shows what the run showed.
    """

    name: str | None = None
    ignore: list[str] = field(default_factory=list)
    depends: list[str] = field(default_factory=list)
    replay: bool = True

    @classmethod
    def parse(cls, line: str) -> Arguments:
        """Return what *line* says.

        Raises:
            LineError: it says something else.
        """
        found = cls()
        lists = dict(zip(_LISTS, (found.ignore, found.depends), strict=True))
        into: list[str] | None = None
        try:
            words = shlex.split(line)
        except ValueError as error:
            raise LineError(f"{error}; usage: {USAGE}") from error
        for word in words:
            option, _, value = word.partition("=")
            if word == "--no-replay":
                found.replay, into = False, None
            elif option in lists:
                into = lists[option]
                into += filter(None, value.split(","))
            elif word.startswith("-"):
                near = get_close_matches(word, (*_LISTS, "--no-replay"), 1)
                meant = f"did you mean {near[0]}? " if near else ""
                raise LineError(f"there is no option {word}; {meant}usage: {USAGE}")
            elif into is not None:
                into += filter(None, word.split(","))
            elif found.name is None:
                found.name = word
            else:
                raise LineError(f"there is one name at most, and {word!r} is another; usage: {USAGE}")
        for option, names in lists.items():
            if option in [word.partition("=")[0] for word in words] and not names:
                raise LineError(f"{option} wants the names of variables; usage: {USAGE}")
        return found

    def check_ignored(self, known: Mapping[str, object]) -> None:
        """Raise `LineError` if a variable is to be ignored that the cell has nothing to do with."""
        for name in self.ignore:
            if name not in known:
                listed = ", ".join(known) or "none"
                raise LineError(
                    f"--ignore {name}: the cell does not read or assign {name}; its variables are: {listed}"
                )

    def depended(self, namespace: Mapping[str, Any]) -> tuple[object, ...]:
        """Return the values of what the cell depends on.

        Raises:
            LineError: there is no such variable.
        """
        return tuple(_value(name, namespace) for name in self.depends)


def _value(dotted: str, namespace: Mapping[str, Any]) -> Any:
    name, *attributes = dotted.split(".")
    if name not in namespace:
        near = get_close_matches(name, [each for each in namespace if not each.startswith("_")], 1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise LineError(f"--depends {dotted}: there is no variable {name}{meant}")
    value = namespace[name]
    for attribute in attributes:
        try:
            value = getattr(value, attribute)
        except AttributeError as error:
            raise LineError(f"--depends {dotted}: {error}") from error
    return value
