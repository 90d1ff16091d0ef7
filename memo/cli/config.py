"""``memo config``: which settings are in effect, and where each comes from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from memo.cli.conventions import command
from memo.cli.output import Column
from memo.config import settings, sources

if TYPE_CHECKING:
    from memo.cli.output import Output
    from memo.store import Store


@dataclass(frozen=True, slots=True)
class Row:
    """One setting."""

    name: str
    value: object
    source: str

    @property
    def text(self) -> str:
        """The value as people read it."""
        if isinstance(self.value, tuple):
            return ", ".join(self.value) or "none"
        if self.value is None:
            return "none"
        return {True: "yes", False: "no"}[self.value] if isinstance(self.value, bool) else str(self.value)

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as for JSON."""
        return {"name": self.name, "value": self.value, "source": self.source}


COLUMNS: Final[list[Column[Row]]] = [
    Column(title="SETTING", shown=lambda row: row.name),
    Column(title="VALUE", shown=lambda row: row.text),
    Column(title="FROM", shown=lambda row: row.source),
]


@command
def config(store: Store, output: Output) -> None:
    """Show the settings in effect here, and where each comes from.

    What a decorator is told comes before them, and is not shown. Of secrets is said whether there are any. In a pipe a
    line is setting, value and where it is from, with tabs between.
    """
    output.listing("settings", COLUMNS, rows(store))


def rows(store: Store) -> list[Row]:
    """Return the settings."""
    now, found = settings(), sources()
    if click.get_current_context().params["store_directory"] is not None:
        found["store"] = "--store"
    values = {"store": str(store.directory)} | {name: getattr(now, name) for name in found if name != "store"}
    old = [each for each in os.environ.get("MEMO_OLD_SECRETS", "").split(",") if each.strip()]
    return [
        *(Row(name, values[name], source) for name, source in found.items()),
        Row("secret", bool(os.environ.get("MEMO_SECRET")), _variable("MEMO_SECRET")),
        Row("old_secrets", len(old), _variable("MEMO_OLD_SECRETS")),
    ]


def _variable(name: str) -> str:
    return name if os.environ.get(name) else "default"
