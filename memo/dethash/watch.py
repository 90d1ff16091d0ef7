"""What a function does, asked again and again: the code's digest at this moment."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from types import FunctionType
from typing import TYPE_CHECKING, Any

from memo import config
from memo.dethash.code.mains import is_host
from memo.dethash.code.party import MAIN
from memo.dethash.code.reading import is_read
from memo.errors import UnhashableError

if TYPE_CHECKING:
    from memo.dethash.code.guard import Guard
    from memo.dethash.code.manifest import CodeManifest
    from memo.dethash.code.party import Party
    from memo.dethash.code.source.brought import Homeless, Sources

#: Classes whose instances were arguments and whose code is remembered.
MOST_CLASSES = 1000


class CodeWatch:
    """The code manifest of one function or class, made anew only when something that it is made of has changed.

    Args:
        function: the function.
        code: ``"deep"``, ``"own"`` or ``"off"``.
        depends_on: what else its behaviour depends on.
    """

    def __init__(self, function: Callable[..., Any], *, code: str = "deep", depends_on: Sequence[object] = ()) -> None:
        self._function = function
        self._code = code
        self._depends_on = depends_on
        self._known: tuple[CodeManifest, Guard, int] | None = None
        self._sent = ""

    def sent(self, sources: Sources | None) -> None:
        """Take note of what came with the code, which was sent here."""
        self._sent, self._known = "" if sources is None else sources.digest, None

    def remember_source(self) -> None:
        """Read the source of what is loaded now, before somebody edits it."""
        from memo.dethash.code.source.texts import remember  # parsers are loaded when they are needed

        remember(self._function)

    def sources(self) -> Sources:
        """Return where the code comes from that cloudpickle takes to another process by value.

        With it the code is read over there as it is here, also where its file is missing or another one; and what it
        reads is looked at there, where it may differ.
        """
        from memo.dethash.code.source.texts import kept_sources  # as below

        return kept_sources(*self._homeless())._replace(digest=self.manifest().digest)

    def _homeless(self) -> list[Homeless]:
        self.manifest()
        known = self._known
        return [] if known is None else [known[1].homeless()]

    def manifest(self) -> CodeManifest:
        """Return what the function's behaviour is made of, as it is now."""
        known = self._known
        if known is not None and known[2] == config.generation and known[1].holds():
            return known[0]
        from memo.dethash.code.guard import Guard  # as above
        from memo.dethash.code.manifest import as_sent, walk_code

        generation = config.generation
        made = walk_code(self._function, code=self._code, depends_on=self._depends_on)
        manifest = as_sent(made.manifest, self._sent)
        self._known = (manifest, Guard(made.walk, self._function if self._code != "off" else None), generation)
        return manifest


def class_digest(cls: type) -> str:
    """Return the digest of what a first-party class's instances do, or of its ``VERSION``."""
    return class_manifest(cls).digest


def class_manifest(cls: type) -> CodeManifest:
    """Return what a first-party class's instances do is made of."""
    made = _watch_of(cls, is_read()).manifest()
    if cls.__module__ not in MAIN or not is_host():
        return made
    from memo.dethash.code.manifest import as_sent  # as above
    from memo.dethash.code.source.class_definitions import digest_elsewhere

    return as_sent(made, digest_elsewhere(cls))


@lru_cache(MOST_CLASSES)
def _watch_of(cls: type, reads: frozenset[str]) -> CodeWatch:  # noqa: ARG001  what is read of the class tells watches apart
    return CodeWatch(cls)


def sources_of_main() -> Sources:
    """Return where the code of the program's classes comes from, for their instances are taken along as arguments."""
    from memo.dethash.code.source.brought import Homeless  # as below
    from memo.dethash.code.source.class_definitions import name_of_digest
    from memo.dethash.code.source.texts import kept_sources

    found = list(vars(sys.modules["__main__"]).values())
    classes = [value for value in found if issubclass(type(value), type)]  # a proxy may not like isinstance()
    homeless: list[Homeless] = []
    digests: dict[str, list[str]] = {}
    for cls in dict.fromkeys(cls for cls in classes if cls.__module__ == "__main__"):
        with suppress(UnhashableError):  # then nothing of it can be an argument
            homeless += _watch_of(cls, is_read())._homeless()  # noqa: SLF001  a method of this file
            digests[name_of_digest(cls)] = [class_digest(cls)]
    return kept_sources(*homeless, Homeless([], digests, []))


def keep_sources(sources: Sources | None) -> None:
    """Take what :meth:`CodeWatch.sources` or :func:`sources_of_main` gave in another process, if anything."""
    from memo.dethash.code.mains import be_host  # as above
    from memo.dethash.code.source.texts import keep_sources as keep

    be_host()
    if sources is not None:
        keep(sources)


def changed_names(function: FunctionType) -> frozenset[str]:
    """Return the names outside *function* that it assigns or fills: its state."""
    from memo.dethash.code.functions import analyse  # as above

    uses = analyse(function).uses
    chains = [*uses.stores, *(fill.chain for fill in uses.fills)]
    return frozenset(chain.root for chain in chains if isinstance(chain.root, str))


def party_of(value: Any) -> Party:
    """Return whose function, class or module *value* is."""
    from memo.dethash.code.party import party_of as party  # as above

    return party(value)
