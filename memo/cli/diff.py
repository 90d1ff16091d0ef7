"""``memo diff``: how two entries differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memo.cli.completing import complete_key
from memo.cli.conventions import command, named
from memo.cli.naming import chosen_entry
from memo.inspection import compare_calls
from memo.inspection.kept import Kept
from memo.render import Line, ago

if TYPE_CHECKING:
    from memo.cli.output import Output
    from memo.store import Store


@command
@click.argument("key", type=named, shell_complete=complete_key)
@click.argument("other", metavar="KEY", type=named, shell_complete=complete_key)
def diff(store: Store, output: Output, key: str, other: str) -> None:
    """Say how the entry of one KEY differs from that of another.

    They may be of one step or of two.
    """
    from memo.inspection.outline import DIGITS, change_line

    before, after = chosen_entry(store, key), chosen_entry(store, other)
    changes = compare_calls(before, after, Kept(store))
    lines = [change_line(change) for change in changes] or [Line("they are one", "good")]
    title = f"{before.key[:DIGITS]} → {after.key[:DIGITS]}"
    made = Line(f"made {ago(before.created)}, and {ago(after.created)}")
    output.outline(
        Line(after.origin, "title", title, (*lines, made)),
        before=before.to_dict(),
        after=after.to_dict(),
        changes=[change.to_dict() for change in changes],
    )
