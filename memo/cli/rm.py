"""``memo rm``: remove entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memo.cli.completing import complete_key, complete_step
from memo.cli.conventions import command, confirm, named, yes_option
from memo.cli.naming import chosen_keys, chosen_step
from memo.cli.tags import tag_option, tagged
from memo.inspection import ShortKeys, stats
from memo.render import human_bytes, human_count

if TYPE_CHECKING:
    from memo.cli.output import Output
    from memo.store import Store


@command
@click.argument("keys", metavar="[KEY]...", nargs=-1, type=named, shell_complete=complete_key)
@click.option(
    "--step", type=named, metavar="STEP", shell_complete=complete_step, help="Remove the entries of this one step."
)
@tag_option("Remove the entries with this label.")
@click.option("--all", "everything", is_flag=True, help="Remove all entries, and what was counted.")
@yes_option
def rm(
    store: Store,
    output: Output,
    *,
    keys: tuple[str, ...],
    step: str | None,
    tag: str | None,
    everything: bool,
    yes: bool,
) -> None:
    """Remove entries: by key, of one step, with a label, or all.

    As much of a key as no other begins with is enough. STEP is a step's name or, where only one has it, a part of it.
    You are asked first, unless --yes is given. Nothing is removed if a key or the step is not there.
    """
    if (bool(keys), step is not None or tag is not None, everything).count(True) != 1:
        raise click.UsageError("name either keys, or --step STEP, or --tag TAG, or --all; memo ls lists the keys")
    if tag is not None:
        _remove_tagged(store, output, tag, step, yes=yes)
    elif keys:
        _remove_keys(store, output, keys, yes=yes)
    elif step is not None:
        _remove_step(store, output, step, yes=yes)
    else:
        _remove_all(store, output, yes=yes)


def _remove_keys(store: Store, output: Output, prefixes: tuple[str, ...], *, yes: bool) -> None:
    chosen = chosen_keys(store, prefixes)
    short = ShortKeys(store)
    lines = [f"{short.of(key)}  {origin}" for key, origin in chosen.items()]
    confirm(f"Remove {_entries(len(chosen))} from {store.directory}?", lines, yes=yes)
    _report(output, sum(store.delete(key) for key in chosen), sorted(set(chosen.values())))


def _remove_step(store: Store, output: Output, step: str, *, yes: bool) -> None:
    origin = chosen_step(store, step)
    entries, size = _sums(store, origin)
    confirm(f"Remove {_entries(entries)} ({human_bytes(size)}) of {origin} from {store.directory}?", yes=yes)
    _report(output, store.clear(origin), [origin])


def _remove_tagged(store: Store, output: Output, tag: str, step: str | None, *, yes: bool) -> None:
    going = tagged(store, store.entries(None if step is None else chosen_step(store, step)), tag)
    origins = sorted({entry.origin for entry in going})
    size = human_bytes(sum(entry.bytes for entry in going))
    question = f"Remove {_entries(len(going))} ({size}) with the tag {tag} from {store.directory}?"
    confirm(question, origins, yes=yes)
    _report(output, sum(store.delete(entry.key) for entry in going), origins)


def _remove_all(store: Store, output: Output, *, yes: bool) -> None:
    known = stats(store)
    if not known:  # nor is a store to be made by emptying it
        _report(output, 0, [])
        return
    entries, size = _sums(store)
    confirm(f"Remove all {_entries(entries)} ({human_bytes(size)}) from {store.directory}?", yes=yes)
    _report(output, store.clear(), [part.origin for part in known])


def _report(output: Output, removed: int, origins: list[str]) -> None:
    output.document(removed=removed, origins=origins)
    output.say(f"removed {_entries(removed)}")


def _sums(store: Store, origin: str | None = None) -> tuple[int, int]:
    totals = store.totals(origin)
    return sum(total[1] for total in totals), sum(total[2] for total in totals)


def _entries(count: int) -> str:
    return human_count(count, "entry", "entries")
