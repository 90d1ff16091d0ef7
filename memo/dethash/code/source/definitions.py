"""The syntax tree of a running function: the one that compiles to just this code."""

from __future__ import annotations
import __future__

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from memo.dethash.code.source.marimo import as_module, plain_name, plain_names
from memo.dethash.code.source.memory import CodeMemory
from memo.dethash.code.source.parsing import parse
from memo.dethash.code.source.texts import filename_of, read_again, texts

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Position = tuple[int, int]

_FUTURE = 0
for _name in __future__.all_feature_names:
    _FUTURE |= getattr(__future__, _name).compiler_flag
#: ``types.coroutine`` sets it on code that has been compiled.
_ITERABLE_COROUTINE = 0x100
#: The code stands in a function.
_NESTED = 0x10


class Definition(NamedTuple):
    """A function's node and the text that it is in; the class that it is defined in, the function around it, if any."""

    node: FunctionNode
    text: str
    owner: str | None
    outer: Definition | None = None


class ClassDefinition(NamedTuple):
    """A class's node, the text that it is in, and its qualified name."""

    node: ast.ClassDef
    text: str
    qualname: str


class Index(NamedTuple):
    """What one text defines, by qualified name."""

    functions: dict[str, list[tuple[CodeType, Definition]]]
    classes: dict[str, list[ClassDefinition]]
    tree: ast.Module


def find_definition(function: FunctionType) -> Definition | None:
    """Return the definition of *function*; ``None`` if no text compiles to its code."""
    return _definitions_found.get(function.__code__, lambda: _find(function.__code__, function.__globals__))


_definitions_found: CodeMemory[Definition | None] = CodeMemory()


def _find(code: CodeType, namespace: dict[str, Any]) -> Definition | None:
    filename = filename_of(code)
    known = list(texts(filename, namespace))
    found = _find_in(known, code)
    if found is None:
        read_again(filename, namespace)  # or another thread has done so meanwhile
        found = _find_in(texts(filename, namespace)[len(known) :], code)
    return found


def _find_in(known: list[str], code: CodeType) -> Definition | None:
    hows = ("whole", "apart", "rewritten") if "_pytest.assertion.rewrite" in sys.modules else ("whole", "apart")
    for text in reversed(known):
        for how in hows:
            found = _choose(index_of(text, code.co_filename, code.co_flags & _FUTURE, how), code)
            if found is not None:
                return found
    return None


def _choose(index: Index, code: CodeType) -> Definition | None:
    from memo.dethash.code.syntax.forms import function_form

    alike = [entry for entry in index.functions.get(plain_name(code.co_qualname), ()) if same_code(entry[0], code)]
    for narrower in (
        [entry for entry in alike if entry[0].co_firstlineno == code.co_firstlineno],
        [entry for entry in alike if list(entry[0].co_positions()) == list(code.co_positions())],
    ):
        alike = narrower or alike
    if len({function_form(definition.node) for _, definition in alike}) > 1:
        return None
    return alike[0][1] if alike else None


def same_code(one: CodeType, other: CodeType) -> bool:
    """Say whether two code objects do the same: positions aside, constants with their types."""
    return (
        one.co_code == other.co_code
        and plain_names(one.co_names) == plain_names(other.co_names)
        and one.co_varnames == other.co_varnames
        and one.co_freevars == other.co_freevars
        and one.co_cellvars == other.co_cellvars
        and plain_name(one.co_name) == plain_name(other.co_name)
        and one.co_exceptiontable == other.co_exceptiontable
        and (one.co_argcount, one.co_posonlyargcount, one.co_kwonlyargcount)
        == (other.co_argcount, other.co_posonlyargcount, other.co_kwonlyargcount)
        and (one.co_flags ^ other.co_flags) & ~(_ITERABLE_COROUTINE | _NESTED) == 0
        and _same_constants(one.co_consts, other.co_consts)
    )


def _same_constants(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, CodeType):
        return same_code(one, other)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same_constants, one, other))
    return (
        repr(sorted(map(repr, one))) == repr(sorted(map(repr, other)))
        if isinstance(one, frozenset)
        else repr(one) == repr(other)
    )


