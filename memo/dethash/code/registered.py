"""Code of the user's own that modules, while they are imported, register with installed packages under a name.

Code that mentions the name may reach it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from memo.dethash.code.functions import analyse
from memo.dethash.code.party import party_of
from memo.dethash.code.source.texts import namespaces, text_of_module
from memo.dethash.code.state.first_values import Statements
from memo.dethash.code.syntax.expressions import Dotted, dotted_of
from memo.dethash.code.syntax.statements import statements_of
from memo.dethash.node import CodeNode

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Registered(NamedTuple):
    """What is registered."""

    #: The names or texts by which it may be found there.
    names: frozenset[str]
    #: What is called for that.
    holder: Dotted
    nodes: tuple[ast.AST, ...]


def registered_elsewhere(functions: list[FunctionType], known: dict[int, CodeNode]) -> dict[int, CodeNode]:
    """Return what modules have registered with installed packages under a name that one of *functions* mentions.

    Args:
        functions: the functions.
        known: what was found before.
    """
    mentioned = frozenset[str]().union(*(analyse(each).names | analyse(each).texts for each in functions))
    found = {
        id(each.nodes): Statements(each.nodes, namespace).as_code()
        for namespace in namespaces()
        for each in _registered_by(namespace)
        if not mentioned.isdisjoint(each.names) and id(each.nodes) not in known and _is_foreign(each.holder, namespace)
    }
    return {number: code for number, code in found.items() if code is not None}


def _is_foreign(dotted: Dotted, namespace: dict[str, Any]) -> bool:
    held = namespace.get(dotted[0])
    for name in dotted[1:]:
        if isinstance(held, ModuleType | type):
            held = getattr(held, name, None)
    held = held if isinstance(held, ModuleType | type | FunctionType) else type(held)
    return party_of(held).kind in ("third", "standard")


def _registered_by(namespace: dict[str, Any]) -> list[Registered]:
    text = text_of_module(namespace)
    return _registered_in(text) if "register" in text.lower() else []


@lru_cache(maxsize=4096)
def _registered_in(text: str) -> list[Registered]:
    """Return what the statements of a module outside of functions register."""
    found: list[Registered] = []
    stack: list[ast.AST] = list(statements_of(text))
    while stack:
        node = stack.pop()
        found += _registered(node)
        if not isinstance(node, (*_FUNCTIONS, ast.expr)):
            stack += ast.iter_child_nodes(node)
    return found


def _registered(node: ast.AST) -> Iterator[Registered]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _registers(node.value.func):
        yield Registered(_texts_of(node.value), dotted_of(node.value.func) or (), (node,))
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if _registers(called):
                names = _texts_of(decorator) if isinstance(decorator, ast.Call) else frozenset[str]()
                nodes = (decorator, ast.Name(node.name, ast.Load()))
                yield Registered(names or frozenset({node.name}), dotted_of(called) or (), nodes)


def _registers(called: ast.expr) -> bool:
    return "register" in (dotted_of(called) or ("",))[-1].lower()


def _texts_of(call: ast.Call) -> frozenset[str]:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return frozenset(each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str))
