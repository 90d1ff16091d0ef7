"""``memo show``: what is known about an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memo.cli.conventions import command, named
from memo.cli.naming import chosen_entry
from memo.inspection import explain_run

if TYPE_CHECKING:
    from memo.cli.output import Output
    from memo.store import Store


@command
@click.argument("key", type=named)
def show(store: Store, output: Output, key: str) -> None:
    """Show what the entry of KEY was made of, and why its step ran.

    The result itself is not decoded.
    """
    from memo.inspection.outline import outline

    explanation = explain_run(store, chosen_entry(store, key))
    output.outline(outline(explanation), **explanation.to_dict())
