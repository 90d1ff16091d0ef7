"""``memo invalidate``: forget a result, and with it what was made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memo.cli.completing import complete_key
from memo.cli.conventions import command, confirm, named, yes_option
from memo.cli.naming import chosen_keys
from memo.cli.progress import progress_of_entries
from memo.inspection import ShortKeys, products_of
from memo.render import human_count

if TYPE_CHECKING:
    from memo.cli.output import Output
    from memo.store import Store


@command
@click.argument("keys", metavar="KEY...", nargs=-1, required=True, type=named, shell_complete=complete_key)
@click.option("--downstream", is_flag=True, help="Also what was made from them, directly or not.")
@yes_option
def invalidate(store: Store, output: Output, *, keys: tuple[str, ...], downstream: bool, yes: bool) -> None:
    """Forget results, so that their steps run again.

    With --downstream, also every result whose step got one of them as an argument, and so on: see memo show --lineage.
    You are asked first, unless --yes is given.
    """
    chosen = chosen_keys(store, keys)
    if downstream:
        with progress_of_entries(store) as more:
            made = products_of(store, list(chosen), told=more)
        chosen |= {key: entry.origin for key, entry in made.items()}
    short = ShortKeys(store)
    lines = [f"{short.of(key)}  {origin}" for key, origin in chosen.items()]
    confirm(f"Forget {human_count(len(chosen), 'result', 'results')} in {store.directory}?", lines, yes=yes)
    removed = [key for key in chosen if store.delete(key)]
    output.document(removed=len(removed), keys=removed, origins=sorted({chosen[key] for key in removed}))
    output.say(f"forgot {human_count(len(removed), 'result', 'results')}")
