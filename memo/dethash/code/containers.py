"""The containers that modules set up as their globals: which of them were there first."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any
from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary

#: Types whose methods are known to change them in place.
CONTAINERS = (
    list, dict, set, bytearray, deque, defaultdict, OrderedDict, Counter,
    WeakSet, WeakKeyDictionary, WeakValueDictionary,
)  # fmt: skip
#: By the ids of modules' globals. Most of them live as long as the module.
_began: dict[int, dict[str, object]] = {}


def keep_containers(namespace: dict[str, Any], *, is_fresh: bool) -> None:
    """Take note of the containers that a module has set up by now.

    Args:
        namespace: its globals.
        is_fresh: it has been loaded, or loaded again: what was known of it is over.
    """
    known = {} if is_fresh else _began.get(id(namespace), {})
    found = {name: value for name, value in list(namespace.items()) if type(value) in CONTAINERS}
    _began[id(namespace)] = found | known


def containers_of(namespace: dict[str, Any]) -> dict[str, object] | None:
    """Return the containers that a module has set up; ``None`` where it was not seen."""
    return _began.get(id(namespace))
