"""Where inside an argument two calls differ, from the trees of digests that their entries keep.

A part is a list of its label, what it is found again by (empty: the label), its type, its digest and its parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

Tree = Sequence[Any]

#: Parts that are named; more are counted.
MOST_NAMED = 5


class Spot(NamedTuple):
    """One place at which two arguments differ.

    Attributes:
        path: how it is reached from the argument; empty for the argument itself.
        before: its digest before; ``None`` if there was no such part.
        after: its digest after; ``None`` if there is no such part any more.
        detail: what more is known: its types, or that the difference is somewhere below.
    """

    path: str
    before: str | None
    after: str | None
    detail: str


def differing_spots(before: Tree, after: Tree) -> list[Spot]:
    """Return where two trees differ, the first few places, as deep as they tell."""
    found = list(_spots(before, after, ""))
    if len(found) <= MOST_NAMED:
        return found
    left = len(found) - MOST_NAMED
    last = found[MOST_NAMED - 1]
    return [
        *found[: MOST_NAMED - 1],
        last._replace(detail="; ".join(filter(None, [last.detail, f"{left} more places"]))),
    ]


def _spots(before: Tree, after: Tree, path: str) -> Iterator[Spot]:
    (_, _, old_type, old, old_parts), (_, _, new_type, new, new_parts) = _unfolded(before), _unfolded(after)
    if old == new:
        return
    if not old_parts or not new_parts or old_type != new_type:
        yield Spot(path, old, new, detail_of(old_type, new_type))
        return
    inner = [spot for pair in _pairs(old_parts, new_parts) for spot in _spots_of_pair(*pair, path)]
    yield from inner or [Spot(path, old, new, "")]


def _unfolded(part: Tree) -> Tree:
    """Return a part with what it is made of in sight: an instance of a class with a VERSION is hashed as a pair."""
    label, match, kind, digest, parts = part
    if len(parts) == 1 and parts[0][0] == ".det_hash_object()":
        inside = parts[0][4]
        if len(inside) == 2 and inside[1][2].endswith(".AsUsual"):
            version, itself = inside
            return [label, match, kind, digest, [[".VERSION", "", *version[2:]], *itself[4]]]
    return part


def _spots_of_pair(old: Tree | None, new: Tree | None, path: str) -> Iterator[Spot]:
    if old is None and new is not None:
        yield Spot(path + new[0], None, new[3], "")
    elif new is None and old is not None:
        yield Spot(path + old[0], old[3], None, "")
    elif old is not None and new is not None:
        yield from _spots(old, new, path + new[0])


def _pairs(old: list[Tree], new: list[Tree]) -> Iterator[tuple[Tree | None, Tree | None]]:
    """Return the parts of two values side by side: by name or key, in sequences as little as possible being moved."""
    if _are_items(old) and _are_items(new) and len(old) != len(new):
        yield from _moved(old, new)
        return
    known = {part[1] or part[0]: part for part in old}
    for part in new:
        yield known.pop(part[1] or part[0], None), part
    for part in known.values():
        yield part, None


def _are_items(parts: list[Tree]) -> bool:
    return all(part[0] == f"[{place}]" for place, part in enumerate(parts))


def _moved(old: list[Tree], new: list[Tree]) -> Iterator[tuple[Tree | None, Tree | None]]:
    from difflib import SequenceMatcher  # for who asks for it

    matcher = SequenceMatcher(None, [part[3] for part in old], [part[3] for part in new], autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            was, now = old[start:end], new[new_start:new_end]
            both = min(len(was), len(now))
            yield from zip(was[:both], now[:both], strict=True)
            yield from ((part, None) for part in was[both:])
            yield from ((None, part) for part in now[both:])


def detail_of(old_type: str, new_type: str) -> str:
    """Return what more is to be said of two values that were not taken apart."""
    if old_type != new_type:
        return f"from {old_type} to {new_type}"
    return "somewhere below" if old_type in _PLAIN_CONTAINERS else ""


#: What is not taken apart only because it has too many parts.
_PLAIN_CONTAINERS = frozenset({"list", "tuple", "dict", "set", "frozenset"})
