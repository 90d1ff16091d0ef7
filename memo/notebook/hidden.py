"""What magics in a cell hide from its syntax tree: the code that they run, and the variables in their text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any, Final

#: Magics that run Python code, behind their options.
_RUNNING: Final = frozenset({"time", "timeit", "prun", "capture", "memit", "mprun", "lprun", "pyinstrument"})
#: Magics that set up the session, and are run on a hit, too, as imports are.
_SETUP: Final = frozenset({
    "alias", "autoawait", "autoreload", "colors", "config", "gui", "load_ext", "matplotlib", "precision", "pylab",
    "reload_ext", "xmode",
})  # fmt: skip
#: Magics that run code which is not in the cell.
_UNSEEN: Final = frozenset({"cython", "load", "macro", "run", "recall", "rerun"})
#: Magics whose text is no Python and names no variables but those that IPython puts into it.
_TEXT: Final = frozenset({
    "HTML", "SVG", "bash", "cat", "cd", "conda", "env", "file", "html", "javascript", "js", "latex", "less", "ll", "ls",
    "mamba", "man", "markdown", "micromamba", "mkdir", "more", "mv", "perl", "pip", "pwd", "pypy", "python", "python2",
    "python3", "rm", "rmdir", "ruby", "sc", "script", "set_env", "sh", "svg", "sx", "system", "uv", "writefile",
})  # fmt: skip
_OPTIONS: Final = re.compile(r"(-[a-zA-Z]+\d*|--[\w-]+)(\s+\d+(?=\s))?\s+")
_NAME: Final = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_IN_TEXT: Final = re.compile(r"\{([^{}]*)\}|\$([A-Za-z_]\w*)")


def magic_of(statement: ast.stmt) -> tuple[str, str, str] | None:
    """Return name, line and body of the magic that a statement is, as IPython spells it in Python."""
    value = getattr(statement, "value", None)
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
        return None
    words = [each.value for each in value.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if value.func.attr == "run_line_magic" and len(words) == 2:
        return words[0], words[1], ""
    if value.func.attr == "run_cell_magic" and len(words) == 3:
        return words[0], words[1], words[2]
    return None


def is_setup(statement: ast.stmt) -> bool:
    """Say whether a statement is a magic that sets up the session."""
    found = magic_of(statement) if isinstance(statement, ast.Expr) else None
    return found is not None and found[0] in _SETUP


def unseen(statements: Iterable[ast.stmt]) -> list[str]:
    """Return the magics among *statements* that run code which nobody sees here."""
    found = filter(None, map(magic_of, statements))
    return [f"%{name}" for name, _, _ in found if name in _UNSEEN]


def code_in(statement: ast.stmt) -> list[ast.stmt]:
    """Return the statements that a magic runs, as far as they are Python."""
    return [part for text in _run_by(statement) for each in _parsed(text) or () for part in (each, *code_in(each))]


def _run_by(statement: ast.stmt) -> list[str]:
    """Return the texts that a magic runs."""
    found = magic_of(statement)
    if found is None or found[0] not in _RUNNING:
        return []
    name, line, body = found
    while option := _OPTIONS.match(line):
        line = line[option.end() :]
    return [body] if name == "capture" else [line, body]


def _parsed(text: str) -> list[ast.stmt] | None:
    """Return the statements in a text; ``None`` where it is no Python, and counts by its words."""
    try:
        return ast.parse(_transformed(text)).body
    except SyntaxError:
        return None


def _transformed(text: str) -> str:
    import IPython.core.inputtransformer2

    manager: Any = IPython.core.inputtransformer2.TransformerManager  # IPython ships no types for it
    return str(manager().transform_cell(text)) if text else ""


def text_names(tree: ast.AST) -> Iterator[str]:
    """Yield the names in the text of magics and commands that may be variables: ``!ls {folder}``, ``%sql FROM df``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_shell(node.func):
            of_all = not _is_text(ast.Expr(node))
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield from _NAME.findall(argument.value) if of_all else _names_in(argument.value)


def _is_text(statement: ast.Expr) -> bool:
    """Say whether the words in the text of a command or a magic are no variables, or were found as those of code."""
    found = magic_of(statement)
    if found is None or found[0] in _TEXT | _SETUP | _UNSEEN:
        return True
    return found[0] in _RUNNING and all(_parsed(text) is not None for text in _run_by(statement))


def magics_in(tree: ast.AST) -> Iterator[str]:
    """Yield the names of the magics."""
    for node in ast.walk(tree):
        found = magic_of(node) if isinstance(node, ast.stmt) else None
        if found is not None:
            yield found[0]


def magics_of(shell: Any, names: Iterable[str]) -> list[FunctionType]:
    """Return the functions of magics that are not IPython's own: what they do counts."""
    kinds = shell.magics_manager.magics.values()
    found = [getattr(kind[name], "__func__", kind[name]) for name in sorted(names) for kind in kinds if name in kind]
    return [
        function
        for function in found
        if isinstance(function, FunctionType)
        and not function.__module__.startswith(("IPython.", "ipykernel.", "memo."))
    ]


def _is_shell(function: ast.Attribute) -> bool:
    owner = function.value
    return isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "get_ipython"


def _names_in(text: str) -> Iterator[str]:
    """Yield what may be names: one too many lets a cell run once too often, one too few would be a stale hit."""
    for expression, name in _IN_TEXT.findall(text):
        yield from _NAME.findall(name or expression)
