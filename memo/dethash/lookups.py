"""Values whose class cannot be looked up, as its metaclass has no hash or one that fails: which it was, and where."""

from __future__ import annotations

from collections import deque
from typing import Any

from memo.dethash.plans import dotted_name
from memo.errors import UnhashableError

_REASON = "its metaclass has no hash, or one that fails: add __hash__ = type.__hash__ beside its __eq__"
_KINDS: tuple[Any, ...] = (list, tuple, set, frozenset)


def refusal(root: object, name: str) -> UnhashableError | None:
    """Return what to raise of *root*, of which no digest could be taken; ``None`` where no class is the reason."""
    waiting: deque[tuple[str, Any]] = deque([(name, root)])
    seen: dict[int, object] = {}
    while waiting:
        path, value = waiting.popleft()
        if id(value) in seen:
            continue
        seen[id(value)] = value
        try:
            hash(type(value))
        except Exception:  # noqa: BLE001 - whatever the metaclass raises
            return UnhashableError(path, dotted_name(type(value)), _REASON)
        waiting.extend(_parts(path, value))
    return None


def _parts(path: str, value: Any) -> list[tuple[str, Any]]:
    """Return what a container or an instance holds, with the paths; what classes of one's own say is not asked."""
    if isinstance(value, dict):
        items = list(dict.items(value))
        keys = [(f"{path}{{key}}", key) for key, _ in items]
        return keys + [(f"{path}[{key!r}]" if type(key) in (str, int) else f"{path}[...]", each) for key, each in items]
    for kind in _KINDS:
        if isinstance(value, kind):
            return [(f"{path}[{place}]", each) for place, each in enumerate(kind.__iter__(value))]
    try:
        space = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return []
    return [(f"{path}.{name}", each) for name, each in space.items()] if type(space) is dict else []
