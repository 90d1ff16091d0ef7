"""The program: the list of its commands, and what it says without one."""

from __future__ import annotations

from typing import Any

import click

from memo.cli.accept import accept
from memo.cli.bundles import export, import_
from memo.cli.completion import completion
from memo.cli.config import config
from memo.cli.diff import diff
from memo.cli.explain import explain
from memo.cli.gc import gc
from memo.cli.invalidate import invalidate
from memo.cli.keygen import keygen
from memo.cli.ls import ls
from memo.cli.path import path
from memo.cli.rm import rm
from memo.cli.show import show
from memo.cli.stats import stats
from memo.cli.verify import verify
from memo.render import printable

# As the help lists them; a command's file imports what is heavy when the command runs.
COMMANDS = (
    ls, stats, show, explain, diff, accept, invalidate, rm, gc, verify, export, import_,
    path, config, keygen, completion,
)  # fmt: skip


class Program(click.Group):
    """A group whose commands keep their order, and that knows on which side of a command its options stand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands as they were given; click sorts them."""
        return list(self.commands)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Say which command may have been meant."""
        name = args[0]
        if name not in self.commands and not ctx.resilient_parsing and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, self.commands, n=1) or [each for each in self.commands if name in each][:1]
            hint = f"; did you mean memo {near[0]}?" if near else ""
            raise click.UsageError(f"there is no command {printable(name)!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Say where an option of a command belongs."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if any(error.option_name in parameter.opts for each in self.commands.values() for parameter in each.params):
                raise click.UsageError(
                    f"{error.option_name} belongs behind a command: memo ls {error.option_name} ...", ctx
                ) from error
            raise


@click.group(
    cls=Program,
    commands=COMMANDS,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(None, "--version", package_name="memoize-step", prog_name="memo", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Look at the results that steps have stored, and remove them.

    The store is the one that --store or MEMO_DIR names, else the project's, else the one in your cache directory.
    """
    if ctx.invoked_subcommand is None:  # click's releases do not agree on what this should do
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)
