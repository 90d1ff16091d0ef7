"""``--tag``: the entries of steps with a label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from memo.cli.completing import complete_tag
from memo.cli.conventions import named
from memo.cli.failure import NOT_FOUND, Failure
from memo.cli.naming import MOST_CANDIDATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from memo.store import EntryInfo, Store


def tag_option(what: str) -> Callable[[Any], Any]:
    """Return the option of a command that does *what* with the entries of a tag."""
    return click.option("--tag", type=named, metavar="TAG", shell_complete=complete_tag, help=what)


def tagged(store: Store, entries: Iterable[EntryInfo], tag: str) -> list[EntryInfo]:
    """Return those of *entries* that have the tag.

    Raises:
        Failure: none has.
    """
    seen: dict[str, None] = {}
    found = []
    for entry in entries:
        seen.update(dict.fromkeys(entry.tags))
        if tag in entry.tags:
            found.append(entry)
    if found:
        return found
    known = sorted(seen)[:MOST_CANDIDATES]
    advice = "the tags that there are:" if known else "no entry has any; tags=(…) of @memoize_step labels those to come"
    raise Failure(NOT_FOUND, f"no entry in the store in {store.directory} has the tag {tag!r}; {advice}", [], known)
