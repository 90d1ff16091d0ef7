"""The lines of a definition, as they are kept to be compared with those of another.

Cutting them out takes a hundredth of the time that spelling a syntax tree takes: that is left to who compares them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from memo.dethash.code.reading import DOC
from memo.dethash.code.syntax.spelled import spelled_node
from memo.dethash.columns import pack
from memo.dethash.hashing import digest_bytes
from memo.typing import kept_property

#: Before a string they say that it has fields.
_MARKS = frozenset("fFtT")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Comments, and strings, in which there are none.
_PARTS = re.compile(
    r"""#[^\n]*|\"{3}[^\\]*?(?:\\.[^\\]*?)*?\"{3}|'{3}[^\\]*?(?:\\.[^\\]*?)*?'{3}"""
    r"""|"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'""",
    re.DOTALL,
)
#: An f-string that every Python ends there: since 3.12 its fields may have quotes of its own kind, and comments.
_PLAIN = re.compile(r"(?:[^{}]|\{\{|\}\}|\{(?:[^{}#]|\{[^{}#]*\})*\})*", re.DOTALL)


class Excerpt:
    """The lines of a function or class, without comments, and without what has an excerpt of its own.

    Args:
        node: the function, lambda or class.
        text: the text that it is in.
        reads: which of docstrings and annotations something reads.
    """

    def __init__(self, node: ast.AST, text: str, reads: frozenset[str]) -> None:
        self._node: Any = node
        self._text = text
        self.reads = reads

    @kept_property
    def source(self) -> str:
        """The lines; those of a function without its decorators: what they made of it is looked at instead."""
        found = without_comments(self._written)
        return spelled_node(self._node, self.reads) if found is None else found

    @kept_property
    def digest(self) -> str:
        """What the lines are kept under: of most a process needs no more, for they are kept already."""
        return digest_bytes(pack(["source", self._written, *sorted(self.reads)])).hex()

    @kept_property
    def _written(self) -> str:
        is_lambda = isinstance(self._node, ast.Lambda)
        return _segment(self._node, self._text) if is_lambda else "\n".join(self._lines())

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as it is kept."""
        return {"source": self.source, "reads": sorted(self.reads)}

    def _lines(self) -> Iterator[str]:
        node, lines = self._node, _lines_of(self._text)
        apart = list(self._apart(lines))
        gone = {number for each in apart for number in range(_first_line(each), each.end_lineno + 1)}
        first = _first_line(node) if isinstance(node, ast.ClassDef) else node.lineno
        yield from (lines[number - 1] for number in range(first, node.end_lineno + 1) if number not in gone)
        if len(apart) == len(node.body):
            yield f"{' ' * node.body[0].col_offset}pass"

    def _apart(self, lines: list[str]) -> Iterator[Any]:
        """Iterate over the statements that are no part of it."""
        node, body = self._node, self._node.body
        if isinstance(node, ast.ClassDef):
            yield from (statement for statement in body if isinstance(statement, _FUNCTIONS))
        if DOC not in self.reads and ast.get_docstring(node, clean=False) is not None:
            is_first = not lines[body[0].lineno - 1][: body[0].col_offset].strip()
            is_last = len(body) == 1 or _first_line(body[1]) > body[0].end_lineno
            if is_first and is_last:
                yield body[0]


def without_comments(source: str) -> str | None:
    """Return *source* without its comments; ``None`` if that takes knowing which Python reads it."""
    if "#" not in source:
        return source
    kept: list[str] = []
    start = 0
    for found in _PARTS.finditer(source):
        at, part = found.start(), found[0]
        if part[0] == "#":
            kept.append(source[start:at].rstrip(" \t"))
            start = found.end()
        elif not _MARKS.isdisjoint(source[max(at - 2, 0) : at]) and not _PLAIN.fullmatch(part):
            return None
    return "".join([*kept, source[start:]])


@lru_cache(maxsize=64)
def _lines_of(text: str) -> list[str]:
    return text.split("\n")


def _first_line(node: Any) -> int:
    return int(min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))]))


def _segment(node: ast.expr, text: str) -> str:
    """Return the text of an expression, whose columns are bytes."""
    lines = [line.encode() for line in _lines_of(text)[node.lineno - 1 : node.end_lineno]]
    lines[-1] = lines[-1][: node.end_col_offset]
    lines[0] = lines[0][node.col_offset :]
    return b"\n".join(lines).decode()
