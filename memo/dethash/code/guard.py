"""Has anything changed that a manifest was made of? Asked at every call, so one flat loop answers it.

Every variable on the way to what the code reads is compared by identity with what it held, every function by its code
and defaults, every container and plain instance by the identity of what is in it. What can change without showing
there, such as an array, is hashed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from inspect import unwrap
from operator import attrgetter, is_, itemgetter
from types import CellType, FunctionType
from typing import Any

from memo.dethash.code.named import look_up
from memo.dethash.code.party import MAIN
from memo.dethash.code.source.brought import Homeless
from memo.dethash.code.source.class_definitions import file_of_class, namespace_of
from memo.dethash.code.source.texts import texts
from memo.dethash.code.state.told import to_tell
from memo.dethash.code.watched import Watched, content_of, digest_of
from memo.dethash.node import CodeNode, Place
from memo.dethash.walk import Walk

_OF_FUNCTIONS = tuple(map(attrgetter, ("__code__", "__defaults__", "__kwdefaults__", "__dict__")))


class Guard:
    """Remembers what a walk over code met.

    Args:
        walk: the walk that made the manifest.
        function: what it began with, if its code counts: of a function whose own code alone counts, only that was met.
    """

    def __init__(self, walk: Walk, function: object = None) -> None:
        seen = Watched(walk.plans, frozenset[Place]().union(*(node.rebinds for _, node in walk.found.code)))
        seen.add_function(function)
        for family in walk.found.families():
            for member in family.members:
                seen.add(member)
        for number in seen.functions:
            seen.add_builtins(number)
            seen.add_imports(number)
        functions = list(seen.functions.values())
        self._classes = seen.classes
        self._set_up = seen.set_up
        self._firsts = [
            (value.first, walk.digest_of(value))
            for value, _ in walk.found.code
            if type(value) is CodeNode and value.first is not None
        ]
        self._functions = functions
        #: What there is none of, which is most of it for a small function, is not asked about at each call.
        self._asked: list[Callable[[], bool]] = [
            *_of_functions(functions),
            *(partial(_is_bound, space, *_columns(held)) for space, held in seen.spaces.values()),
            *(partial(space.keys().isdisjoint, frozenset(names)) for space, names in seen.absent.values() if names),
            *(partial(_is_filled, cell, held) for cell, held in seen.cells),
            *(partial(_is_named, space, names) for space, names in seen.keys),
            *(partial(_is_made, look, held) for look, held in seen.parts),
            *(partial(_is_hashed, value, held) for value, held in seen.digests),
        ]

    def holds(self) -> bool:
        """Say whether all is as it was."""
        try:
            for asked in self._asked:
                if not asked():
                    return False
        except (KeyError, AttributeError):  # a variable is gone, or an instance has become another
            return False
        return True

    def homeless(self) -> Homeless:
        """Return what was met that another process does not find by its name."""
        functions = [function for function in self._functions if not _has_home(function)]
        classes = [cls for cls in self._classes if not _has_home(cls)]
        for cls in classes:  # methods that a library wrote are not among the functions that were met
            own = [value for value in vars(cls).values() if isinstance(value, FunctionType)]
            functions += [*own, *map(unwrap, own)]
        files = {file: texts(file, namespace_of(cls)) for cls in classes if (file := file_of_class(cls)) is not None}
        namespaces = [*(function.__globals__ for function in functions), *map(namespace_of, classes)]
        set_up = {name: [text] for name, text in self._set_up.items()}
        return Homeless(functions, files | set_up | to_tell(self._firsts, namespaces), namespaces)


def _has_home(value: FunctionType | type) -> bool:
    return value.__module__ not in MAIN and look_up(value.__module__, value.__qualname__) is not None


def _columns(held: dict[str, object]) -> tuple[Callable[[Any], tuple[object, ...]], list[object]]:
    """Return what gets the variables of a namespace at once, and what they held."""
    names = [*held, next(iter(held))]  # twice one of them, for a getter of one name gives no tuple
    return itemgetter(*names), [*held.values(), next(iter(held.values()))]


def _of_functions(functions: list[FunctionType]) -> Iterator[Callable[[], bool]]:
    """Yield what tells whether functions have the attributes that they had.

    Most have no defaults, for instance: that is asked in one go.
    """
    for get in _OF_FUNCTIONS:
        none = [function for function in functions if not get(function)]
        some = [function for function in functions if get(function)]
        if none:
            yield partial(_have_none, get, none)
        if some:
            yield partial(_have, get, some, list(map(get, some)))


def _have_none(get: Callable[[Any], Any], functions: list[FunctionType]) -> bool:
    return not any(map(get, functions))


def _have(get: Callable[[Any], Any], functions: list[FunctionType], held: list[Any]) -> bool:
    return all(map(is_, map(get, functions), held))


def _is_bound(space: Any, get: Callable[[Any], tuple[object, ...]], held: list[object]) -> bool:
    return all(map(is_, get(space), held))


def _is_filled(cell: CellType, held: object) -> bool:
    return content_of(cell) is held


def _is_named(space: Any, names: frozenset[str]) -> bool:
    named: bool = space.keys() == names
    return named


def _is_made(look: Callable[[], list[Any]], held: list[Any]) -> bool:
    now = look()
    return len(now) == len(held) and all(map(is_, now, held))


def _is_hashed(value: object, held: str | None) -> bool:
    return digest_of(value) == held
