"""The text of code for people to compare: as its syntax tree counts, without comments, formatting and documentation."""

from __future__ import annotations

import ast
import warnings
from typing import Any

from memo.dethash.code.reading import ANNOTATIONS, DOC
from memo.dethash.code.syntax.counts import bare_annotations, fields_of, is_handed_on, kind_of

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: What lines raise that another Python reads, or that somebody made up.
_UNREADABLE = (SyntaxError, ValueError, IndexError, RecursionError, MemoryError)


def spelled(source: str, reads: frozenset[str] | None = None) -> str:
    """Return the text of a function or class whose lines are *source*; these if this Python does not know the syntax.

    Args:
        source: what :class:`memo.dethash.code.syntax.excerpt.Excerpt` keeps of it.
        reads: which of ``DOC`` and ``ANNOTATIONS`` something reads; ``None`` for both.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what the code says, which Python has warned about
            return spelled_node(_parsed(source), frozenset({DOC, ANNOTATIONS}) if reads is None else reads)
    except _UNREADABLE:
        return source


def spelled_node(node: ast.AST, reads: frozenset[str]) -> str:
    """Return the text of a function, its defaults apart, or of a class without its methods, which have their own."""
    if isinstance(node, ast.ClassDef):
        rest: list[ast.stmt] = [statement for statement in node.body if not isinstance(statement, _FUNCTIONS)]
        node = ast.ClassDef(**dict(ast.iter_fields(node)) | {"body": rest})
    return ast.unparse(_Counting(node).node(node, reads, in_class=False))


def parameters(source: str) -> tuple[str, ...]:
    """Return the names of the parameters of a function whose lines are *source*; none where these cannot be told."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as above
            found = getattr(_parsed(source), "args", None)
    except _UNREADABLE:
        return ()
    return tuple(node.arg for node in ast.walk(found) if isinstance(node, ast.arg)) if found else ()


def _parsed(source: str) -> ast.AST:
    """Return the node of a function or class whose lines, which may be indented, are *source*."""
    if source.startswith("lambda"):
        return ast.parse(f"({source}\n)", mode="eval").body
    if source[:1].isspace():
        return ast.parse(f"if 1:\n{source}").body[0].body[0]  # type: ignore[attr-defined,no-any-return]
    return ast.parse(source).body[0]


class _Counting:
    """Makes a tree of what counts of another."""

    def __init__(self, root: ast.AST) -> None:
        self._root = root
        self._idle = bare_annotations(root)

    def node(self, node: Any, reads: frozenset[str], *, in_class: bool) -> Any:
        """Return a node, a list of nodes, or what is none, without what does not count."""
        if isinstance(node, list):
            return [self.node(each, reads, in_class=in_class) for each in node if id(each) not in self._idle]
        if not isinstance(node, ast.AST) or isinstance(node, ast.Constant):
            return node
        is_root = node is self._root
        here = reads | {DOC, ANNOTATIONS} if not is_root and is_handed_on(node) else reads
        outermost = is_root and not isinstance(node, ast.ClassDef)
        inside = isinstance(node, ast.ClassDef) or (in_class and not isinstance(node, (*_FUNCTIONS, ast.Lambda)))
        found = {
            name: self.node(value, here if name == "args" else reads, in_class=inside)
            for name, value in fields_of(node, here, in_class=in_class, outermost=outermost)
        }
        known = {name: getattr(node, name, None) for name in node._fields}
        empty: dict[str, Any] = {name: [] if isinstance(value, list) else None for name, value in known.items()}
        if isinstance(node, ast.AnnAssign):  # it may count that there is an annotation, and not which
            empty["annotation"] = ast.Constant(...)
        if isinstance(known.get("body"), list) and not found.get("body"):
            found["body"] = [ast.Pass()]
        kind = getattr(ast, kind_of(node, in_class=in_class))
        made = kind(**{name: value for name, value in {**empty, **found}.items() if name in kind._fields})
        return ast.copy_location(made, node)  # without one, nothing is unparsed
