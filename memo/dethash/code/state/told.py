"""How the variables of code began that is taken to another process: its statements may read what does not go along.

``TABLE = load()`` set a variable up over here, and over there is no ``load``. So the digest of what it began with goes
along, as one of the texts that belong to the code's globals.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import FunctionType
from typing import Any

from memo.dethash.code.source.brought import texts_with
from memo.dethash.code.source.class_definitions import namespace_of
from memo.dethash.code.source.texts import filename_of
from memo.dethash.node import KNOWN, CodeNode, First


def told(first: First) -> list[CodeNode]:
    """Return what stands for the code that *first* is about, where another process told of it; else nothing."""
    namespace, name = _home(first)
    return [CodeNode(KNOWN, (bytes.fromhex(digest),), first=first) for digest in texts_with(namespace).get(name, ())]


def to_tell(known: Iterable[tuple[First, bytes]], namespaces: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the texts that tell another process of the variables of these globals.

    Args:
        known: what code is about, and its digest.
        namespaces: the globals.
    """
    numbers = set(map(id, namespaces))
    found: dict[str, tuple[First, list[str]]] = {}
    for first, digest in known:
        namespace, name = _home(first)
        if id(namespace) in numbers:
            told_by, digests = found.setdefault(name, (first, []))
            if told_by is first:  # of all that read the variable one is enough
                digests.append(digest.hex())
    return {name: digests for name, (_, digests) in found.items()}


def _home(first: First) -> tuple[dict[str, Any] | None, str]:
    """Return the globals of the code that a variable belongs to, and what is told of it is called there."""
    holder, name = first.variable
    function = holder if isinstance(holder, FunctionType) else first.function
    namespace: dict[str, Any] | None = None
    if isinstance(holder, dict):
        namespace = holder
    elif isinstance(holder, type):
        namespace, name = namespace_of(holder), f"{holder.__qualname__}.{name}"
    elif function is not None:
        code = function.__code__
        namespace = function.__globals__
        name = f"{filename_of(code)}:{code.co_firstlineno}:{code.co_qualname}.{name}"
    what = "done to" if first.is_later else "first value of"
    module = "" if namespace is None else namespace.get("__name__")
    return namespace, f"<{what} {module}:{name}({','.join(first.methods)})>"
