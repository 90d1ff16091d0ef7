"""``memo show``: what is known about an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memo.cli.completing import complete_key
from memo.cli.conventions import command, named
from memo.cli.naming import chosen_entry
from memo.cli.progress import progress_of_entries
from memo.inspection import explain_run, lineage

if TYPE_CHECKING:
    from memo.cli.output import Output
    from memo.store import Store


@command
@click.argument("key", type=named, shell_complete=complete_key)
@click.option("--lineage", "with_lineage", is_flag=True, help="Also show what it was made from, and what from it.")
def show(store: Store, output: Output, key: str, *, with_lineage: bool) -> None:
    """Show what the entry of KEY was made of, and why its step ran.

    The result itself is not decoded. For the lineage all entries of the store are looked at: an argument that has the
    digest of a result was made by it, or by something equal.
    """
    from memo.inspection.outline import lineage_lines, outline

    entry = chosen_entry(store, key)
    explanation = explain_run(store, entry)
    line, fields = outline(explanation), explanation.to_dict()
    found = None
    if with_lineage:
        with progress_of_entries(store) as more:
            found = lineage(store, entry.key, told=more)
    if found is not None:
        line = line._replace(parts=(*lineage_lines(found), *line.parts))
        fields["lineage"] = found.to_dict()
    output.outline(line, **fields)
