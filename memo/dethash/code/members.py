"""Functions that may look at the attributes of a class in their order: for them the order of its body counts."""

from __future__ import annotations

import ast
from functools import partial
from types import FunctionType

from memo.dethash.code.bytecode import names_in_bytecode
from memo.dethash.code.definitions import find_definition
from memo.dethash.code.memory import CodeMemory

_looking: CodeMemory[bool] = CodeMemory()


def looks_at_members(function: FunctionType) -> bool:
    """Say whether *function* may look at the attributes of a class in their order: ``dir`` sorts them."""
    return _looking.get(function.__code__, partial(_looks, function))


def _looks(function: FunctionType) -> bool:
    definition = find_definition(function)
    if definition is None:
        return not {"vars", "__dict__"}.isdisjoint(names_in_bytecode(function.__code__))
    node = definition.node
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    elsewhere = {id(call.func) for call in calls if not call.args or _is_self(call.args[0])}
    return any(_is_namespace(part) and id(part) not in elsewhere for part in ast.walk(node))


def _is_namespace(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "__dict__" and not _is_self(node.value)
    return isinstance(node, ast.Name) and node.id == "vars"


def _is_self(node: ast.AST) -> bool:
    """Say whether a name is an instance's, by custom: its namespace is not a class's."""
    return isinstance(node, ast.Name) and node.id == "self"
