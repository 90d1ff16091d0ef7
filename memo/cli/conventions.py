"""What every command has in common: its options, how it asks, and how it ends.

A command is a function of a store and an output. :func:`command` adds ``--store`` and ``--json``, opens the store, and
turns what can go wrong into one clean line and an exit code; ``docs/reference/cli.md`` lists the codes.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import warnings
from contextlib import closing, contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from memo.cli.completing import complete_directory
from memo.cli.failure import REFUSED, STORE, Failure
from memo.cli.output import Output
from memo.errors import MemoError, MemoWarning, OptionError, StoreWarning
from memo.render import printable
from memo.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# As shells count them: 128 and the signal's number.
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141

# What standard output answers when it is a file that cannot grow. A store's errors are warnings or StoreErrors.
_UNWRITABLE: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def named(text: str) -> str:
    """Return *text*, the type of all that names something: an unset variable of a shell must not mean everything."""
    if not text:
        raise click.BadParameter("it is empty; leave it out, or set the variable that it comes from")
    return text


def command(function: Callable[..., None]) -> click.Command:
    """Make a command of *function*, which takes a store, an output and the parameters that click found."""

    @wraps(function)
    def run(store_directory: str | None, as_json: bool, **parameters: Any) -> None:
        with _quiet_end(), _shown_warnings():
            try:
                store = Store(store_directory)
            except OptionError as error:
                raise click.UsageError(printable(str(error))) from error
            # os.path's questions do not raise where a directory above may not be read, or a name is too long.
            if os.path.exists(store.directory) and not os.path.isdir(store.directory):  # noqa: PTH110, PTH112
                warnings.warn(
                    f"the store in {store.directory} is no directory; name another", StoreWarning, stacklevel=1
                )
            output = Output(store.directory, as_json=as_json)
            with closing(store):
                try:
                    function(store, output, **parameters)
                except (Failure, MemoError) as error:
                    failure = error if isinstance(error, Failure) else Failure(STORE, str(error))
                    output.document(error=failure.to_dict())
                    raise failure from error
            sys.stdout.flush()

    made = click.command(function.__name__)(run)
    made.params += [
        click.Option(
            ["--store", "store_directory"],
            type=named,
            metavar="DIR",
            shell_complete=complete_directory,
            help="Another store than MEMO_DIR's.",
        ),
        click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON document."),
    ]
    return made


yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


def confirm(question: str, lines: Sequence[str] = (), *, yes: bool) -> None:
    """Go on only if *yes* was typed, before or now; *lines* stand above the question.

    Raises:
        Failure: it was not, or there is nobody to ask.
    """
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise Failure(REFUSED, "nothing was removed: standard input is no terminal to ask on; type --yes to confirm")
    for line in lines:
        click.echo(printable(line), err=True)
    click.echo(f"{printable(question)} [y/N] ", nl=False, err=True)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        click.echo(err=True)  # closes the line of a question that was left with Ctrl-D
    if answer.strip().lower() not in {"y", "yes"}:
        raise Failure(REFUSED, "nothing was removed")


@contextmanager
def _quiet_end() -> Iterator[None]:
    """End without a word where a person or a reader of our output has had enough."""
    if sys.stdout is None:  # it was closed before we began
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - for as long as the process lives
    if isinstance(sys.stdout, io.TextIOWrapper):  # a name that the terminal's encoding lacks is no reason to stop
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        yield
    except KeyboardInterrupt:
        click.echo(err=True)  # the terminal has written ^C on the line
        raise click.exceptions.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        _drop_output()
        raise click.exceptions.Exit(BROKEN_PIPE) from None
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        _drop_output()
        raise click.ClickException(f"the output cannot be written: {error.strerror}") from error


def _drop_output() -> None:
    """Send what is still in the buffer nowhere: the interpreter would try once more at its end, and complain."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _shown_warnings() -> Iterator[None]:
    """Show each warning as one line; after a store's the answer may be incomplete, so the exit code is 1."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", MemoWarning)
        try:
            yield
        finally:
            for each in caught:
                click.echo(f"Warning: {printable(str(each.message))}", err=True)
    if any(issubclass(each.category, StoreWarning) for each in caught):
        raise click.exceptions.Exit(1)
