"""Walk an object graph of any depth and shape to one digest, without recursion.

Small values are written at once. For the others the walk first discovers every container, level by level, then
weighs them from the leaves up, then computes the digests of the heavy ones in that order. What is left without a
weight lies on a cycle or above one; see ``cycles.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from memo.dethash.columns import SURE_KEYS, Columns, TooHeavyError, keys_are_atoms
from memo.dethash.cycles import digest_cycles
from memo.dethash.growth import ENDLESS, LEVELS_AT_MOST, is_suspicious, makes_another
from memo.dethash.instances import NoDigestError
from memo.dethash.node import CodeNode
from memo.dethash.opaque import Opaque, hide
from memo.dethash.paths import path_to
from memo.dethash.plans import ATOMS, INTERNAL, Plans, dotted_name
from memo.dethash.registry import Kind
from memo.dethash.selves import settle_selves
from memo.dethash.spine import Spine
from memo.dethash.weights import Family, Found, weigh
from memo.errors import UnhashableError


class Walk:
    """One walk over one value.

    Args:
        plans: how each class is taken apart.
    """

    def __init__(self, plans: Plans) -> None:
        self.plans = plans
        self.columns = Columns(plans)
        #: What was met, if a digest took a full walk, as it does where there is code.
        self.found = Found([], [], [])
        #: What code reads and does not count, and why.
        self.opaque: list[Opaque] = []
        #: The code that was met before that was left out: functions, and the classes of instances.
        self.met: dict[int, object] = {}

    def digest(self, root: object, name: str = "value") -> bytes:
        """Return the digest of *root*.

        Raises:
            UnhashableError: something in *root* has no deterministic form; the error's path begins with *name*.
        """
        spine = Spine(self.plans)
        try:
            digest = spine.digest(root)
        except (TooHeavyError, NoDigestError, UnhashableError):
            pass
        else:
            self.columns.digests |= spine.digests
            return digest
        while True:
            found = self._discover(root, name)
            if hidden := hide(self.plans, found, root, name):
                self.opaque += hidden
                self.met |= {id(value): value for value, _ in found.code}
                self.met |= {id(cls): cls for cls in self.plans.classes}
                self.plans.forget_classes()
                continue
            weighed = weigh(found)
            if not settle_selves(self.plans, weighed.endless):
                break
        self.found = found
        columns = self.columns
        columns.light = weighed.light
        for value in weighed.heavy:
            columns.digests[id(value)] = columns.digest(value)
        if weighed.endless:
            digest_cycles(columns, weighed.endless)
        return columns.digests.get(id(root)) or columns.digest(root)

    def digest_of(self, value: object) -> bytes:
        """Return the digest of a part of the value that was walked."""
        return self.columns.digests.get(id(value)) or self.columns.digest(value)

    # -- discovery ------------------------------------------------------------------------------------------------

    def _discover(self, root: object, name: str) -> Found:
        seen: dict[int, object] = {}
        found = Found([], [], [])
        frontier: Iterable[object] = [root]
        while True:
            fresh = {id(value): value for value in frontier}
            for again in fresh.keys() & seen.keys():
                del fresh[again]
            if not fresh:
                return found
            seen.update(fresh)
            by_class: dict[type, list[Any]] = defaultdict(list)
            for value in fresh.values():
                by_class[type(value)].append(value)
            level = [self._expand(cls, members, found) for cls, members in by_class.items()]
            found.levels.append(level)
            if is_suspicious(len(found.levels), len(fresh)):
                self._refuse_growth(by_class, found, root, name)
            frontier = chain.from_iterable(family.kids for family in level)

    def _refuse_growth(self, by_class: dict[type, list[Any]], found: Found, root: object, name: str) -> None:
        for cls, members in by_class.items():
            if cls in INTERNAL or self.plans.kind(cls)[0] is not Kind.ENCODE:
                continue
            if len(found.levels) > LEVELS_AT_MOST or makes_another(members[0]):
                first = next(family.members[0] for family in found.families() if type(family.members[0]) is cls)
                raise UnhashableError(path_to(self.plans, found, root, first, name), dotted_name(cls), ENDLESS)

    def _expand(self, cls: type, members: list[Any], found: Found) -> Family:
        kind, _ = self.plans.kind(cls)
        parts: list[Any]
        if kind is Kind.SEQUENCE:
            parts = members
        elif kind is Kind.ENCODE:
            parts = [self._node_children(value, found) for value in members]
        else:
            dicts = members if kind is Kind.DICT else self.plans.attributes_of(members)
            if set(map(type, chain.from_iterable(dicts))) <= SURE_KEYS:
                parts = list(map(dict.values, dicts))
            else:
                parts = [
                    mapping.values() if keys_are_atoms(mapping) else self._node_children(value, found)
                    for value, mapping in zip(members, dicts, strict=True)
                ]
        flat = list(chain.from_iterable(parts))
        types = set(map(type, flat))
        kids = [] if types <= ATOMS else [value for value in flat if type(value) not in ATOMS]
        return Family(members, list(map(len, parts)), flat, kids, types)

    def _node_children(self, value: Any, found: Found) -> Sequence[object]:
        try:
            node = self.plans.node(value)
        except (NoDigestError, UnhashableError) as error:
            found.refused.append((value, error))
            return ()
        if isinstance(node, CodeNode):
            found.code.append((value, node))
        return node.children
