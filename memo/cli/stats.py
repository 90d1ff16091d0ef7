"""``memo stats``: what each step has stored, and what that has saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memo.cli.completing import complete_step
from memo.cli.conventions import command, named
from memo.cli.naming import no_step
from memo.cli.output import Column
from memo.inspection import StepStats
from memo.inspection import stats as stats_of
from memo.render import exact_seconds, human_bytes, human_seconds

if TYPE_CHECKING:
    from memo.cli.output import Output
    from memo.store import Store

COLUMNS: list[Column[StepStats]] = [
    Column(title="STEP", shown=lambda part: part.origin),
    Column(title="ENTRIES", shown=lambda part: str(part.entries), is_number=True),
    Column(
        title="SIZE", shown=lambda part: human_bytes(part.bytes), plain=lambda part: str(part.bytes), is_number=True
    ),
    Column(title="HITS", shown=lambda part: str(part.hits), is_number=True),
    Column(title="RUNS", shown=lambda part: str(part.misses), is_number=True),
    Column(
        title="SAVED",
        shown=lambda part: human_seconds(part.seconds_saved),
        plain=lambda part: exact_seconds(part.seconds_saved),
        is_number=True,
    ),
]


@command
@click.argument("step", required=False, type=named, shell_complete=complete_step)
def stats(store: Store, output: Output, step: str | None) -> None:
    """Show what each step has stored and saved.

    With STEP, the steps that have this in their name. Calls stay counted when entries are removed. In a pipe a line is
    step, entries, bytes, hits, runs and seconds saved, with tabs between.
    """
    parts = stats_of(store, step)
    if step is not None and not parts:
        raise no_step(store, step)
    total = StepStats(
        "total",
        sum(part.entries for part in parts),
        sum(part.bytes for part in parts),
        sum(part.hits for part in parts),
        sum(part.misses for part in parts),
        sum(part.seconds_saved for part in parts),
    )
    sums = {name: value for name, value in total.to_dict().items() if name != "origin"}
    output.listing("steps", COLUMNS, parts, below=[total] if len(parts) > 1 else [], total=sums)
    output.note(f"in {store.directory}" if parts else f"no step has stored anything in {store.directory}")
