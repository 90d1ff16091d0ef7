"""What a function does, asked again and again: the code's digest at this moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from memo.dethash.code.manifest import CodeManifest
    from memo.dethash.code.party import Party


class CodeWatch:
    """The code manifest of one function.

    Args:
        function: the function.
        code: ``"deep"``, ``"own"`` or ``"off"``.
        depends_on: what else its behaviour depends on.
    """

    def __init__(self, function: Callable[..., Any], *, code: str, depends_on: Sequence[object]) -> None:
        self._function = function
        self._code = code
        self._depends_on = depends_on
        self._pinned: CodeManifest | None = None

    def pin(self, manifest: CodeManifest) -> None:
        """Take *manifest* for good: the function came from another process, which had its source."""
        self._pinned = manifest

    def digest(self) -> str:
        """Return the digest of the code that counts, as it is now."""
        return self.manifest().digest

    def manifest(self) -> CodeManifest:
        """Return what the digest is made of."""
        if self._pinned is not None:
            return self._pinned
        from memo.dethash.code.manifest import code_manifest

        return code_manifest(self._function, code=self._code, depends_on=self._depends_on)


def class_digest(cls: type) -> str:
    """Return the digest of what a first-party class's instances do, or of its ``VERSION``."""
    from memo.dethash.code.manifest import class_digest as digest

    return digest(cls)


def party_of(value: Any) -> Party:
    """Return whose function, class or module *value* is."""
    from memo.dethash.code.party import party_of as party

    return party(value)
