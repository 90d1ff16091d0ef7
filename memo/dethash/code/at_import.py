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

from memo.dethash.code.bindings import CONTAINERS, Found, follow, look_in_function, look_in_globals
from memo.dethash.code.expressions import Dotted, dotted_of, pairs_of, without_subscripts
from memo.dethash.code.filling import is_filled, rebinds_of
from memo.dethash.code.functions import analyse
from memo.dethash.code.names import Chain, Handed
from memo.dethash.code.party import is_first_party
from memo.dethash.code.scopes import FILLERS, MUTATORS
from memo.dethash.code.source import namespaces, texts
from memo.dethash.code.statements import headers_of, statements_of, targets_of
from memo.dethash.node import CONTENT

Place = tuple[int, str]
_MAKERS = ("__init__", "__new__", "__post_init__")


class Done(NamedTuple):
    """What a module does while it is imported, with the expressions that it depends on, and the module's globals."""

    nodes: tuple[ast.AST, ...]
    namespace: dict[str, Any]


def done_at_import(is_tracked: Callable[[FunctionType], bool]) -> dict[Place, list[Done]]:
    """Return what modules do to each variable and container; what tracked functions do is their own state."""
    done: dict[Place, list[Done]] = defaultdict(list)
    filled: dict[tuple[FunctionType, tuple[type, ...]], frozenset[Place]] = {}
    for namespace in namespaces():
        for seen in _seen_in(namespace):
            found = follow(Chain(seen.name[0], seen.name[1:]), partial(look_in_globals, namespace=namespace), namespace)
            if found is None:
                continue
            if seen.is_assigned:
                done[_place_of(found)].append(Done(seen.nodes, namespace))
            elif seen.fills(namespace) and not found.rest and type(found.value) in CONTAINERS:
                done[id(found.value), CONTENT].append(Done(seen.nodes, namespace))
            for function, cls in _functions(found) if seen.is_call else ():
                if (function, cls) not in filled:
                    counts = is_first_party(function) and not is_tracked(function)
                    filled[function, cls] = frozenset(_filled_by(function, cls)) if counts else frozenset()
                for place in filled[function, cls]:
                    done[place].append(Done(seen.nodes, namespace))
    return done


def _filled_by(function: FunctionType, cls: tuple[type, ...]) -> Iterator[Place]:
    uses = analyse(function).uses
    # To empty it, as what counts runs does in between, puts nothing there.
    uses = uses._replace(fills=frozenset(fill for fill in uses.fills if fill.how != "clear"))
    yield from rebinds_of(uses, look_in_function(function), function.__globals__)
    filled = uses.filled_attributes | uses.filled_in_class | uses.filled_by_another_name
    yield from ((id(vars(base)[name]), CONTENT) for base in cls for name in filled & vars(base).keys())


def _place_of(found: Found) -> Place:
    """Return the place of an attribute of a class or module; of others the value or the set-up counts."""
    if isinstance(found.value, type) and len(found.rest) == 1:
        return id(found.value), found.rest[0]
    variable = None if found.rest else found.variable
    is_one = variable is not None and (isinstance(variable.holder, type) or len(found.trail) > 1)
    return variable.place if variable is not None and is_one else (0, "")


def _functions(found: Found) -> Iterator[tuple[FunctionType, tuple[type, ...]]]:
    """Iterate over the functions that a call of what was found runs, with the classes whose methods they are."""
    value = found.value
    cls: tuple[type, ...] = ()
    if isinstance(value, type) and len(found.rest) <= 1:
        cls = value.__mro__
        names = found.rest or _MAKERS
        held = [next((vars(base)[name] for base in cls if name in vars(base)), None) for name in names]
    else:
        held = [] if found.rest else [value]
    functions = [each.__func__ if isinstance(each, staticmethod | classmethod) else each for each in held]
    yield from ((function, cls) for function in functions if type(function) is FunctionType)


class _Seen(NamedTuple):
    """A name that a statement calls, or may fill, and what says so."""

    name: Dotted
    nodes: tuple[ast.AST, ...]
    is_call: bool
    #: The function to which it is handed, and the parameter's place or name.
    handed: tuple[Dotted, int | str] | None = None
    #: It is an attribute that is given another value.
    is_assigned: bool = False

    def fills(self, namespace: dict[str, Any]) -> bool:
        """Say whether what it names is filled, if it is a container."""
        if self.handed is None:
            return not self.is_call
        (name, *attributes), parameter = self.handed
        handed = Handed(Chain(name, tuple(attributes)), parameter, self.name)
        return is_filled(handed, partial(look_in_globals, namespace=namespace), namespace)


def _seen_in(namespace: dict[str, Any]) -> list[_Seen]:
    file = namespace.get("__file__")
    known = texts(file, namespace) if isinstance(file, str) else []
    found = _seen(known[-1]) if known else []
    return [each for each in found if each.name[0] in namespace]


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
        called = dotted_of(node.func)
        if isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            filled = dotted_of(without_subscripts(node.func.value))
        elif called is not None and called[-1] in FILLERS and node.args:
            filled = dotted_of(without_subscripts(node.args[0]))
        else:
            filled = None
        return set() if filled is None else {filled}
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
