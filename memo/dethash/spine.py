"""The digest of a few large tables in a small frame, such as ``{"train": records, "test": records}``.

The walk weighs every container, which takes longer than to write it out. Often that is not needed: where all the
parts of a value are light, they are written at once. This is tried for a heavy value, then for its heavy parts, a few
times.
"""

from __future__ import annotations

from typing import Any

from memo.dethash.columns import CONTAINER_WEIGHT, WEIGHT_LIMIT, Columns, TooHeavyError, children_of, text_weight
from memo.dethash.node import CodeNode
from memo.dethash.plans import ATOMS, Plans
from memo.dethash.registry import Kind

_ATTEMPTS = 64
#: A value on a cycle has heavy parts without end.
_DEPTH = 8


class Spine:
    """Find the heavy parts of a value from the top."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans
        self._attempts = _ATTEMPTS
        self._depth = 0
        #: The digests of what was found to be heavy, by its id.
        self.digests: dict[int, bytes] = {}

    def digest(self, value: Any) -> bytes:
        """Return the digest of *value*.

        Raises:
            TooHeavyError: its heavy parts are too many, too deep or endless: a matter for the full walk.
        """
        known = self.digests.get(id(value))
        if known is not None:
            return known
        self._attempts -= 1
        if self._attempts < 0 or self._depth == _DEPTH:
            raise TooHeavyError
        self._depth += 1
        try:
            digest = Columns(self._plans).digest(value)
        except TooHeavyError:
            digest = self._sorted_out(value).digest(value)
        self._depth -= 1
        self.digests[id(value)] = digest
        return digest

    def _sorted_out(self, value: Any) -> Columns:
        """Tell which parts of *value* are light, and the digests of those that are not."""
        kids = [child for child in children_of(self._plans, value) if type(child) not in ATOMS]
        if len(kids) > _ATTEMPTS or (self._plans.kind(type(value))[0] is Kind.ENCODE):
            raise TooHeavyError
        light: set[int] = set()
        columns = Columns(self._plans, light)
        for kid in kids:
            met = self._light_parts(kid)
            if met is None:
                columns.digests[id(kid)] = self.digest(kid)
            else:
                light |= met
        return columns

    def _light_parts(self, value: Any) -> set[int] | None:
        """Return the ids of the containers in *value*, itself included, if it is light."""
        weight = 0
        met: set[int] = set()
        stack = [value]
        while stack:
            part = stack.pop()
            met.add(id(part))
            if self._plans.kind(type(part))[0] is Kind.ENCODE and isinstance(self._plans.node(part), CodeNode):
                return None
            children = children_of(self._plans, part)
            weight += CONTAINER_WEIGHT + len(children)
            if weight <= WEIGHT_LIMIT:
                weight += text_weight(children)
            if weight > WEIGHT_LIMIT:
                return None
            stack.extend(child for child in children if type(child) not in ATOMS)
        return met
