"""``memo gc``: keep a store in bounds."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import click

from memo.cli.amounts import age, size
from memo.cli.completing import complete_step
from memo.cli.conventions import command, confirm, named, yes_option
from memo.cli.ls import columns
from memo.cli.naming import chosen_step
from memo.cli.tags import tag_option, tagged
from memo.inspection import ShortKeys
from memo.render import human_bytes, human_count

if TYPE_CHECKING:
    from memo.cli.output import Output
    from memo.store import EntryInfo, Store


@command
@click.option("--max-bytes", type=size, metavar="SIZE", help="Keep entries of 5GB, say, in all.")
@click.option("--max-age", type=age, metavar="AGE", help="Keep entries that are younger than 30d, say.")
@click.option(
    "--step",
    type=named,
    metavar="STEP",
    shell_complete=complete_step,
    help="Look at the entries of this one step alone.",
)
@tag_option("Look at the entries with this label alone.")
@click.option("--orphans", is_flag=True, help="Remove files and code that no entry needs.")
@yes_option
def gc(
    store: Store,
    output: Output,
    *,
    max_bytes: float | None,
    max_age: float | None,
    step: str | None,
    tag: str | None,
    orphans: bool,
    yes: bool,
) -> None:
    """Remove what exceeds bounds.

    With --max-age go the entries whose results were computed longer ago; with --max-bytes those that have saved the
    least time for their bytes, and were not used for long. You are asked first, unless --yes is given. What went is
    listed as memo ls lists it. Nothing is ever removed without being asked for.
    """
    bounds = max_bytes is not None or max_age is not None
    if not bounds and not orphans:
        raise click.UsageError("say what is to go: --max-bytes SIZE, --max-age AGE or --orphans")
    if step is not None and not bounds:
        raise click.UsageError("--step narrows --max-bytes and --max-age; memo rm --step removes all of a step")
    if tag is not None and not bounds:
        raise click.UsageError("--tag narrows --max-bytes and --max-age; memo rm --tag removes all with a tag")
    origin = None if step is None else chosen_step(store, step)
    if tag is not None:
        tagged(store, store.entries(origin), tag)
    going = store.surplus(max_bytes=max_bytes, max_age=max_age, origin=origin, tag=tag) if bounds else []
    files = store.orphans() if orphans else {}
    if going or files:
        confirm(f"Remove {_what(going, files)} from {store.directory}?", _by_step(going), yes=yes)
    short = ShortKeys(store)
    if going:
        short.of(going[0].key)  # reads the keys while all of them are there
        store.discard(going)
    files = store.remove_orphans() if files else {}
    output.listing(
        "entries",
        columns(short, time.time()),
        going,
        bytes=sum(entry.bytes for entry in going),
        orphans={"files": len(files) - _manifests(files), "manifests": _manifests(files), "bytes": sum(files.values())},
    )
    output.note(f"removed {_what(going, files)}" if going or files else "there was nothing to remove")


def _what(going: list[EntryInfo], files: dict[str, int]) -> str:
    entries = f"{human_count(len(going), 'entry', 'entries')} ({human_bytes(sum(each.bytes for each in going))})"
    if not files:
        return entries
    manifests = _manifests(files)
    counts = (len(files) - manifests, "file", "files"), (manifests, "code manifest", "code manifests")
    what = " and ".join(human_count(*count) for count in counts if count[0])
    orphans = f"{what} ({human_bytes(sum(files.values()))}) that no entry needs"
    return f"{entries} and {orphans}" if going else orphans


def _manifests(orphans: dict[str, int]) -> int:
    """Return how many of *orphans* are known about code; the others are files."""
    return sum(name.startswith("manifest:") for name in orphans)


def _by_step(going: list[EntryInfo]) -> list[str]:
    counts, sizes = Counter(each.origin for each in going), Counter[str]()
    for each in going:
        sizes[each.origin] += each.bytes
    return [
        f"{human_count(count, 'entry', 'entries')}  {human_bytes(sizes[origin])}  {origin}"
        for origin, count in counts.most_common()
    ]
