"""A cell that is looked up and, if nothing is found, run and kept.

The cell's key is that of a function which does what the cell does, called with the variables that the cell reads: so
code is followed, values are hashed and runs are explained as those of a step are.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import inspect
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Final

from memo.errors import UnhashableError
from memo.notebook.arguments import Arguments
from memo.notebook.cell import Cell, Part, UnfollowedError, is_silenced, shown_in
from memo.notebook.hidden import magics_of
from memo.notebook.outputs import displays_noted, ways
from memo.notebook.variables import (
    are_equal,
    changed_in_place,
    is_code,
    is_named,
    listed,
    newly_set,
    not_kept,
    own,
    same_as,
    without,
)
from memo.step.calls.attempt import Attempt
from memo.step.calls.replay import Recording, replay
from memo.step.options import StepOptions
from memo.step.runner import Step
from memo.store.formats import decode
from memo.typing import MISSING

#: Counts the forms that the stored cells have had.
CELL_VERSION: Final = 2
#: Of IPython's own; what a cell does with it is in the cell's text.
_SHELL: Final = "get_ipython"
_BUILTINS: Final = frozenset(dir(builtins))


class CellRun:
    """One run of a cell.

    Args:
        shell: IPython's shell.
        arguments: what the magic's line says.
        body: the cell below that line.

    Raises:
        SyntaxError: the cell is no Python.
        LineError: the line speaks of variables that there are not.
    """

    def __init__(self, shell: Any, arguments: Arguments, body: str) -> None:
        __tracebackhide__ = True
        self._shell = shell
        self._arguments = arguments
        self._namespace: dict[str, Any] = shell.user_ns
        text = "\n" + shell.transform_cell(body)  # below the line of the magic
        self._filename = shell.compile.cache(text, shell.execution_count, raw_code="\n" + body)
        tree = shell.transform_ast(shell.compile.ast_parse(text, filename=self._filename))
        self._shown = [] if is_silenced(body) else shown_in(tree, shell.ast_node_interactivity)
        self._cell = Cell(tree, self._shown)
        self._codes = [(part, self._compiled(part)) for part in self._cell.parts]
        #: What it imports with a star before all else: only then its names are known.
        self._first = [
            code
            for part, codes in self._codes[:1]
            if part.is_definition
            for node, code in zip(part.body, codes, strict=True)
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
        ]
        names = self._cell.names
        arguments.check_ignored({**names.read, **dict.fromkeys(sorted(names.assigned))})
        self._depends_on = (*arguments.depended(self._namespace), *magics_of(shell, self._cell.magics))
        self.is_async = any(code.co_flags & inspect.CO_COROUTINE for _, codes in self._codes for code in codes)
        #: The values of the variables that it reads.
        self._given: dict[str, Any] = {}
        self._held: set[str] = set()

    def _compiled(self, part: Part) -> list[Any]:
        __tracebackhide__ = True
        out = []
        for node in part.body:
            is_shown = node in self._shown
            module: Any = ast.Interactive([node]) if is_shown else ast.Module([node], [])
            with self._shell.compile.extra_flags(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
                out.append(self._shell.compile(module, self._filename, "single" if is_shown else "exec"))
        return out

    # -- what identifies it ---------------------------------------------------------------------------------------

    def _doubtful(self) -> frozenset[str]:
        """Return the variables that are there, and of which the syntax tree does not tell where their values come from.

        The cell assigns them, but not on every way through it before it reads them. A run that has ended well without
        them has taken a way on which it does not read them before; so they do not count for a call like that one.
        """
        names = self._cell.names
        if self._cell.catches:  # what is not there may be no error
            return frozenset()
        return frozenset(
            name for name in names.read if name in names.assigned and name in self._namespace and name not in _BUILTINS
        )

    def _step(self, without: frozenset[str] = frozenset()) -> Step:
        """Return the cell as a step, and take the values of the variables that it reads."""
        given = [name for name in self._cell.names.read if name in self._namespace and name not in without]
        values = [name for name in given if not is_code(self._namespace[name])]
        code = self._cell.function("cell", values, self._namespace).__code__
        local = {*code.co_varnames, *code.co_cellvars}
        also = [name for name in given if name in local and name not in values]
        values += [name for name in also if not inspect.ismodule(self._namespace[name])]
        ignored = [name for name in (_SHELL, *self._arguments.ignore) if name in given]
        parameters = dict.fromkeys([*values, *ignored])
        self._given = {name: self._namespace[name] for name in parameters}
        self._held = self._held_elsewhere()
        function = self._cell.function("cell", parameters, self._namespace)
        options = StepOptions(
            name=self._arguments.name,
            ignore=tuple(ignored),
            depends_on=(f"memo cell {CELL_VERSION}", sorted(self._held), *self._depends_on),
        )
        step = Step(function, options)
        shown = sorted(self._cell.stored)[:3]
        step.origin = step.origin._replace(qualname=f"cell({listed(shown)})")
        return step

    def _held_elsewhere(self) -> set[str]:
        """Return the variables that the cell sets anew and whose values others have: a change is seen there."""
        names = self._cell.names
        lost = names.assigned | names.deleted
        others = {name: value for name, value in own(self._namespace).items() if name not in lost}
        return {name for name in self._given.keys() & lost if same_as(self._given[name], others) is not None}

    # -- running it -----------------------------------------------------------------------------------------------

    async def run(self, pause: Callable[[float], Awaitable[object]]) -> None:
        """Run the cell, or do what its last run did; *pause* is how it waits for others that run it."""
        __tracebackhide__ = True
        await self._run_codes(self._first)
        try:
            doubtful = self._doubtful()
            if doubtful:
                attempt = self._step(doubtful).attempt((), self._given)
                if attempt is not None and await self._answered(attempt):
                    return None
            step = self._step()
            attempt = step.attempt((), self._given)
        except UnhashableError as error:
            root = error.path.partition(".")[0].partition("[")[0]
            self._say(
                f"it reads {error.path}, a {error.type_name}, of which memo cannot tell whether it is the same; "
                f"leave it out with --ignore {root} if it does not matter"
            )
            return await self._run_plainly()
        except UnfollowedError as error:
            self._say(f"memo cannot follow what it does ({error})")
            return await self._run_plainly()
        if attempt is None:
            return await self._run_plainly()
        if await self._answered(attempt):
            return None
        wait = step.patience(attempt)
        with attempt.claim() as claim, claim:
            if wait is not None:
                for seconds in claim.pauses(wait):
                    await pause(seconds)
                if claim.is_held and await self._answered(attempt):
                    return None
            return await self._run_and_keep(attempt)

    async def _run_plainly(self) -> None:
        __tracebackhide__ = True
        for _, codes in self._codes:
            await self._run_codes(codes)

    async def _run_codes(self, codes: Iterable[Any]) -> None:
        __tracebackhide__ = True
        for code in codes:
            if code.co_flags & inspect.CO_COROUTINE:
                await eval(code, self._shell.user_global_ns, self._namespace)  # noqa: S307 - the user's cell
            else:
                exec(code, self._shell.user_global_ns, self._namespace)  # noqa: S102 - likewise

    async def _run_definitions(self, *, late: bool) -> None:
        __tracebackhide__ = True
        for part, codes in self._codes:
            if part.is_definition and part.is_late is late:
                await self._run_codes(codes)

    async def _answered(self, attempt: Attempt) -> bool:
        """Do what the stored run did, if there is one, and say whether there is."""
        __tracebackhide__ = True
        if attempt.is_refreshed:
            return False
        attempt.cause = ""  # if it runs, then not because it was told to
        if not attempt.store.contains(attempt.key.key, attempt.keeping):
            return False
        await self._run_definitions(late=False)  # the variables may be of their classes
        entry: Any = attempt.store.load(attempt.key.key, attempt.keeping)
        if entry is MISSING:
            return False
        found = entry.value
        variables = {**found["variables"], **{name: self._given[other] for name, other in found["same"].items()}}
        for name in filter(self._namespace.__contains__, found["unsure"]):
            if not are_equal(self._namespace[name], variables.pop(name)):
                attempt.cause = f"its entry was made where {name} was another, which the cell may have left as it was"
                return False
        attempt.take(entry)
        self._namespace.update(variables)
        for name in found["deleted"]:
            self._namespace.pop(name, None)
        await self._run_definitions(late=True)
        if self._arguments.replay:
            replay(found["outputs"], ways(self._shell))
        return True

    async def _run_and_keep(self, attempt: Attempt) -> None:
        __tracebackhide__ = True
        ignored = {_SHELL, *self._arguments.ignore}
        digests = dict(zip(attempt.key.names, attempt.key.digests, strict=True))
        attempt.begin()
        recording, seconds, found = Recording(), 0.0, set[str]()
        start = {name: value for name, value in own(self._namespace).items() if name in self._cell.unsure}
        for part, codes in self._codes:
            if part.is_definition:
                await self._run_codes(codes)
                continue
            before, started = dict(self._namespace), time.perf_counter()
            with recording.noting(), displays_noted(self._shell):
                await self._run_codes(codes)
            seconds += time.perf_counter() - started
            found |= newly_set(before, self._namespace)
        unsure = start.keys() - found - self._given.keys()  # set to what they were, or not at all
        found = ((found | self._cell.stored) & self._namespace.keys()) - ignored
        kept = self._kept(attempt, found, digests)
        if kept is not None:
            more = {"unsure": sorted(unsure & found), "outputs": recording.records(attempt.label)}
            attempt.keep({**kept, **more}, seconds)

    def _kept(self, attempt: Attempt, found: set[str], digests: dict[str, str]) -> dict[str, Any] | None:
        """Return what is to be stored; ``None`` where a hit could not do what the run has done, which is said."""
        names = self._cell.names
        if self._cell.unseen:
            self._say(f"it runs code that memo does not see, with {listed(self._cell.unseen)}: import it instead")
            return None
        if self._cell.assigned_late:
            self._say(f"a definition in it is given {listed(self._cell.assigned_late)}, which it assigns again later")
            return None
        gone = (found | names.deleted) - self._held
        staying = {name: digest for name, digest in digests.items() if name not in gone}
        changed = list(changed_in_place(staying, self._given))
        changed += [name for name in names.changed if is_code(self._namespace.get(name))]
        if changed:
            instead = _instead_of_changing(changed[0], self._namespace.get(changed[0]))
            self._say(f"it changes {listed(changed)} in place, which a hit would not do: {instead}")
            return None
        others = {name: value for name, value in self._given.items() if name not in found | names.deleted}
        same = {name: other for name in sorted(found) if (other := same_as(self._namespace[name], others)) is not None}
        variables = {name: self._namespace[name] for name in sorted(found) if name not in same}
        try:
            attempt.keeping.encode(variables, attempt.store.directory)
        except Exception:  # noqa: BLE001 - pickling runs code of the value's classes, which may raise anything
            refused = dict(not_kept(variables, lambda value: attempt.keeping.encode(value, attempt.store.directory)))
            for name in names.entered & refused.keys():  # such as a file, which is closed by now
                del variables[name], refused[name]
            if refused:
                self._say(self._refusal(refused))
                return None
        if lost := self._lost(variables, attempt):
            self._say(
                f"it assigns {listed(lost)}, and {next(iter(lost))} is of what there is only when the cell has run "
                f"({next(iter(lost.values()))}): make that in another cell"
            )
            return None
        deleted = sorted(name for name in names.deleted if name not in self._namespace)
        return {"variables": variables, "same": same, "deleted": deleted}

    def _lost(self, variables: dict[str, Any], attempt: Attempt) -> dict[str, Exception]:
        """Return the variables that cannot be read before the cell has run: of classes that it makes on the way."""
        made = (self._cell.stored | self._cell.late | variables.keys()) & self._namespace.keys()
        if not any(is_named(self._namespace[name], self._namespace) for name in made):
            return {}

        def there_and_back(value: object) -> None:
            encoded = attempt.keeping.encode(value, attempt.store.directory)
            with without(self._namespace, made):
                decode(encoded.format, encoded.version, encoded.body, encoded.buffers)

        return dict(not_kept(variables, there_and_back))

    def _refusal(self, refused: dict[str, Exception]) -> str:
        name, error = next(iter(refused.items()))
        kind = type(self._namespace[name])
        spelled = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        return (
            f"it assigns {listed(refused)}, and {name}, a {spelled}, cannot be stored ({error}); "
            f"assign it in another cell, or leave it out with --ignore {name}"
        )

    def _say(self, why: str) -> None:
        print(f"memo: this cell is not stored: {why}", file=sys.stderr)  # noqa: T201 - to who looks at the cell


def _instead_of_changing(name: str, value: Any) -> str:
    """Return what to write where a cell changes a variable in place."""
    if is_code(value):
        return "do that in another cell"
    if callable(getattr(value, "copy", None)):
        return f"change a copy, as in {name}2 = {name}.copy(), or make and change {name} in one cell"
    return f"make and change it in one cell, as in {name} = {type(value).__name__}(...)"


def finish(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run what has nothing to await."""
    __tracebackhide__ = True
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("a cell awaits something, and is not awaited itself")


async def pause_thread(seconds: float) -> None:
    """Wait where nothing can be awaited."""
    time.sleep(seconds)  # noqa: ASYNC251 - no loop runs this


pause_task = asyncio.sleep
