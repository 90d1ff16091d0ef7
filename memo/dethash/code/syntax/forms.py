"""Syntax trees as canonical bytes: what code does, whatever its formatting and whichever Python parsed it.

The tree is written in preorder as one flat list of scalars, each node with its name and its fields' names, so that two
trees with equal lists are equal.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from memo.dethash.code.reading import ANNOTATIONS, DOC
from memo.dethash.code.syntax.counts import bare_annotations, fields_of, is_handed_on, kind_of
from memo.dethash.columns import pack
from memo.dethash.hashing import digest_bytes

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

Token = object


def function_form(node: ast.AST, reads: frozenset[str] = frozenset()) -> bytes:
    """Return the digest of a function's syntax tree.

    Its decorators and its parameters' defaults are left out: they have run, and what they left is looked at instead.

    Args:
        node: the function or lambda.
        reads: which of ``DOC`` and ``ANNOTATIONS`` something reads.
    """
    return digest_bytes(pack(list(_tokens(node, reads, outermost=True))))


def expression_form(node: ast.AST, reads: frozenset[str] = frozenset()) -> bytes:
    """Return the digest of any other syntax tree, in full."""
    return digest_bytes(pack(list(_tokens(node, reads))))


def _tokens(root: ast.AST, reads: frozenset[str], *, outermost: bool = False) -> Iterator[Token]:
    stack: list[tuple[Any, bool, frozenset[str]]] = [(root, False, reads)]
    idle = bare_annotations(root)
    while stack:
        item, in_class, reads = stack.pop()
        if isinstance(item, list):
            item = [part for part in item if id(part) not in idle]
            yield f"[{len(item)}"
            stack += ((part, in_class, reads) for part in reversed(item))
        elif not isinstance(item, ast.AST):
            yield item
        elif isinstance(item, ast.Constant):
            yield "Constant"
            yield item.value
        elif isinstance(item, ast.Name) and item.id == "__debug__":
            yield "Constant"
            yield __debug__
        else:
            here = reads | {DOC, ANNOTATIONS} if item is not root and is_handed_on(item) else reads
            fields = list(fields_of(item, here, in_class=in_class, outermost=outermost and item is root))
            yield f"{kind_of(item, in_class=in_class)}({','.join(name for name, _ in fields)}"
            inside = isinstance(item, ast.ClassDef) or (in_class and not isinstance(item, _FUNCTIONS))
            stack += ((value, inside, here if name == "args" else reads) for name, value in reversed(fields))
