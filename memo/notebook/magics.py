"""The magics: ``%%memoize_step`` above a cell, and ``%memo`` for what the command line does."""

from __future__ import annotations

import ast
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from copy import copy
from functools import wraps
from typing import Any, Final

from memo.config import settings
from memo.notebook.arguments import Arguments, LineError
from memo.notebook.cell import awaits
from memo.notebook.hits import Hits
from memo.notebook.run import CellRun, finish, pause_task, pause_thread
from memo.step.blocks import disabled
from memo.step.runner import default_store

CELL_MAGIC: Final = "memoize_step"
LINE_MAGIC: Final = "memo"
COLUMNS: Final = "120"


class Magics:
    """What the extension adds to a shell, and takes away again.

    Args:
        shell: IPython's shell.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._hits = Hits(shell)
        self._off = ExitStack()

    def add(self) -> None:
        """Add the magics, and the line below cells with hits."""
        from IPython.core.magic import no_var_expand

        @no_var_expand  # type: ignore[untyped-decorator, unused-ignore]
        @wraps(self.cell)  # what is marked has to be a function of its own
        def cell(line: str, cell: str) -> Any:
            __tracebackhide__ = True
            return self.cell(line, cell)

        shell = self._shell
        shell.register_magic_function(cell, "cell", CELL_MAGIC)
        shell.register_magic_function(self.line, "line", LINE_MAGIC)
        shell.input_transformers_cleanup.append(self._transformed)
        self._hits.start()

    def remove(self) -> None:
        """Take away what was added."""
        magics = self._shell.magics_manager.magics
        magics["cell"].pop(CELL_MAGIC, None)
        magics["line"].pop(LINE_MAGIC, None)
        self._shell.input_transformers_cleanup.remove(self._transformed)
        self._hits.stop()
        self._off.close()

    def cell(self, line: str, cell: str) -> Any:
        """Keep what a cell assigns and shows, and run it again only when its code or what it reads is new.

        %%memoize_step [name] [--ignore VAR ...] [--depends VAR ...] [--no-replay]

        Imports and definitions in the cell are run each time. A variable that the cell reads is part of the key, unless
        it is named behind --ignore; --depends names what the cell depends on and that cannot be seen. With --no-replay
        a hit does not show what the run has shown.
        """
        __tracebackhide__ = True
        run = self._made(line, cell)
        if run.is_async:  # the cell was made to await this
            return run.run(pause_task)
        finish(run.run(pause_thread))
        return None

    def _made(self, line: str, cell: str) -> CellRun:
        __tracebackhide__ = True
        try:
            return CellRun(self._shell, Arguments.parse(line), cell)
        except LineError as error:
            raise _usage_error(f"%%{CELL_MAGIC}: {error}") from None

    def _transformed(self, lines: list[str]) -> list[str]:
        """Have IPython await the magic of a cell that awaits something, and say itself what is wrong with a cell."""
        if not lines or lines[0].split()[:1] != [f"%%{CELL_MAGIC}"]:
            return lines
        first, body = lines[0].strip(), "".join(lines[1:])
        try:
            tree = ast.parse(self._shell.transform_cell(body))
            compile(tree, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except SyntaxError:
            return ["\n", *lines[1:]]
        if not any(map(awaits, tree.body)):
            return lines
        line = first.partition(" ")[2]
        return [f"await get_ipython().run_cell_magic({CELL_MAGIC!r}, {line!r}, {body!r})\n"]

    #: Without it IPython says whether a cell is complete: one with a magic is behind a blank line, and not before.
    _transformed.has_side_effects = True  # type: ignore[attr-defined]

    def line(self, line: str) -> None:
        """Do what the command memo does: %memo ls, %memo show KEY, %memo explain KEY...; %memo off and on.

        off lets all steps run plainly in this session, until %memo on.
        """
        __tracebackhide__ = True
        try:
            words = shlex.split(line)
        except ValueError as error:
            raise _usage_error(f"%{LINE_MAGIC}: {error}") from None
        default_store(settings()).close()  # so that what was counted here is seen
        self._run(words)

    def _run(self, words: list[str]) -> None:
        __tracebackhide__ = True
        import click  # what only some need

        out = sys.stdout
        try:
            with redirect_stdout(Page(out)), redirect_stderr(out), _wide(self._shell):
                self._program().main(args=words, prog_name=f"%{LINE_MAGIC}", standalone_mode=False)
        except click.exceptions.Exit:
            return
        except click.Abort:
            raise _usage_error("aborted") from None
        except click.ClickException as error:
            raise _usage_error(error.format_message()) from None
        except SystemExit as end:
            if end.code not in (None, 0):
                raise _usage_error(f"%{LINE_MAGIC} {shlex.join(words)} has failed") from None

    def _program(self) -> Any:
        """Return the command line's program, with two commands more: what only a session can do."""
        import click

        from memo.cli import main

        def on() -> None:
            """Let steps look up and store again, after off."""
            self._off.close()

        def off() -> None:
            """Let all steps and cells of this session run plainly, until on."""
            self._off.close()
            self._off.enter_context(disabled())

        program = copy(main)
        program.commands = {**main.commands, "off": click.command()(off), "on": click.command()(on)}
        return program


@contextmanager
def _wide(shell: Any) -> Iterator[None]:
    """Have as many columns as there are below a cell, where no terminal says how many it has."""
    if getattr(shell, "kernel", None) is None or "COLUMNS" in os.environ:
        yield
        return
    os.environ["COLUMNS"] = COLUMNS
    try:
        yield
    finally:
        os.environ.pop("COLUMNS", None)


class Page:
    """Standard output below a cell: people read it, as on a terminal.

    Args:
        stream: where it is written.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def isatty(self) -> bool:
        """Say that it is for people."""
        return True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _usage_error(text: str) -> Exception:
    """Return an error that IPython shows without a traceback."""
    from IPython.core.error import UsageError

    return UsageError(text)  # type: ignore[no-any-return, unused-ignore]
