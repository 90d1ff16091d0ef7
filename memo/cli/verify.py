"""``memo verify``: read and check everything."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from memo.cli.conventions import command
from memo.cli.output import Column
from memo.cli.progress import progress
from memo.inspection import ShortKeys
from memo.render import human_bytes, human_count

if TYPE_CHECKING:
    from memo.cli.output import Output
    from memo.store import Store
    from memo.store.maintenance.verify import Verdict


@command
def verify(store: Store, output: Output) -> None:
    """Read every entry, check it, and list the damaged ones.

    Nothing is changed, and no result is decoded. If there are damaged entries the exit code is 1; their steps run again
    when they are called, and replace them. In a pipe a line is key, step and what is wrong, with tabs between.
    """
    damaged: list[Verdict] = []
    count = size = newer = 0
    with progress("checking", sum(total for *_, total in store.totals())) as more:
        for verdict in store.verify():
            count, size, newer = count + 1, size + verdict.bytes, newer + verdict.is_newer
            if verdict.problem and not verdict.is_newer:
                damaged.append(verdict)
            more(verdict.bytes)
    output.listing("damaged", columns(ShortKeys(store)), damaged, entries=count, bytes=size, newer=newer)
    checked = f"{human_count(count, 'entry', 'entries')}, {human_bytes(size)}, in {store.directory}"
    if newer:
        output.note(f"{newer} of them can only be checked by a newer memo")
    if not damaged:
        output.note(f"{checked}: none is damaged")
        return
    output.note(f"{checked}: {len(damaged)} damaged; memo rm KEY removes one")
    sys.stdout.flush()  # where a reader that has gone is noticed
    raise click.exceptions.Exit(1)


def columns(short: ShortKeys) -> list[Column[Verdict]]:
    """Return what is shown of a damaged entry."""
    return [
        Column(title="KEY", shown=lambda verdict: short.of(verdict.key), plain=lambda verdict: verdict.key),
        Column(title="STEP", shown=lambda verdict: verdict.origin),
        Column(title="PROBLEM", shown=lambda verdict: verdict.problem),
    ]
