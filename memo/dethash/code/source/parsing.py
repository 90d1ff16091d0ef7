"""Source text to syntax trees, also where several threads do so at the same time."""

from __future__ import annotations

import ast
from contextlib import suppress
from typing import Any, Final

#: So often a text is parsed in vain.
_MOST: Final = 10


def parse(text: str, filename: str = "<unknown>", mode: str = "exec", flags: int = 0) -> Any:
    """Return the syntax tree of *text*.

    Python 3.11 counts how deep a tree is in one place for all threads: where two parse at the same time, either may be
    told with a ``SystemError`` that its count is wrong. Nothing is wrong with the text.

    Raises:
        SyntaxError: it is none, and what else ``compile`` raises.
    """
    for _ in range(_MOST):
        with suppress(SystemError):
            return _parsed(text, filename, mode, flags)
    return _parsed(text, filename, mode, flags)


def _parsed(text: str, filename: str, mode: str, flags: int) -> Any:
    return compile(text, filename, mode, flags | ast.PyCF_ONLY_AST, dont_inherit=True)
