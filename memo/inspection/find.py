"""Which entry is meant by the beginning of its key."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memo.store import Store

MOST_CANDIDATES = 20
ALL = -1  # as a limit, for SQLite


@dataclass(frozen=True, slots=True)
class Found:
    """What the beginning of a key leads to.

    Attributes:
        prefix: what was looked for.
        candidates: the keys that begin with it, in order, and the origin of each; at most 20 of them.
    """

    prefix: str
    candidates: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str | None:
        """The one key that is meant, or None where there is none or more than one."""
        return self.candidates[0][0] if len(self.candidates) == 1 else None

    @property
    def is_ambiguous(self) -> bool:
        """Whether several keys begin with the prefix."""
        return len(self.candidates) > 1

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as for JSON."""
        return asdict(self) | {"key": self.key, "is_ambiguous": self.is_ambiguous}


def find(store: Store, prefix: str) -> Found:
    """Find the entries whose keys begin with *prefix*; a whole key finds one entry at most.

    If there is none, those that answer calls whose keys begin so, as after an accepted edit.
    """
    candidates = store.find_keys(prefix.lower(), MOST_CANDIDATES)
    if candidates and candidates[0][0] == prefix.lower():  # whatever else begins with it
        del candidates[1:]
    if not candidates:
        targets = {target for key, target, _ in store.aliases() if key.startswith(prefix.lower())}
        candidates = [each for target in sorted(targets)[:MOST_CANDIDATES] for each in store.find_keys(target, 1)]
    return Found(prefix, tuple(candidates))


class ShortKeys:
    """The keys of a store as short as `find` takes them; they are read once, when the first is asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: list[str] | None = None

    def of(self, key: str, shortest: int = 8) -> str:
        """Return the beginning of *key*, of *shortest* digits at least, that no other key begins with."""
        if self._keys is None:
            self._keys = [each for each, _ in self._store.find_keys("", ALL)]
        at = bisect_left(self._keys, key)
        # In their order, no key has more in common with one than those beside it.
        beside = self._keys[max(at - 1, 0) : at + 2]
        common = [_in_common(key, other) for other in beside if other != key]
        return key[: max(shortest, 1 + max(common, default=0))]


def _in_common(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    different = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(different, min(len(one), len(other)))
