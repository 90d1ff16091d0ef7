"""``memo ls``: which entries there are."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING

import click

from memo.cli.completing import complete_step
from memo.cli.conventions import command, named
from memo.cli.naming import no_step
from memo.cli.output import Column
from memo.cli.tags import tag_option, tagged
from memo.errors import MemoWarning
from memo.inspection import ShortKeys, acceptances, accepted_text, list_entries
from memo.render import UNKNOWN, exact_seconds, human_age, human_bytes, human_count, human_seconds, iso_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from memo.cli.output import Output
    from memo.store import EntryInfo, Store


@command
@click.argument("step", required=False, type=named, shell_complete=complete_step)
@tag_option("List the entries with this label.")
def ls(store: Store, output: Output, step: str | None, tag: str | None) -> None:
    """List the entries, oldest first.

    With STEP, those of the steps that have this in their name. With --tag, those that were given this label. On a
    terminal a key is shown as long as it has to be typed. In a pipe a line is key, step, bytes, seconds and time, with
    tabs between.
    """
    totals = [total for total in store.totals() if step is None or step in total[0]]
    if step is not None and not totals:
        raise no_step(store, step)
    entries: Iterable[EntryInfo] = list_entries(store, step)
    if tag is not None:
        entries = chosen = tagged(store, entries, tag)
        totals = [(entry.origin, 1, entry.bytes) for entry in chosen]
    accepted = [each for each in acceptances(store) if tag is None and (step is None or step in each.origin)]
    newer: list[str] = []
    output.listing(
        "entries",
        columns(ShortKeys(store), time.time()),
        _noting_newer(entries, newer),
        accepted=[each.to_dict() for each in accepted],
    )
    if newer:
        left = human_count(
            len(newer), "entry was written by a newer memo and is", "entries were written by a newer memo and are"
        )
        warnings.warn(f"{left} left alone; update memo to read them", MemoWarning, stacklevel=1)
    for each in accepted:
        output.note(f"{human_count(len(each.keys), 'more call', 'more calls')} of {each.origin} {accepted_text(each)}")
    count, size = sum(total[1] for total in totals), sum(total[2] for total in totals)
    output.note(f"{human_count(count, 'entry', 'entries')}, {human_bytes(size)}, in {store.directory}")


def _noting_newer(entries: Iterable[EntryInfo], newer: list[str]) -> Iterator[EntryInfo]:
    """Yield *entries*, and add the keys of those that only a newer memo can read to *newer*."""
    for entry in entries:
        if entry.is_newer:
            newer.append(entry.key)
        yield entry


def columns(short: ShortKeys, now: float) -> list[Column[EntryInfo]]:
    """Return the columns, as they are at *now*."""

    def known(cell: Callable[[EntryInfo], str]) -> Callable[[EntryInfo], str]:
        # Without a format the entry's beginning could not be read, and its numbers are not its own.
        return lambda entry: cell(entry) if entry.format else UNKNOWN

    return [
        Column(title="KEY", shown=lambda entry: short.of(entry.key), plain=lambda entry: entry.key),
        Column(title="STEP", shown=lambda entry: entry.origin),
        Column(
            title="SIZE",
            shown=lambda entry: human_bytes(entry.bytes),
            plain=lambda entry: str(entry.bytes),
            is_number=True,
        ),
        Column(
            title="TOOK",
            shown=known(lambda entry: human_seconds(entry.seconds)),
            plain=known(lambda entry: exact_seconds(entry.seconds)),
            is_number=True,
        ),
        Column(
            title="AGE",
            shown=known(lambda entry: human_age(now - entry.created)),
            plain=known(lambda entry: iso_time(entry.created)),
            is_number=True,
        ),
    ]
