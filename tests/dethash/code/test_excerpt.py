"""The lines of code that are kept, and what is made of them to be compared."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import memo
from memo.dethash.code.syntax.excerpt import Excerpt, without_comments
from memo.dethash.code.syntax.spelled import spelled, spelled_node

NONE: frozenset[str] = frozenset()
READ = frozenset({"docstrings", "annotations"})
KINDS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

#: A definition, its lines as they are kept, and what is compared of it.
CASES = [
    ("def f(x):\n    return  x  # why", "def f(x):\n    return  x", "def f(x):\n    return x"),
    ('def f(x: int = 1):\n    """Doc."""\n    return x', "def f(x: int = 1):\n    return x", "def f(x=...):\n    return x"),
    ('def f():\n    """Doc."""', "def f():\n    pass", "def f():\n    pass"),
    ('def f(): "doc"', 'def f(): "doc"', "def f():\n    pass"),
    ('def f(): "doc"; return 1', 'def f(): "doc"; return 1', "def f():\n    return 1"),
    ("@cache\n@wraps(1)\ndef f(): return 1", "def f(): return 1", "def f():\n    return 1"),
    ("def f():\n    x: int\n    x = 1\n    pass\n    return {2, 1}",
     "def f():\n    x: int\n    x = 1\n    pass\n    return {2, 1}", "def f():\n    x = 1\n    return {1, 2}"),
    ("def f(o):\n    o.x: int = 1", "def f(o):\n    o.x: int = 1", "def f(o):\n    o.x = 1"),
    ("def f():\n    a = '#' # '\n    return f\"{a}#\" # x", "def f():\n    a = '#'\n    return f\"{a}#\"",
     "def f():\n    a = '#'\n    return f'{a}#'"),
    ("@mark\nclass C(B):\n    'Doc.'\n    x: int = 1\n    @property\n    def f(self): return 1\n    y = 2",
     "@mark\nclass C(B):\n    x: int = 1\n    y = 2", "@mark\nclass C(B):\n    x: int = 1\n    y = 2"),
    ("class C:\n    def f(self): return 1", "class C:\n    pass", "class C:\n    pass"),
    ("def f():\n    @app.get\n    def g(x: int): return x", "def f():\n    @app.get\n    def g(x: int): return x",
     "def f():\n\n    @app.get\n    def g(x: int):\n        return x"),
    ("é = [lambda x: (x, # é\n  1)]", "lambda x: (x,\n  1)", "lambda x: (x, 1)"),
    ("if 1:\n    def f(): return '''\n#'''", "    def f(): return '''\n#'''", "def f():\n    return '\\n#'"),
]  # fmt: skip


def first(text: str) -> ast.AST:
    return next(node for node in ast.walk(ast.parse(text)) if isinstance(node, KINDS))


@pytest.mark.parametrize(("text", "kept", "compared"), CASES)
def test_lines_are_kept_without_comments_and_compared_as_they_count(text: str, kept: str, compared: str) -> None:
    excerpt = Excerpt(first(text), text, NONE)
    assert (kept, compared) == (excerpt.source, spelled(excerpt.source, NONE))


def test_documentation_is_kept_where_something_reads_it() -> None:
    text = 'def f(x: int):\n    """Doc."""\n    return x'
    excerpt = Excerpt(first(text), text, READ)
    assert [text, text] == [excerpt.source, spelled(excerpt.source, READ)]
    alike = "def f(x: int): return x"
    assert Excerpt(first(alike), alike, READ).digest != Excerpt(first(alike), alike, NONE).digest


def test_the_lines_say_what_the_tree_says() -> None:
    """Of each function and class of some packages of memo itself."""
    for file in Path(memo.__file__).parent.glob("s*/*.py"):
        text = file.read_text("utf-8")
        nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, KINDS)]
        for reads in (NONE, READ):
            lines = [spelled(Excerpt(node, text, reads).source, reads) for node in nodes]
            assert [spelled_node(node, reads) for node in nodes] == lines, file


@pytest.mark.parametrize("text", ['f"{x["#"]}"', 'x + f"{d["a # b"]}"', "rf'{x['#']}' # y"])
def test_where_pythons_do_not_agree_what_is_a_comment_the_tree_is_spelled(text: str) -> None:
    assert without_comments(text) is None
    node = first("def f(): return 1  # one")
    assert "def f():\n    return 1" == Excerpt(node, f"def f(): return {text}", NONE).source


def test_lines_that_no_python_reads_are_compared_as_they_are() -> None:
    assert ["def f(:", ""] == [spelled("def f(:"), spelled("")]
    deep = f"def f(): return {'(' * 300}1{')' * 300}"
    assert deep == spelled(deep)
