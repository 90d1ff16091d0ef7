"""``depends_on=``: what a step depends on and cannot be seen, as it is hashed.

A text that names an installed distribution, or a module of one, stands for that distribution and its version, and any
other text for itself. So a step runs again also when what the text names is installed or removed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, overload

from memo.config import settings
from memo.dethash import det_hash

if TYPE_CHECKING:
    from importlib.metadata import Distribution

    from memo.dethash.code.party import Party

#: What a distribution or a module may be called.
_NAME = r"[A-Za-z0-9_]([A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?"


class Dependencies(Sequence[object]):
    """What was given, and in the place of each name of a distribution its version, as the settings let it count.

    Args:
        given: what was given as ``depends_on=``.
        options: other options that count likewise, each with its name, after these.
    """

    __slots__ = ("_given", "names")

    def __init__(self, given: Sequence[object], options: Sequence[tuple[str, object]] = ()) -> None:
        self._given = (*given, *options)
        #: What those are called that are not told by their place.
        self.names = {len(given) + place: f"{name}=" for place, (name, _) in enumerate(options)}

    def __len__(self) -> int:
        return len(self._given)

    @overload
    def __getitem__(self, place: int) -> object: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[object]: ...

    def __getitem__(self, place: int | slice) -> object:
        if isinstance(place, slice):
            return Dependencies(self._given[place])
        value = self._given[place]
        return _counting(value, settings().versions) if type(value) is str else value


@cache  # the same object each time: whoever compares what a step does compares identities
def _counting(text: str, versions: str) -> object:
    if not re.fullmatch(_NAME, text):
        return text
    from memo.dethash.code.named import named  # loaded when there is a text

    party = _party(text)
    if party is None:
        return text
    if versions != "exact":
        kept = 2 if versions == "minor" else 0
        party = party._replace(version=".".join(party.version.split(".")[:kept]))
    return named(party, "")


def _party(text: str) -> Party | None:
    """Return the distribution that *text* names, or that has installed the module of this name."""
    from importlib.metadata import PackageNotFoundError, distribution

    from memo.dethash.code.distributions import normalise
    from memo.dethash.code.party import Party, party_of_module

    try:
        found = distribution(text)
    except PackageNotFoundError:
        party = party_of_module(text)
        return party if party.kind == "third" else None
    return Party("third", normalise(found.name), found.version + _content(found))


def _content(found: Distribution) -> str:
    """Return a digest of what a distribution installed, if it is not from an index: its version may stay the same."""
    if found.read_text("direct_url.json") is None:
        return ""
    lines = (found.read_text("RECORD") or "").splitlines()
    return f" {det_hash(sorted(line for line in lines if '.dist-info/' not in line))[:32]}"
