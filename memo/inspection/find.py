"""Which entry is meant by the beginning of its key."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memo.store import Store

MOST_CANDIDATES = 20


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
    """Find the entries whose keys begin with *prefix*; a whole key finds one entry at most."""
    return Found(prefix, tuple(store.find_keys(prefix.lower(), MOST_CANDIDATES)))
