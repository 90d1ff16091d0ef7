"""A cell taken apart: what is run each time, what is kept, and a function that does what it does, to be hashed."""

from __future__ import annotations

import ast
import io
import linecache
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from itertools import groupby
from typing import Any, Final

from memo.notebook.hidden import code_in, is_setup, magics_in, text_names, unseen
from memo.notebook.names import FUNCTIONS, Names, bound_by, suppresses

_BLOCKS: Final = (ast.Try, ast.If)
#: What makes a class, or what passes for one in annotations.
_MAKING: Final = frozenset({
    "Enum", "Flag", "IntEnum", "IntFlag", "NamedTuple", "NewType", "ParamSpec", "StrEnum", "TypeAliasType", "TypeVar",
    "TypeVarTuple", "TypedDict", "make_dataclass", "namedtuple", "new_class",
})  # fmt: skip
#: Tokens behind which a semicolon may stand.
_NOT_SEEN: Final = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.DEDENT)


class UnfollowedError(Exception):
    """A cell does what no function can do; the text says what."""


@dataclass(frozen=True, slots=True)
class Part:
    """Statements of a cell that follow one another.

    Attributes:
        body: the statements.
        is_definition: whether they are imports and definitions, which are run on a hit, too.
        is_late: whether, on a hit, they need what the cell assigns.
    """

    body: list[ast.stmt]
    is_definition: bool
    is_late: bool = False


class Cell:
    """A cell's statements and what they do with variables.

    Args:
        tree: the cell as Python parsed it, with what IPython made of its magics.
        shown: the statements of it whose values are shown.

    Attributes:
        parts: the statements in order.
        names: what they read and assign.
        stored: the names that are kept: what is assigned by anything but imports and definitions.
        unsure: those that it may leave as they were.
        magics: the names of the magics in it.
        unseen: those that run other code.
        catches: whether it goes on after some exception.
        late: what is bound by definitions that need what the cell assigns.
        assigned_late: names that a definition was given and that the cell assigns again.
    """

    def __init__(self, tree: ast.Module, shown: Sequence[ast.stmt] = ()) -> None:
        self._shown = shown
        self._statements = list(_with_hidden(tree.body))
        self.names = Names(self._statements)
        self.names.read.update(dict.fromkeys(text_names(tree)))
        others = [each for each in self._statements if not is_definition(each)]
        found = Names(others)
        self.stored = frozenset(found.assigned)
        self.unsure = self.stored - self.names.certain
        self.magics = {name for each in self._statements for name in magics_in(each)}
        self.unseen = unseen(part for part in ast.walk(tree) if isinstance(part, ast.stmt))
        self.catches = any(isinstance(part, ast.ExceptHandler) or suppresses(part) for part in ast.walk(tree))
        self.late: set[str] = set()
        self.assigned_late: tuple[str, ...] = ()
        self.parts = self._parts(tree.body)

    def _parts(self, body: list[ast.stmt]) -> list[Part]:
        marked: list[tuple[tuple[bool, bool], ast.stmt]] = []
        late: dict[str, None] = {}
        for place, statement in enumerate(body):
            if not is_definition(statement):
                marked.append(((False, False), statement))
                continue
            wanted = Names([statement]).read.keys() & (self.stored | self.late)
            if wanted:
                self.late |= _bound_in(statement)
                after = Names([each for each in body[place + 1 :] if not is_definition(each)])
                late.update(dict.fromkeys(sorted(wanted & after.assigned)))
            marked.append(((True, bool(wanted)), statement))
        self.assigned_late = tuple(late)
        return [
            Part([statement for _, statement in group], *kind)
            for kind, group in groupby(marked, key=lambda pair: pair[0])
        ]

    def function(self, name: str, parameters: Iterable[str], namespace: dict[str, Any]) -> Any:
        """Return a function that does what the cell does, with these variables for parameters; never to be called.

        Raises:
            UnfollowedError: there can be none.
        """
        kind = ast.AsyncFunctionDef if any(map(awaits, self._statements)) else ast.FunctionDef
        arguments = ast.arguments([], [ast.arg(each) for each in parameters], None, [], [], None, [])
        body = [self._in_function(each) for each in self._statements if not _only_outside(each)] or [ast.Pass()]
        made: Any = kind(name, arguments, body, [])
        made.type_params = []
        try:
            text = ast.unparse(ast.fix_missing_locations(ast.Module([made], []))) + "\n"
            filename = f"<memo cell {blake2s(text.encode(errors='surrogatepass'), digest_size=8).hexdigest()}>"
            code = compile(text, filename, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError) as error:
            raise UnfollowedError(str(error)) from error
        linecache.cache[filename] = len(text), None, text.splitlines(keepends=True), filename
        found: dict[str, Any] = {}
        exec(code, namespace, found)  # noqa: S102 - a definition alone
        return found[name]

    def _in_function(self, statement: ast.stmt) -> ast.stmt:
        """Return a statement as the function has it: a value that is shown counts, as an item of what it yields.

        A cell yields nothing itself, so no other cell is told by this.
        """
        if isinstance(statement, ast.Expr) and statement in self._shown:
            return ast.Expr(ast.Yield(statement.value))
        return statement


