"""``memo accept``: an edit of a step does not change its results."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from memo.cli.completing import complete_module_step
from memo.cli.conventions import command, named
from memo.cli.failure import AMBIGUOUS, NOT_FOUND, Failure
from memo.errors import AcceptError
from memo.render import Line, human_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from memo.cli.output import Output
    from memo.step.runner import Step
    from memo.store import Store


@command
@click.argument("step", metavar="MODULE:STEP", type=named, shell_complete=complete_module_step)
@click.option("--from", "previous", type=named, metavar="CODE", help="Which code was before, by its beginning.")
@click.option("--dry-run", is_flag=True, help="Only show how the code differs, or what would be taken back.")
@click.option("--revoke", "is_revoked", is_flag=True, help="Take back what was accepted for the code as it is now.")
def accept(store: Store, output: Output, *, step: str, previous: str | None, dry_run: bool, is_revoked: bool) -> None:
    """Declare that the last edit of a step changes no result.

    MODULE is imported, as in "package.module:step" or "package.module:Class.step". What was stored before the edit
    answers the same calls now. If entries of several codes are stored, name the one before: the results of an older
    one may be what an edit has put right.
    """
    if is_revoked and previous is not None:
        raise click.UsageError(
            "--revoke takes back all that was accepted for the code as it is now, whatever was before"
        )
    found = _imported(step, store)
    if click.get_current_context().params.get("store_directory") is None:
        store = found.store  # it may name one of its own
        output.directory = store.directory
    from memo.step.questions.accepting import accept as accept_step
    from memo.step.questions.accepting import revoke

    if is_revoked:
        count = revoke(found, store, dry_run=dry_run)
        output.document(revoked=count, origin=found.label, is_dry=dry_run)
        output.say(f"{human_count(count, 'call', 'calls')} of {found.label} {'would' if dry_run else 'will'} run again")
        return
    try:
        done = accept_step(found, previous, dry_run=dry_run, store=store)
    except AcceptError as error:
        kind = AMBIGUOUS if error.candidates else NOT_FOUND
        sentence, lines = str(error).partition("\n")[0], error.candidates
        raise Failure(kind, sentence, [{"code": line.split()[0]} for line in lines], lines) from error
    from memo.inspection.outline import change_line

    refused = [Line(f"{key[:12]} is not accepted: {reason}", "bad") for key, reason in done.refused.items()]
    output.outline(Line(str(done), "title", parts=(*map(change_line, done.changes), *refused)), **done.to_dict())


def _imported(name: str, store: Store) -> Step:
    """Import a step."""
    module, _, qualname = name.partition(":")
    if not qualname:
        steps = [origin.partition("/")[2] for origin, _, _ in store.totals()]
        near = [each for each in steps if name in (each.partition(":")[2], each.partition(":")[0])]
        hint = f", such as {near[0]}" if near else ""
        raise click.UsageError(f"{name!r} names no step: type it as module:step{hint}")
    if "" not in sys.path:
        sys.path.insert(0, "")  # as for python -m
    try:
        found: Any = import_module(module)
    except (Exception, SystemExit) as error:
        what = str(error) if isinstance(error, ImportError) else f"{type(error).__name__}: {error}"
        known = [origin.partition("/")[2] for origin, _, _ in store.totals()]
        raise _not_found(f"{name} cannot be imported: {what}", name, known) from error
    from memo.step.wrapper import Questions

    known = [f"{module}:{each}" for each in _steps_in(found, Questions)]
    try:
        for part in qualname.split("."):
            found = getattr(found, part)
    except AttributeError as error:
        raise _not_found(f"{name} cannot be imported: {error}", name, known) from error
    if not issubclass(type(found), Questions):
        raise _not_found(f"{name} is no step: it is of the type {type(found).__qualname__}", name, known)
    return found._step  # type: ignore[no-any-return]  # noqa: SLF001 - its own questions take the arguments of a call


def _steps_in(holder: Any, kind: type) -> Iterator[str]:
    """Yield the names of the steps in a module, and of those in its classes."""
    for name, value in vars(holder).items():
        if issubclass(type(value), kind):
            yield name
        elif isinstance(value, type) and value.__module__ == getattr(holder, "__name__", None):
            yield from (f"{name}.{each}" for each in _steps_in(value, kind))


def _not_found(sentence: str, name: str, known: list[str]) -> Failure:
    """Return the failure of a step that is not there, with the nearest names of those that are."""
    from difflib import get_close_matches

    near = get_close_matches(name, known)
    hint = "; did you mean one of these?" if near else ""
    return Failure(NOT_FOUND, f"{sentence}{hint}", [{"step": each} for each in near], near)
