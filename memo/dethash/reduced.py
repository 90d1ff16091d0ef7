"""Instances that say themselves how they are pickled: by what their ``__reduce_ex__`` returns, without pickling."""

from __future__ import annotations

import copyreg
import sys
from collections import OrderedDict
from collections.abc import Iterable
from itertools import islice
from types import MethodType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.instances import NoDigestError, call_user, reducer_of, without_cached
from memo.dethash.node import Node

#: Stands for the instance's own class, which is in the tag.
_OWN_CLASS = Node(("own class",))
#: An iterator that gives so many items more than the value has is taken to have no end.
MOST_ITEMS = 10_000_000
_SIZED: tuple[Any, ...] = (list, dict)


def encode_reduced(value: Any) -> Node:
    """Encode *value* by what pickle would write of it, and by the user's own code that is behind a name in there."""
    node, behind = _encode(value), _code_behind(value)
    return Node(("and code",), (node, behind), labels=("", ".")) if behind else node


def _code_behind(value: Any) -> dict[Any, Any]:
    """Return the functions that a callable instance keeps, such as the one that it stands for as a decorator made it.

    Pickle is content with the name under which the instance is found; what it does is the function.
    """
    if not callable(value):
        return {}
    from memo.dethash.visible import own_code_in  # it uses code identity, which few values need

    return own_code_in(value)


def _encode(value: Any) -> Node:
    cls = type(value)
    reduced = call_user("__reduce_ex__", _reduce, value)
    if isinstance(reduced, str):
        return _global(value, reduced)
    if not isinstance(reduced, tuple) or not 2 <= len(reduced) <= 6:
        raise NoDigestError(f"__reduce_ex__ returned {type(reduced).__name__}, not the pickle protocol's tuple")
    parts_given: list[Any] = [*reduced, *[None] * (6 - len(reduced))]
    function, args, state, items, pairs, setter = parts_given
    if not callable(function) or not isinstance(args, tuple):
        raise NoDigestError("__reduce_ex__ returned a tuple that does not begin with a callable and its arguments")
    if function is copyreg.__newobj__ and args:  # type: ignore[attr-defined]
        function, args = args[0], args[1:]
    args = tuple(_OWN_CLASS if arg is cls else arg for arg in args)
    unordered = isinstance(value, dict) and not isinstance(value, OrderedDict)
    parts: dict[str, object] = {
        ".": without_cached(cls, state),
        ".__reduce_ex__()[1]": args,
        "": _items(value, items),
        "=": Node(("entries",), _pairs(value, pairs), unordered=unordered),
    }
    if function is not cls or setter is not None:
        parts[".__reduce_ex__()[0]"] = _by_name(cls, function)
        parts[".__reduce_ex__()[5]"] = _by_name(cls, setter)
    return Node(("reduced", cls), tuple(parts.values()), labels=tuple(parts))


def _reduce(value: Any) -> object:
    reducer = reducer_of(type(value))
    return reducer(value) if reducer is not None else value.__reduce_ex__(4)


def _global(value: Any, name: str) -> Node:
    """Encode a value that is pickled by name, if it is what its module has under that name."""
    cls = type(value)
    module = attribute(value, "__module__")
    if _look_up(module, name) is not value:
        raise NoDigestError(f"__reduce_ex__ returned the name {name!r}, under which its module has something else")
    if cls.__module__.startswith("_cython_"):  # a function that Cython compiled is one like those in C
        from memo.dethash.code.named import named_object  # it uses code identity, which few values need

        by_name = named_object(value)
        if by_name is not None:
            return by_name
    return Node(("global", cls), (name, module if module != cls.__module__ else None))


def _items(value: Any, given: Iterable[object] | None) -> list[object]:
    """Return the items that the value would be filled with."""
    if given is None:
        return []
    length = next((base.__len__(value) for base in _SIZED if isinstance(value, base)), 0)
    items: Any = call_user("__reduce_ex__", lambda _: list(islice(given, length + MOST_ITEMS)), value)
    if len(items) == length + MOST_ITEMS:
        raise NoDigestError("__reduce_ex__ returned an iterator that does not end")
    return items  # type: ignore[no-any-return]


def _pairs(value: Any, given: Iterable[Any] | None) -> list[object]:
    """Return the keys and values that the value would be filled with."""
    pairs = _items(value, given)
    if not all(type(pair) is tuple and len(pair) == 2 for pair in pairs):
        raise NoDigestError("__reduce_ex__ returned entries that are not pairs")
    return pairs


def _by_name(cls: type, function: Any) -> object:
    """Return what tells a reconstructing function by its name, for its code is the class's affair.

    What has no name of its own, such as a partial, is returned as it is.
    """
    if isinstance(function, type):
        return Node(("class", function))
    if type(function) is MethodType and isinstance(function.__self__, type):
        return Node(("class", function.__self__), (function.__name__,))
    module, name = attribute(function, "__module__"), attribute(function, "__qualname__")
    if function is None or _look_up(module, str(name)) is not function:
        return function
    return Node(("function", "" if module == cls.__module__ else str(module)), (name,))


def _look_up(module: object, name: str) -> object:
    here: Any = sys.modules.get(module) if isinstance(module, str) else None
    for part in name.split("."):
        here = attribute(here, part)
    return here
