"""What small pieces of a syntax tree say: names with attributes, parameters, texts."""

from __future__ import annotations

import ast
import re
from typing import Any

#: A name and attributes, as in ``a.b.c``.
Dotted = tuple[str, ...]
#: Functions that import the module which their first argument names.
_IMPORTERS = frozenset({"import_module", "__import__"})


def without_subscripts(node: ast.AST) -> ast.AST:
    """Return what is filled at ``node``, however deep inside: ``a.b`` of ``a.b[c][d]``."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def dotted_of(node: ast.AST) -> Dotted | None:
    """Return the names of ``a.b.c``; ``None`` for what does not begin with a name."""
    base, attributes = base_of(node)
    return (base.id, *attributes) if isinstance(base, ast.Name) else None


def base_of(node: ast.AST) -> tuple[ast.AST, Dotted]:
    """Return what attributes are read of, and their names: ``f(x)`` and ``a``, ``b`` for ``f(x).a.b``."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return node, tuple(reversed(attributes))


def dotted_of_class(node: ast.AST) -> Dotted | None:
    """Return ``a.__class__.b`` for ``type(a).b``."""
    made = node.value if isinstance(node, ast.Attribute) else None
    if isinstance(made, ast.Call) and dotted_of(made.func) == ("type",) and len(made.args) == 1:
        dotted = dotted_of(made.args[0])
        return None if dotted is None else (*dotted, "__class__", node.attr)  # type: ignore[attr-defined]
    return None


def dotted_of_getattr(call: ast.Call) -> Dotted | None:
    """Return ``a.b`` for ``getattr(a, "b")``, with a default or without."""
    if dotted_of(call.func) != ("getattr",) or len(call.args) < 2:
        return None
    name, dotted = call.args[1], dotted_of(call.args[0])
    if dotted is None or not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return None
    return (*dotted, name.value)


def named_module_of(node: ast.AST) -> str | None:
    """Return the module that a text names in ``import_module("a.b")`` or ``sys.modules["a.b"]``."""
    name = _module_name(node)
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str) or name.value.startswith("."):
        return None
    is_top = isinstance(node, ast.Call) and dotted_of(node.func) == ("__import__",)
    return name.value.partition(".")[0] if is_top else name.value


def is_own_module(node: ast.AST) -> bool:
    """Say whether an expression is the module that it is in: ``sys.modules[__name__]``."""
    name = _module_name(node)
    return isinstance(name, ast.Name) and name.id == "__name__"


def _module_name(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Subscript):
        return node.slice if dotted_of(node.value) == ("sys", "modules") else None
    called = (dotted_of(node.func) or ("",))[-1] if isinstance(node, ast.Call) else ""
    return node.args[0] if called in _IMPORTERS and node.args else None  # type: ignore[attr-defined]


def pairs_of(assignment: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    """Return each target of an assignment with what it is given: ``a`` with ``b`` in ``a, c = b, d``."""
    value = assignment.value
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for target in assignment.targets:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            pairs += zip(target.elts, value.elts, strict=True)
        else:
            pairs.append((target, value))
    return pairs


def is_globals(node: ast.AST) -> bool:
    """Say whether an expression is ``globals()``."""
    return isinstance(node, ast.Call) and dotted_of(node.func) == ("globals",)


def beginning_of(name: ast.AST | None) -> str:
    """Return how the text that an expression makes begins, as far as that can be seen: ``f"get_{x}"`` with ``get_``."""
    while isinstance(name, ast.BinOp | ast.JoinedStr | ast.Call):
        if isinstance(name, ast.BinOp):
            name = name.left
        elif isinstance(name, ast.JoinedStr):
            name = name.values[0] if name.values else None
        else:
            name = name.func.value if isinstance(name.func, ast.Attribute) and name.func.attr == "format" else None
    text = name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""
    return re.split("[{%]", text, maxsplit=1)[0]


def parameter_names(node: Any) -> list[str]:
    """Return the names of a function's parameters."""
    arguments = node.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return [argument.arg for argument in given if argument is not None]


def defaults_of(node: Any) -> dict[str, ast.expr]:
    """Return the expressions of a function's defaults by parameter."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {argument.arg: default for argument, default in pairs if default is not None}