@lru_cache(maxsize=4096)
def index_of(text: str, filename: str, flags: int, how: str = "whole") -> Index:
    """Return what *text* defines.

    Args:
        text: the source of a module or of a cell.
        filename: its name.
        flags: the ``__future__`` features that the code was compiled with.
        how: compile it as a whole; each statement ``apart``, as IPython does, where a method of what another statement
            imports is called in other ways; or ``rewritten``, as pytest does with asserts.
    """
    functions: dict[str, list[tuple[CodeType, Definition]]] = defaultdict(list)
    classes: dict[str, list[ClassDefinition]] = defaultdict(list)
    index = Index(functions, classes, ast.Module([], []))
    allow_await = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        tree = parse(text, filename, flags=flags | allow_await)
        if "import marimo" in text:
            tree = as_module(tree)
        to_compile = tree
        if how == "rewritten":
            to_compile = parse(text, filename, flags=flags | allow_await)
            sys.modules["_pytest.assertion.rewrite"].rewrite_asserts(to_compile, text.encode())
        units = [ast.Module([each], []) for each in tree.body] if how == "apart" else [to_compile]
        compiled = [compile(unit, filename, "exec", flags | allow_await, dont_inherit=True) for unit in units]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return index
    index = index._replace(tree=tree)
    nodes: dict[tuple[str, int], list[Definition | ClassDefinition]] = defaultdict(list)
    for definition in _definitions(tree, text):
        node = definition.node
        name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
        nodes[name, _first_line(node)].append(definition)
        if isinstance(definition, ClassDefinition):
            classes[definition.qualname].append(definition)
    for code in chain.from_iterable(map(_nested_code, compiled)):
        found = _node_of(code, nodes.get((code.co_name, code.co_firstlineno), ()))
        if found is not None:
            functions[code.co_qualname].append((code, found))
    return index


def _definitions(tree: ast.AST, text: str) -> Iterator[Definition | ClassDefinition]:
    stack: list[tuple[ast.AST, str | None, Definition | None, str]] = [(tree, None, None, "")]
    while stack:
        node, owner, outer, prefix = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            outer = Definition(node, text, owner, outer)
            yield outer
            name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
            prefix += f"{name}.<locals>."
        elif isinstance(node, ast.ClassDef):
            yield ClassDefinition(node, text, prefix + node.name)
            owner = node.name
            prefix += f"{node.name}."
        stack += ((child, owner, outer, prefix) for child in ast.iter_child_nodes(node))


def _first_line(node: FunctionNode | ast.ClassDef) -> int:
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _nested_code(code: CodeType) -> Iterator[CodeType]:
    stack = [code]
    while stack:
        for constant in stack.pop().co_consts:
            if isinstance(constant, CodeType):
                yield constant
                stack.append(constant)


def _node_of(code: CodeType, candidates: Any) -> Definition | None:
    """Return the candidate that *code* was compiled from: the innermost whose body has all of its positions."""
    functions = [candidate for candidate in candidates if isinstance(candidate, Definition)]
    if len(functions) <= 1:
        return functions[0] if functions else None
    spans = [
        ((line, column), (end_line, end_column))
        for line, end_line, column, end_column in code.co_positions()
        if line is not None
        and end_line is not None
        and column is not None
        and end_column
        and (end_line, end_column) > (line, column)
    ]
    if not spans:  # a body that is a constant has no position on Python 3.12
        return next((candidate for candidate in functions if _compiles_to(candidate.node, code)), None)
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    around = []
    for candidate in functions:
        body = candidate.node.body if isinstance(candidate.node, ast.Lambda) else candidate.node
        start, end = (body.lineno, body.col_offset), (body.end_lineno or 0, body.end_col_offset or 0)
        if start <= first and last <= end:
            around.append((start, candidate))
    return max(around, key=lambda found: found[0])[1] if around else None


def _compiles_to(node: FunctionNode, code: CodeType) -> bool:
    if not isinstance(node, ast.Lambda):
        return False
    flags = code.co_flags & _FUTURE
    outer = compile(ast.Expression(node), code.co_filename, "eval", flags, dont_inherit=True)
    return any(same_code(inner, code) for inner in outer.co_consts if isinstance(inner, CodeType))
