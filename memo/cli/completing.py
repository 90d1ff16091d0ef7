"""What a shell may complete: steps, keys, files and directories, from the store that the line before names.

A completion never fails, warns or writes; and it offers no name that could not be typed.
"""

from __future__ import annotations

import warnings
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from memo.errors import MemoError
from memo.inspection import ShortKeys
from memo.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    import click
    from click.shell_completion import CompletionItem

    Items = list[CompletionItem]

T = TypeVar("T")

MOST_KEYS, MOST_LOOKED_AT = 50, 5000


def complete_step(ctx: click.Context, _: click.Parameter, typed: str) -> Items:
    """Return the steps with entries that begin with *typed*; if none does, the only one that has it in its name."""
    return _items(_fitting(_origins(ctx), typed))


def complete_module_step(ctx: click.Context, _: click.Parameter, typed: str) -> Items:
    """Return the steps with entries as ``module:step``, which is how they are imported."""
    return _items(_fitting({origin.partition("/")[2] for origin in _origins(ctx) if ":" in origin}, typed))


def complete_key(ctx: click.Context, _: click.Parameter, typed: str) -> Items:
    """Return the keys that begin with *typed*, as short as they can be, and the step of each."""

    def look(store: Store) -> Items:
        short = ShortKeys(store)
        found = store.find_keys(typed.lower(), MOST_KEYS)
        return _items({short.of(key, max(8, len(typed))): origin for key, origin in found})

    return _asked(ctx, look, [])


def complete_tag(ctx: click.Context, _: click.Parameter, typed: str) -> Items:
    """Return the labels of entries that begin with *typed*, as far as a look at some of them tells."""

    def look(store: Store) -> list[str]:
        return [tag for entry in islice(store.entries(), MOST_LOOKED_AT) for tag in entry.tags]

    found: list[str] = _asked(ctx, look, [])
    return _items(_fitting(set(found), typed))


def complete_file(_: click.Context, __: click.Parameter, typed: str) -> Items:
    """Let the shell complete files."""
    return _by_shell(typed, "file")


def complete_directory(_: click.Context, __: click.Parameter, typed: str) -> Items:
    """Let the shell complete directories."""
    return _by_shell(typed, "dir")


def _origins(ctx: click.Context) -> list[str]:
    return _asked(ctx, lambda store: [origin for origin, _, _ in store.totals()], [])


def _asked(ctx: click.Context, question: Callable[[Store], T], nothing: T) -> T:
    """Ask the store that the line names; whatever is wrong with it is said when the command runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with closing(Store(ctx.params.get("store_directory") or None)) as store:
                return question(store)
        except (MemoError, OSError, ValueError):
            return nothing


def _fitting(names: set[str] | list[str], typed: str) -> dict[str, str]:
    """Return what replaces *typed* in a shell, which takes away what the replacements do not begin with alike."""
    begun = sorted(name for name in names if name.startswith(typed))
    within = [name for name in names if typed in name]
    return dict.fromkeys(begun or (within if len(within) == 1 else []), "")


def _items(found: dict[str, str]) -> Items:
    from click.shell_completion import CompletionItem

    return [
        CompletionItem(value, help=about if about.isprintable() else None)
        for value, about in found.items()
        if value.isprintable()
    ]


def _by_shell(typed: str, kind: str) -> Items:
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type=kind)]
