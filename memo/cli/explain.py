"""``memo explain``: why the last run of a step ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memo.cli.completing import complete_step
from memo.cli.conventions import command, named
from memo.cli.failure import NOT_FOUND, Failure
from memo.cli.naming import chosen_step
from memo.inspection import explain_last

if TYPE_CHECKING:
    from memo.cli.output import Output
    from memo.store import Store


@command
@click.argument("step", type=named, shell_complete=complete_step)
def explain(store: Store, output: Output, step: str) -> None:
    """Say why the last run of STEP ran.

    That run is told apart from the entry that is nearest to it: by the helper, the global, the package or the place
    inside an argument that differs. It left all that is needed, so no code is loaded.
    """
    origin = chosen_step(store, step)
    explanation = explain_last(store, origin)
    if explanation is None:
        raise Failure(NOT_FOUND, f"the last entry of {origin} in {store.directory} cannot be read; memo ls lists them")
    from memo.inspection.outline import outline

    output.outline(outline(explanation), **explanation.to_dict())
