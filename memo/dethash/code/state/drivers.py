"""What functions that modules call while they are imported fill, and with which of their statements."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import NamedTuple

from memo.dethash.code.bindings import Found, follow, look_in_function
from memo.dethash.code.functions import analyse
from memo.dethash.code.given import unwrapped
from memo.dethash.code.party import is_first_party
from memo.dethash.code.source.definitions import find_definition
from memo.dethash.code.source.memory import CodeMemory
from memo.dethash.code.state.changes import rebinds_of
from memo.dethash.code.state.first_values import Statements
from memo.dethash.code.syntax.names import Uses, own_names, uses_of_statement
from memo.dethash.code.syntax.statements import headers_of
from memo.dethash.node import CONTENT, Place

Nodes = tuple[ast.AST, ...]
#: A function and the class whose method it is, with its bases.
Called = tuple[FunctionType, tuple[type, ...]]
_MAKERS = ("__init__", "__new__", "__post_init__")
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


#: What a function does; ``None``: it depends on what the function is given.
Filling = Statements | None


class _Statement(NamedTuple):
    """A statement of a function, or a part of one."""

    nodes: Nodes
    uses: Uses
    #: It reads what only this call of the function has.
    is_local: bool


def called_by(found: Found) -> Iterator[Called]:
    """Iterate over the functions that a call of what was found runs, with the classes whose methods they are."""
    value = found.value
    cls: tuple[type, ...] = ()
    if isinstance(value, type) and len(found.rest) <= 1:
        cls = value.__mro__
        names = found.rest or _MAKERS
        held = [next((vars(base)[name] for base in cls if name in vars(base)), None) for name in names]
    else:
        held = [] if found.rest else [value]
    functions = list(map(unwrapped, held))
    yield from ((function, cls) for function in functions if type(function) is FunctionType)


class Drivers:
    """Says what functions fill; what tracked ones do is their own state.

    Args:
        is_tracked: says of a function whether it is among the code that counts anyway.
    """

    def __init__(self, is_tracked: Callable[[FunctionType], bool]) -> None:
        self._is_tracked = is_tracked
        self._direct: dict[Called, list[tuple[Place, Filling]]] = {}
        self._calls: dict[FunctionType, list[Called]] = {}

    def fillings_of(self, called: Called, *, is_deep: bool) -> list[tuple[Place, Filling]]:
        """Return what a function, and where *is_deep* each that it calls, does to variables and containers."""
        found: list[tuple[Place, Filling]] = []
        pending, met = [called], {called}
        while pending:
            each = pending.pop()
            if each not in self._direct:
                counts = is_first_party(each[0]) and not self._is_tracked(each[0])
                self._direct[each] = list(_fillings(*each)) if counts else []
                self._calls[each[0]] = list(_calls(each[0])) if counts else []
            found += self._direct[each]
            fresh = [other for other in self._calls[each[0]] if other not in met] if is_deep else []
            pending += fresh
            met.update(fresh)
        return found


def _calls(function: FunctionType) -> Iterator[Called]:
    look = look_in_function(function)
    for chain in analyse(function).uses.calls:
        found = follow(chain, look, function.__globals__)
        yield from called_by(found) if found is not None else ()


def _fillings(function: FunctionType, cls: tuple[type, ...]) -> Iterator[tuple[Place, Filling]]:
    for place in set(_filled_by(function, cls)):
        yield from ((place, filling) for filling in _statements_filling(function, place))


def _filled_by(function: FunctionType, cls: tuple[type, ...]) -> Iterator[Place]:
    uses = analyse(function).uses
    yield from _rebinds(function, uses)
    filled = uses.filled_attributes | uses.filled_in_class | uses.filled_by_another_name
    yield from ((id(vars(base)[name]), CONTENT) for base in cls for name in filled & vars(base).keys())


def _rebinds(function: FunctionType, uses: Uses) -> frozenset[Place]:
    # To empty it, as what counts runs does in between, puts nothing there.
    uses = uses._replace(fills=frozenset(fill for fill in uses.fills if fill.how != "clear"))
    return rebinds_of(uses, look_in_function(function), function.__globals__)


def _statements_filling(function: FunctionType, place: Place) -> Iterator[Filling]:
    uses = analyse(function).uses
    otherwise = uses._replace(stores=frozenset(), fills=frozenset(fill for fill in uses.fills if fill.by_another_name))
    statements = [each for each in _statements_of(function) if place in _rebinds(function, each.uses)]
    is_exact = statements and not any(each.is_local for each in statements)
    if not is_exact or place in _rebinds(function, otherwise):
        yield None
    else:
        yield from (Statements(each.nodes, function.__globals__) for each in statements)


_statements: CodeMemory[list[_Statement]] = CodeMemory()


def _statements_of(function: FunctionType) -> list[_Statement]:
    return _statements.get(function.__code__, lambda: list(_statements_in(function)))


def _statements_in(function: FunctionType) -> Iterator[_Statement]:
    definition = find_definition(function)
    if definition is None or isinstance(definition.node, ast.Lambda):
        return
    own = own_names(definition.node) | {*function.__code__.co_freevars}
    stack: list[tuple[ast.stmt, Nodes]] = [(each, ()) for each in reversed(definition.node.body)]
    while stack:
        node, around = stack.pop()
        inner = [] if isinstance(node, _INNER) else _blocks(node)
        if inner:
            stack += [(each, (*around, *headers_of(node))) for each in reversed(inner)]
            continue
        nodes = (*around, node)
        read = {chain.root for each in nodes for chain in uses_of_statement(each).reads}
        is_local = isinstance(node, _INNER) or not own.isdisjoint(name for name in read if isinstance(name, str))
        yield _Statement(nodes, uses_of_statement(node), is_local)


def _blocks(node: ast.stmt) -> list[ast.stmt]:
    """Return the statements in a compound statement, those of its handlers and cases included."""
    found: list[ast.stmt] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            found.append(child)
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            found += child.body
    return found