def is_definition(statement: ast.stmt) -> bool:
    """Say whether a statement imports or defines something, and so is run each time and not stored."""
    if isinstance(statement, (ast.Import, ast.ImportFrom, ast.ClassDef, ast.Global, *FUNCTIONS)):
        return True
    if type(statement).__name__ == "TypeAlias" or is_setup(statement):
        return True
    if isinstance(statement, ast.Assign):
        return _defines(statement.value) and all(isinstance(each, ast.Name) for each in statement.targets)
    if isinstance(statement, _BLOCKS):  # an import where there is one or another
        inner = [each for each in ast.walk(statement) if isinstance(each, ast.stmt) and not isinstance(each, _BLOCKS)]
        return any(map(is_definition, inner)) and all(
            is_definition(each) or _is_plain(each) for each in _leaves(statement)
        )
    return False


def _defines(value: ast.expr) -> bool:
    """Say whether an expression is a function, or makes a class: what is stored names it, and has to find it there."""
    if not isinstance(value, ast.Call):
        return isinstance(value, ast.Lambda)
    name = getattr(value.func, "attr", getattr(value.func, "id", None))
    return name in _MAKING or (name == "type" and len(value.args) > 1)


def _bound_in(statement: ast.stmt) -> set[str]:
    """Return what a definition binds, in whichever of its blocks."""
    return {name for leaf in _leaves(statement) for name in bound_by(leaf) | Names([leaf]).assigned}


def _leaves(statement: Any) -> Iterator[ast.stmt]:
    """Yield the statements in a block of blocks."""
    if not isinstance(statement, _BLOCKS):
        yield statement
        return
    handlers = [each.body for each in getattr(statement, "handlers", [])]
    for body in (statement.body, statement.orelse, getattr(statement, "finalbody", []), *handlers):
        for each in body:
            yield from _leaves(each)


def _is_plain(statement: ast.stmt) -> bool:
    """Say whether a statement does nothing but give a name a constant, as to what could not be imported."""
    if isinstance(statement, ast.Assign):
        return isinstance(statement.value, ast.Constant) and all(
            isinstance(each, ast.Name) for each in statement.targets
        )
    return isinstance(statement, ast.Pass | ast.Raise)


def _with_hidden(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements, and behind a magic that runs code the statements of that."""
    for statement in body:
        yield statement
        yield from code_in(statement)


def _only_outside(statement: ast.stmt) -> bool:
    """Say whether a statement may not be in a function."""
    if isinstance(statement, ast.ImportFrom):
        return statement.module == "__future__" or any(alias.name == "*" for alias in statement.names)
    return isinstance(statement, ast.Global)


def awaits(statement: ast.stmt) -> bool:
    """Say whether a statement awaits something itself."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith) or getattr(node, "is_async", False):
            return True
        if not isinstance(node, (*FUNCTIONS, ast.Lambda, ast.GeneratorExp)):
            stack += ast.iter_child_nodes(node)
    return False


def shown_in(tree: ast.Module, interactivity: str) -> list[ast.stmt]:
    """Return the statements whose values IPython shows, to which *interactivity* may add what is assigned last."""
    if interactivity == "last_expr_or_assign":
        tree.body += _values_assigned(tree.body[-1:])
    some = tree.body if interactivity == "all" else [] if interactivity == "none" else tree.body[-1:]
    return [each for each in some if isinstance(each, ast.Expr)]


def _values_assigned(last: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in last:
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        is_assignment = isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign)
        if is_assignment and len(targets) == 1 and isinstance(targets[0], ast.Name):
            value = ast.copy_location(ast.Name(targets[0].id, ast.Load()), statement)
            yield ast.copy_location(ast.Expr(value), statement)


def is_silenced(body: str) -> bool:
    """Say whether a cell ends with a semicolon, by which IPython does not show its value."""
    tokens = tokenize.generate_tokens(io.StringIO(body).readline)
    try:
        texts = [each.string for each in tokens if each.type not in _NOT_SEEN]
    except (tokenize.TokenError, SyntaxError):  # it is no Python, but has magics
        return body.rstrip().endswith(";")
    return texts[-1:] == [";"]
