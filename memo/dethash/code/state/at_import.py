"""What modules put into a variable while they are imported, apart from where it is set up: through a function, say.

An option that a decorator registers is as good as one that is written where the registry is made.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from types import FunctionType
from typing import Any, NamedTuple

from memo.dethash.code.bindings import Found, follow, look_in_globals
from memo.dethash.code.source.texts import namespaces, text_of_module
from memo.dethash.code.state.changes import is_filled
from memo.dethash.code.state.containers import CONTAINERS
from memo.dethash.code.state.drivers import Drivers, called_by
from memo.dethash.code.state.first_values import Statements
from memo.dethash.code.syntax.expressions import Dotted, dotted_of, pairs_of, without_subscripts
from memo.dethash.code.syntax.names import Chain, Handed
from memo.dethash.code.syntax.scan import filled_by
from memo.dethash.code.syntax.statements import headers_of, statements_of, targets_of
from memo.dethash.node import CONTENT, Place


def done_at_import(
    is_tracked: Callable[[FunctionType], bool], *, is_deep: bool = True
) -> dict[Place, list[Statements]]:
    """Return what modules do to each variable and container; what tracked functions do is their own state.

    Args:
        is_tracked: says of a function whether it is tracked.
        is_deep: look into the functions that are called by those which modules call.
    """
    done: dict[Place, list[Statements]] = defaultdict(list)
    drivers = Drivers(is_tracked)
    for namespace in namespaces():
        for seen in _seen_in(namespace):
            found = follow(Chain(seen.name[0], seen.name[1:]), partial(look_in_globals, namespace=namespace), namespace)
            if found is None:
                continue
            if seen.is_assigned:
                done[_place_of(found)].append(Statements(seen.nodes, namespace))
            elif seen.fills(namespace) and not found.rest and type(found.value) in CONTAINERS:
                done[id(found.value), CONTENT].append(Statements(seen.nodes, namespace))
            for called in called_by(found) if seen.is_call else ():
                for place, filling in drivers.fillings_of(called, is_deep=is_deep and not seen.is_of_program):
                    done[place].append(filling or Statements(seen.nodes, namespace))
    return done


def _place_of(found: Found) -> Place:
    """Return the place of an attribute of a class or module; of others the value or the set-up counts."""
    if isinstance(found.value, type) and len(found.rest) == 1:
        return id(found.value), found.rest[0]
    variable = None if found.rest else found.variable
    is_one = variable is not None and (isinstance(variable.holder, type) or len(found.trail) > 1)
    return variable.place if variable is not None and is_one else (0, "")


class _Seen(NamedTuple):
    """A name that a statement calls, or may fill, and what says so."""

    name: Dotted
    nodes: tuple[ast.AST, ...]
    is_call: bool
    #: The function to which it is handed, and the parameter's place or name.
    handed: tuple[Dotted, int | str] | None = None
    #: It is an attribute that is given another value.
    is_assigned: bool = False

    @property
    def is_of_program(self) -> bool:
        """It stands under ``if __name__ == "__main__"``: there a program begins, whose functions call the steps."""
        return any(isinstance(node, ast.Compare) and dotted_of(node.left) == ("__name__",) for node in self.nodes)

    def fills(self, namespace: dict[str, Any]) -> bool:
        """Say whether what it names is filled, if it is a container."""
        if self.handed is None:
            return not self.is_call
        (name, *attributes), parameter = self.handed
        handed = Handed(Chain(name, tuple(attributes)), parameter, self.name)
        return is_filled(handed, partial(look_in_globals, namespace=namespace), namespace)


def _seen_in(namespace: dict[str, Any]) -> list[_Seen]:
    return [each for each in _seen(text_of_module(namespace)) if each.name[0] in namespace]


@lru_cache(maxsize=4096)
def _seen(text: str) -> list[_Seen]:
    """Return what the statements of a module outside of functions call and fill."""
    return list(_look(statements_of(text)))


def _look(body: list[ast.stmt]) -> Iterator[_Seen]:
    stack: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(node, ()) for node in reversed(body)]
    while stack:
        node, around = stack.pop()
        yield from (_Seen(name, (*around, *nodes), is_call=True) for name, nodes in _called(node))
        if isinstance(node, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        yield from (_Seen(name, (*around, node), is_call=False) for name in _filled(node))
        yield from (_Seen(name, (*around, node), is_call=False, is_assigned=True) for name in _assigned(node))
        if isinstance(node, ast.Call):
            yield from (_Seen(name, (*around, node), False, handed) for name, handed in _handed(node))
        inside = (*around, *headers_of(node))
        children = node.body if isinstance(node, ast.ClassDef) else list(ast.iter_child_nodes(node))
        stack += [(child, inside) for child in reversed(children)]


def _assigned(node: ast.AST) -> Iterator[Dotted]:
    """Iterate over the attributes that a statement gives another value."""
    pairs = pairs_of(node) if isinstance(node, ast.Assign) else []
    targets = [*(target for target, _ in pairs), *([node.target] if isinstance(node, ast.AugAssign) else [])]
    for target in targets:
        dotted = dotted_of(target)
        if dotted is not None and len(dotted) > 1:
            yield dotted


def _filled(node: ast.AST) -> set[Dotted]:
    """Return the names that are filled: by subscript, by a method, or by a function that is known to do so."""
    if isinstance(node, ast.Call):
        filled = filled_by(node)
        dotted = None if filled is None else dotted_of(without_subscripts(filled[0]))
        return set() if dotted is None else {dotted}
    if isinstance(node, ast.Assign) and not any(isinstance(target, ast.Subscript) for target in node.targets):
        return set()
    names = targets_of(node) if isinstance(node, ast.AugAssign | ast.Assign) else set()
    return {tuple(name.split(".")) for name in names}


def _handed(call: ast.Call) -> Iterator[tuple[Dotted, tuple[Dotted, int | str]]]:
    """Iterate over what is handed to a function, which may fill it, with the function and the parameter."""
    function = dotted_of(call.func)
    given = [*enumerate(call.args), *((keyword.arg, keyword.value) for keyword in call.keywords)]
    for parameter, value in given:
        name = dotted_of(value)
        if function is not None and name is not None and parameter is not None:
            yield name, (function, parameter)


def _called(node: ast.AST) -> Iterator[tuple[Dotted, tuple[ast.AST, ...]]]:
    if isinstance(node, ast.Call):
        called = dotted_of(node.func)
        if called is not None:
            yield called, (node,)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for decorator in node.decorator_list:
            called = dotted_of(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if called is not None:
                yield called, (decorator, ast.Constant(node.name))
