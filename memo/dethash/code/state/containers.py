"""The containers that modules set up as their globals, and those that a program puts in their place.

Where code fills such a variable, what it holds is the code's own doing. But a container that somebody else put there,
as in ``tables.RATES = load()``, holds something else from the start: what it held when it was first met counts.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary

from memo.dethash.code.bindings import cell_value
from memo.dethash.code.party import MAIN
from memo.dethash.code.source.memory import CodeMemory
from memo.dethash.code.source.texts import kept_text
from memo.dethash.digest import value_digest
from memo.dethash.node import Place, Variable
from memo.errors import UnhashableError

#: Types whose methods are known to change them in place.
CONTAINERS = (
    list, dict, set, bytearray, deque, defaultdict, OrderedDict, Counter,
    WeakSet, WeakKeyDictionary, WeakValueDictionary,
)  # fmt: skip
#: Which were there first, by the ids of modules' globals. Most of them live as long as the module.
_began: dict[int, dict[str, object]] = {}
#: What was met in a variable in the place of such a container, with the digest that it had.
_met: dict[Place, tuple[object, str]] = {}
#: The same of the variables around a function, by their names.
_around: CodeMemory[dict[str, str]] = CodeMemory()


def keep_containers(namespace: dict[str, Any], *, is_fresh: bool) -> None:
    """Take note of the containers that a module has set up by now.

    Args:
        namespace: its globals.
        is_fresh: it has been loaded, or loaded again: what was known of it is over.
    """
    known = {} if is_fresh else _began.get(id(namespace), {})
    found = {name: value for name, value in list(namespace.items()) if type(value) in CONTAINERS}
    _began[id(namespace)] = found | known


def first_content(variable: Variable) -> str:
    """Return the digest that a container had when it was first met in a global; empty if its module put it there."""
    namespace, name = variable
    if not isinstance(namespace, dict):
        return ""
    known = _began.get(id(namespace))
    if known is None:  # a copy: the program runs elsewhere
        return kept_text(name_of_content(name), namespace) if namespace.get("__name__") in MAIN else ""
    value, began = namespace.get(name), known.get(name)
    if began is None or value is began:
        return ""
    met = _met.get(variable.place)
    if met is None or met[0] is not value:
        met = _met[variable.place] = value, "" if _is_empty_anew(variable, value) else _digest(value)
    return met[1]


def content_at_first(variable: Variable, function: FunctionType) -> str:
    """Return the digest of what a variable around *function* held when it was first met; empty if it had none."""
    known = _around.get(function, dict)
    if variable.name not in known:
        known[variable.name] = _digest(cell_value(variable.holder))
    return known[variable.name]


def name_of_content(name: str) -> str:
    """Return what the digest that was met in the global *name* of a program is called in another process."""
    return f"<first content of {name}>"


def _is_empty_anew(variable: Variable, value: Any) -> bool:
    from memo.dethash.code.state.empty import is_set_up_empty  # it uses what is read here

    return not value and is_set_up_empty(variable)


def _digest(value: object) -> str:
    try:
        return value_digest(value).digest
    except UnhashableError:
        return ""
