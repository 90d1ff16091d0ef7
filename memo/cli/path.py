"""``memo path``: where the store is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from memo.cli.conventions import command

if TYPE_CHECKING:
    from memo.cli.output import Output
    from memo.store import Store


@command
def path(store: Store, output: Output) -> None:
    """Print the store's directory, whether it exists or not.

    In a pipe it is printed as it is, so that cd "$(memo path)" works with any name.
    """
    output.document()
    if output.is_terminal:
        output.say(str(store.directory))
    elif not output.as_json:
        sys.stdout.write(f"{store.directory}\n")  # click would take escape sequences out
