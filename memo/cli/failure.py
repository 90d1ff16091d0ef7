"""The ways in which a command does not do what it was told; each says what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from memo.render import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_FOUND: Final = "not-found"
AMBIGUOUS: Final = "ambiguous"
REFUSED: Final = "refused"
STORE: Final = "store"
FILE: Final = "file"


class Failure(click.ClickException):
    """Exit code 1: the command was understood and could not be done.

    Args:
        kind: one of the words above, for programs.
        sentence: what is wrong and what to do, for people.
        candidates: what may have been meant instead, as plain data.
        lines: the candidates as people read them.
    """

    exit_code = 1

    def __init__(
        self,
        kind: str,
        sentence: str,
        candidates: Sequence[dict[str, str]] = (),
        lines: Sequence[str] = (),
    ) -> None:
        super().__init__("\n  ".join(printable(line) for line in (sentence, *lines)))
        self.kind = kind
        self.sentence = sentence
        self.candidates = tuple(candidates)

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as for JSON."""
        return {"kind": self.kind, "message": self.sentence, "candidates": list(self.candidates)}
