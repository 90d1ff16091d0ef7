"""A function as a value: what it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial
from types import CodeType, FunctionType
from typing import NamedTuple

from memo.dethash.attribute import attribute
from memo.dethash.code.annotations import hints_of
from memo.dethash.code.attached import put_into_classes
from memo.dethash.code.bindings import bindings_of, cell_value, look_in_function
from memo.dethash.code.named import named, named_object, party_name
from memo.dethash.code.party import party_of
from memo.dethash.code.reading import ANNOTATIONS, DOC, SUBCLASSES, is_read
from memo.dethash.code.source.definitions import find_definition
from memo.dethash.code.source.marimo import plain_name
from memo.dethash.code.source.memory import CodeMemory
from memo.dethash.code.state.changes import rebinds_of
from memo.dethash.code.state.containers import CONTAINERS
from memo.dethash.code.state.first_values import first_value
from memo.dethash.code.syntax.bytecode import bytecode_form, bytecode_uses, names_in_bytecode, nested
from memo.dethash.code.syntax.expressions import dotted_of
from memo.dethash.code.syntax.forms import function_form
from memo.dethash.code.syntax.names import Uses, names_in, uses_of
from memo.dethash.node import Binding, CodeNode, Node, Place, Variable

#: Names by which code reads documentation, annotations or what derives from a class.
_READERS = {
    "__doc__": DOC, "getdoc": DOC, "getsource": DOC,
    "__annotations__": ANNOTATIONS, "__annotate__": ANNOTATIONS, "get_annotations": ANNOTATIONS,
    "get_type_hints": ANNOTATIONS, "signature": ANNOTATIONS, "getfullargspec": ANNOTATIONS,
    "__orig_bases__": ANNOTATIONS, "get_original_bases": ANNOTATIONS, "__subclasses__": SUBCLASSES,
}  # fmt: skip
_NOTHING: frozenset[str] = frozenset()
#: Methods that run where a class is defined: what they fill is set up by then, and no state of the code's.
AT_DEFINITION = frozenset({"__init_subclass__", "__set_name__"})


def read_by(value: object) -> frozenset[str]:
    """Return which of ``DOC``, ``ANNOTATIONS`` and the like *value*, something that code may call, reads."""
    if attribute(value, "__module__") not in ("annotationlib", "inspect", "typing"):
        return _NOTHING
    what = _READERS.get(attribute(value, "__name__", ""))
    return _NOTHING if what is None else frozenset({what})


class Analysis(NamedTuple):
    """What can be said about a code object once and for all."""

    uses: Uses
    #: Which of ``DOC`` and ``ANNOTATIONS`` it reads.
    reads: frozenset[str]
    #: The names that it loads, of globals and attributes, and the texts in it.
    names: frozenset[str]
    texts: frozenset[str]
    #: Its digest by what is read.
    forms: dict[frozenset[str], bytes]


_analyses: CodeMemory[Analysis] = CodeMemory()
_looking: CodeMemory[bool] = CodeMemory()


def analyse(function: FunctionType) -> Analysis:
    """Return what *function*'s code says."""
    return _analyses.get(function.__code__, partial(_analyse, function))


def _analyse(function: FunctionType) -> Analysis:
    code, definition = function.__code__, find_definition(function)
    if definition is None:
        uses, names = bytecode_uses(code), names_in_bytecode(code)
    else:
        uses, names = uses_of(definition.node, definition.owner), names_in(definition.node)
    return Analysis(uses, frozenset(_READERS[name] for name in names & _READERS.keys()), names, _texts_in(code), {})


def looks_at_members(function: FunctionType) -> bool:
    """Say whether *function* may look at the attributes of a class in their order: ``dir`` sorts them."""
    return _looking.get(function.__code__, partial(_may_look, function))


def _may_look(function: FunctionType) -> bool:
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


def _texts_in(code: CodeType) -> frozenset[str]:
    return frozenset(each for part in nested(code) for each in part.co_consts if isinstance(each, str))


def read_of(function: FunctionType) -> frozenset[str]:
    """Return which of ``DOC`` and ``ANNOTATIONS`` count of *function*: what something reads, itself included.

    A decorator that somebody else wrote, such as one that registers tools, may read both, now or later.
    """
    reads = is_read() | analyse(function).reads
    return reads | {DOC, ANNOTATIONS} if _is_handed_on(function) else reads


