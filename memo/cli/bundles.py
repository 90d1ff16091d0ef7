"""``memo export`` and ``memo import``: results for somebody else."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from memo.cli.completing import complete_file, complete_step
from memo.cli.conventions import command, named
from memo.cli.failure import FILE, Failure
from memo.cli.naming import no_step
from memo.cli.progress import progress
from memo.inspection import list_entries
from memo.render import human_bytes, human_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from memo.cli.output import Output
    from memo.store import Store


@command
@click.argument("file", type=named, shell_complete=complete_file)
@click.argument("step", required=False, type=named, shell_complete=complete_step)
@click.option("--no-source", is_flag=True, help="Leave out what is known about the steps' code.")
def export(store: Store, output: Output, *, file: str, step: str | None, no_source: bool) -> None:
    """Write entries to a new file FILE, for memo import.

    With STEP, those of the steps that have this in their name. Damaged entries are left out, with a warning. The
    entries keep their seals: those of a store with a secret can be imported only where the secret is known.
    """
    totals = [total for total in store.totals() if step is None or step in total[0]]
    if step is not None and not totals:
        raise no_step(store, step)
    with _blamed_on(file, "written"), progress("exporting", sum(size for *_, size in totals)) as more:
        done = store.export(Path(file), list_entries(store, step), source=not no_source, told=more)
    output.document(file=file, **done._asdict())
    output.say(f"exported {human_count(done.entries, 'entry', 'entries')} ({human_bytes(done.bytes)}) to {file}")


@command
@click.argument("file", type=named, shell_complete=complete_file)
@click.option("--no-source", is_flag=True, help="Leave out what FILE tells about the steps' code.")
def import_(store: Store, output: Output, *, file: str, no_source: bool) -> None:
    """Add the entries of FILE, which memo export wrote.

    All of it is verified before anything is stored. What is in the store already stays. An entry may be a pickle, which
    runs code when its step is called: import what you would run.
    """
    with _blamed_on(file, "read"):
        size = Path(file).stat().st_size
        with progress("importing", size) as more:
            done = store.import_(Path(file), source=not no_source, told=more)
    output.document(file=file, **done._asdict())
    output.say(
        f"imported {human_count(done.entries, 'entry', 'entries')} into {store.directory}; {done.present} were there"
        + (f", and {done.reserved} are a newer memo's or need a library" if done.reserved else "")
    )


import_.name = "import"


@contextmanager
def _blamed_on(file: str, done: str) -> Iterator[None]:
    """Say of what goes wrong with *file* that it is the file, not the store."""
    try:
        yield
    except BrokenPipeError:
        raise
    except FileExistsError as error:
        raise Failure(FILE, f"{file} exists already, and is not overwritten: choose another name") from error
    except OSError as error:
        raise Failure(FILE, f"{file} cannot be {done}: {error.strerror or error}") from error
