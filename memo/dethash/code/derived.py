"""The classes that belong to another one though no code names them: what derives from it, or was registered with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from memo.dethash.code.party import is_first_party
from memo.dethash.code.reading import is_read
from memo.dethash.code.syntax import SUBCLASSES
from memo.dethash.node import Binding, Variable

_SUBCLASSES, _REGISTERED = "__subclasses__()", "register()"


def derived_classes(cls: type) -> Iterator[Binding]:
    """Return the user's own subclasses of *cls*, if code asks for those of any class, and what ``register`` added."""
    if SUBCLASSES in is_read():
        yield Binding(f".{_SUBCLASSES}", subclasses_of(cls), Variable(cls, _SUBCLASSES))
    if registered := registered_with(cls):
        yield Binding(
            f".{_REGISTERED}", frozenset(each.__qualname__ for each in registered), Variable(cls, _REGISTERED)
        )


def found_anew(variable: Variable) -> list[type]:
    """Return the classes that one of these bindings stands for, as they are now."""
    return (subclasses_of if variable.name == _SUBCLASSES else registered_with)(variable.holder)


def subclasses_of(cls: type) -> list[type]:
    """Return the user's own subclasses of *cls*; of those with one name, as of a cell run again, the last."""
    found: list[type] = type.__subclasses__(cls)
    own = [each for each in found if is_first_party(each)]
    return list({(each.__module__, each.__qualname__): each for each in own}.values())


def registered_with(cls: type) -> list[type]:
    """Return the classes that were registered with an abstract base class: ``isinstance`` knows them."""
    if "_abc_impl" not in vars(cls):
        return []
    import abc

    _get_dump: Any = getattr(abc, "_get_dump")  # noqa: B009  the only way to look; unknown to type checkers
    return [each for reference in _get_dump(cls)[0] if (each := reference()) is not None]