def _is_handed_on(function: FunctionType) -> bool:
    definition = find_definition(function)
    decorators = [] if definition is None else getattr(definition.node, "decorator_list", [])
    chains = [dotted_of(each.func if isinstance(each, ast.Call) else each) for each in decorators]
    roots = [function.__globals__.get(chain[0]) for chain in chains if chain]
    return any(party_of(root).kind == "third" for root in roots if root is not None)


def form_of(function: FunctionType) -> bytes:
    """Return the digest of *function*'s own code."""
    analysis = analyse(function)
    reads = read_of(function)
    form = analysis.forms.get(reads)
    if form is None:
        definition = find_definition(function)
        form = bytecode_form(function.__code__) if definition is None else function_form(definition.node, reads)
        analysis.forms[reads] = form
    return form


def encode_function(function: FunctionType) -> Node | CodeNode:
    """Take a function apart: its own code, and one binding for each value that it reads from outside."""
    if party_of(function).kind not in ("first", "unknown"):  # a module that is gone has no version: its code counts
        return _encode_foreign(function)
    look = look_in_function(function)
    analysis, definition = analyse(function), find_definition(function)
    uses = analysis.uses
    bindings = [
        *bindings_of(uses, look, function.__globals__, function),
        *(hints_of(function, definition and definition.node, look) if ANNOTATIONS in read_of(function) else ()),
        *put_into_classes(analysis.names, function.__globals__),
        *_defaults(function),
        *_attributes(function),
    ]
    children = (plain_name(function.__name__), form_of(function), *bindings)
    if function.__name__ in AT_DEFINITION:
        return CodeNode(("function",), children)
    rebinds = rebinds_of(uses, look, function.__globals__, partial(_starts_empty, function)) | _filled_defaults(
        function
    )
    return CodeNode(("function",), children, rebinds)


def _starts_empty(function: FunctionType, variable: Variable) -> bool:
    from memo.dethash.code.state.empty import starts_empty  # it uses what this file says of functions

    return starts_empty(variable, function)


def own_code(function: FunctionType) -> CodeNode:
    """Take a function apart without what it reads from outside: its own code and its defaults."""
    children = (function.__name__, form_of(function), *_defaults(function))
    return CodeNode(("function", "own"), children, _filled_defaults(function))


def _encode_foreign(function: FunctionType) -> Node:
    by_name = named_object(function)
    if by_name is not None:
        return by_name
    # Made at run time, such as a decorator's wrapper: what it closes over may be the user's own.
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    made_of = [
        *(Binding(name, cell_value(cell), Variable(cell, name)) for name, cell in cells),
        *(Binding(f".{name}", value, Variable(function, name)) for name, value in sorted(vars(function).items())),
        *_defaults(function),
    ]
    return Node(("made by",), (named(*party_name(function)), *made_of))


def _defaults(function: FunctionType) -> Iterator[Binding]:
    for name, value in default_values(function):
        variable = Variable(function, f"{name}=")
        yield Binding(variable.name, value, variable, partial(first_value, variable))


def default_values(function: FunctionType) -> list[tuple[str, object]]:
    """Return the parameters that have defaults, and these."""
    code = function.__code__
    given = function.__defaults__ or ()
    too_many = [f"[{place}]" for place in range(len(given) - code.co_argcount)]  # a decorator has copied them
    names = [*too_many, *code.co_varnames[: code.co_argcount]]
    named_ones = zip(names[len(names) - len(given) :], given, strict=True)
    return [*named_ones, *sorted((function.__kwdefaults__ or {}).items())]


def filled_defaults(function: FunctionType) -> frozenset[str]:
    """Return the parameters whose default *function* fills: a dict, say, in which it remembers what it had."""
    filled = analyse(function).uses.filled_parameters
    return frozenset(name for name, value in default_values(function) if name in filled and type(value) in CONTAINERS)


def _filled_defaults(function: FunctionType) -> frozenset[Place]:
    return frozenset(Variable(function, f"{name}=").place for name in filled_defaults(function))


def _attributes(function: FunctionType) -> Iterator[Binding]:
    """Return a function's own attributes; ``__wrapped__``, which only tools read, is not among them."""
    for name, value in sorted(vars(function).items()):
        if not name.startswith("__"):
            variable = Variable(function, name)
            yield Binding(f".{name}", value, variable, partial(first_value, variable))
