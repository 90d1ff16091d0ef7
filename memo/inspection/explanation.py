"""Why a call ran or would run, or what answers it, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from memo.inspection.accepted import Acceptance
from memo.inspection.change import Change
from memo.store import Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a call's key is made of, whether its result is stored, and why not.

    ``str()`` gives it as text, a terminal and a notebook show it as a tree.

    Attributes:
        call: what the key is made of: step, version, code digest, arguments.
        store: the directory of the store.
        entry: what answers the call; ``None`` if nothing does.
        reasons: why nothing does, or why the call ran: a sentence each, without the changes.
        nearest: the stored entry that the call differs from least.
        changes: how it differs from that.
        code: the manifest of the step's code; ``None`` where a version stands for it, or where it is not kept.
        brought: the manifests of the code that came with the arguments, by argument.
        seconds: how long the parts of the key took, where it was made just now.
        ran: whether this is about a run that is over.
        accepted: the acceptance through which the entry answers, if it has another key; of a run those of its step.
    """

    call: Metadata
    store: str
    entry: Metadata | None = None
    reasons: tuple[str, ...] = ()
    nearest: Metadata | None = None
    changes: tuple[Change, ...] = ()
    code: dict[str, Any] | None = None
    brought: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    ran: bool = False
    accepted: tuple[Acceptance, ...] = ()

    @property
    def is_stored(self) -> bool:
        """Whether the store has its result."""
        return self.entry is not None

    @property
    def why(self) -> str:
        """The reasons and the changes in one line."""
        return "; ".join([*self.reasons, *map(str, self.changes)])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as for JSON."""
        return {
            "key": self.call.key,
            "origin": self.call.origin,
            "store": self.store,
            "is_stored": self.is_stored,
            "ran": self.ran,
            "why": self.why,
            "reasons": list(self.reasons),
            "changes": [change.to_dict() for change in self.changes],
            "nearest": _told(self.nearest),
            "entry": _told(self.entry),
            "accepted": [each.to_dict() for each in self.accepted],
            "version": self.call.version,
            "captured": _pairs(self.call.captured),
            "arguments": [
                {
                    "name": argument.name,
                    "type": argument.type,
                    "digest": argument.digest,
                    "counts": argument.counts,
                    "classes": dict(argument.classes),
                    "code": self.brought.get(argument.name, []),
                }
                for argument in self.call.arguments
            ],
            "code": self.code,
            "seconds": self.seconds,
        }

    def __str__(self) -> str:
        from memo.inspection.outline import outline
        from memo.render import text_of

        return text_of(outline(self))

    def __rich__(self) -> Any:
        from memo.inspection.outline import outline
        from memo.render.tree import tree_of

        return tree_of(outline(self))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002 - IPython's signature
        printer.text(str(self))  # IPython in a terminal would show the fields

    def _repr_html_(self) -> str:
        from memo.inspection.outline import outline
        from memo.render import html_of

        return html_of(outline(self))


def _told(entry: Metadata | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    names = (
        "key",
        "code_digest",
        "version",
        "seconds",
        "created",
        "format",
        "result_type",
        "made_by",
        "cause",
        "tags",
        "raised",
    )
    return {name: getattr(entry, name) for name in names}


def _pairs(captured: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(captured[::2], captured[1::2], strict=False))
