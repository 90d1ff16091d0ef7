"""Containers that a program puts in the place of those which its modules set up: ``tables.RATES = load()``.

Where code fills such a variable, what it holds is the code's own doing. But the container that somebody else put there
holds something else from the start: what it held when it was first met counts.
"""

from __future__ import annotations

from typing import Any

from memo.dethash.code.containers import containers_of
from memo.dethash.code.party import MAIN
from memo.dethash.code.source import kept_text
from memo.dethash.digest import value_digest
from memo.dethash.node import Variable
from memo.errors import UnhashableError

#: What was met in a variable in the place of such a container, with the digest that it had.
_met: dict[tuple[int, str], tuple[object, str]] = {}


def first_content(variable: Variable) -> str:
    """Return the digest that a container had when it was first met in a global; empty if its module put it there."""
    namespace, name = variable
    if not isinstance(namespace, dict):
        return ""
    known = containers_of(namespace)
    if known is None:  # a copy: the program runs elsewhere
        return kept_text(name_of_content(name), namespace) if namespace.get("__name__") in MAIN else ""
    value, began = namespace.get(name), known.get(name)
    if began is None or value is began:
        return ""
    met = _met.get(variable.place)
    if met is None or met[0] is not value:
        met = _met[variable.place] = value, "" if _is_empty_anew(variable, value) else _digest(value)
    return met[1]


def name_of_content(name: str) -> str:
    """Return what the digest that was met in the global *name* of a program is called in another process."""
    return f"<first content of {name}>"


def _is_empty_anew(variable: Variable, value: Any) -> bool:
    from memo.dethash.code.empty import is_set_up_empty  # it uses what is read here

    return not value and is_set_up_empty(*variable)


def _digest(value: object) -> str:
    try:
        return value_digest(value).digest
    except UnhashableError:
        return ""
