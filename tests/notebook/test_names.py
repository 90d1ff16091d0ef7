"""Which variables a cell reads from outside, and which it assigns, on whichever way through it."""

from __future__ import annotations

import ast

import pytest

from memo.notebook.arguments import Arguments, LineError
from memo.notebook.cell import Cell, is_definition
from memo.notebook.hits import line_of
from memo.notebook.names import Names

#: A cell, what it reads from outside, what it assigns.
CELLS = [
    ("y = x", "x", "y"),
    ("x = 1\ny = x", "", "x y"),
    ("y = x\nx = 1", "x", "x y"),
    ("x += 1", "x", "x"),
    ("x: int = y\nz: int", "y", "x"),
    ("a, (b, *c) = d", "d", "a b c"),
    ("del x", "x", ""),
    ("x = 1\ndel x\ny = x", "x", "x y"),
    # some ways only
    ("if c:\n    x = 1\ny = x", "c x", "x y"),
    ("if c:\n    x = 1\nelse:\n    x = 2\ny = x", "c", "x y"),
    ("if c:\n    x = 1\nelse:\n    raise E\ny = x", "c E", "x y"),
    ("for i in r:\n    x = i\ny = x", "r x", "i x y"),
    ("for i in r:\n    x = i\n    print(x)", "r print", "i x"),
    ("while c:\n    x = 1\ny = x", "c x", "x y"),
    ("while True:\n    x = f()\n    if x:\n        break\ny = x", "f", "x y"),
    ("while True:\n    if c:\n        break\n    x = 1\ny = x", "c x", "x y"),
    ("with a as b:\n    x = b\ny = x", "a", "b x y"),
    ("with suppress(E):\n    x = f()\ny = x", "suppress E f x", "x y"),
    ("try:\n    x = f()\nexcept E as e:\n    print(e)\ny = x", "f E print x", "x y"),
    ("try:\n    x = f()\nexcept E:\n    x = 2\ny = x", "f E", "x y"),
    ("try:\n    x = f()\nexcept E:\n    raise\ny = x", "f E", "x y"),
    ("try:\n    f()\nfinally:\n    x = 2\ny = x", "f", "x y"),
    ("match v:\n    case [a, *b]:\n        y = a\n    case {'k': c, **d}:\n        y = c\nz = y", "v y", "a b c d y z"),
    ("match v:\n    case 1:\n        y = 2\n    case other:\n        y = other\nz = y", "v", "other y z"),
    # within an expression
    ("if (n := f()) > 1:\n    y = n", "f", "n y"),
    ("y = a and (b := c)\nz = b", "a c b", "b y z"),
    ("y = (b := c) and a\nz = b", "c a", "b y z"),
    ("y = (b := c) if a else d\nz = b", "a c d b", "b y z"),
    ("y = [x for x in xs if x > low]", "low xs", "y"),
    ("y = [last := x for x in xs]", "xs", "last y"),
    ("y = lambda a, b=c: a + d", "c d", "y"),
    ("y = f'{x:{width}}'", "x width", "y"),
    # functions read when they are mentioned
    ("def f():\n    return x\nx = 1\ny = f()", "", "x y"),
    ("def f():\n    return x\ny = f()\nx = 1", "x", "x y"),
    ("def f():\n    return x", "", ""),
    ("def f():\n    return g()\ndef g():\n    return x\ny = f()", "x", "y"),
    ("def f(n):\n    return f(n - 1)\ny = f(k)", "k", "y"),
    ("@d\ndef f(a=b):\n    return x", "d b x", ""),
    ("class A(B):\n    c = d\n    e = c\n    def m(self):\n        return x\nA()", "B d x", ""),
    ("import m.n as o, p.q\nfrom r import s as t\ny = o, p, t", "", "y"),
    # parts of what is there
    ("x.a = y", "y x", ""),
    ("x[i] = y", "y x i", ""),
    ("x.a[0].b += y", "y x", ""),
    ("await f(x)\nasync for a in b:\n    c = a", "f x b", "a c"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "read", "assigned"), CELLS)
def test_what_is_read_from_outside_and_what_is_assigned(cell: str, read: str, assigned: str) -> None:
    names = Names(ast.parse(cell).body)
    assert (read.split(), assigned.split()) == (list(names.read), sorted(names.assigned))


def test_what_is_changed_in_part_entered_and_deleted() -> None:
    names = Names(ast.parse("a.b.c = 1\nd[0] += 1\nwith e as (f, g):\n    pass\ndel h, i[0]").body)
    assert (["a", "d", "i"], {"f", "g"}, {"h"}) == (list(names.changed), names.entered, names.deleted)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("import a", True),
        ("from a import b", True),
        ("def f(): pass", True),
        ("class A: pass", True),
        ("f = lambda x: x", True),
        ("try:\n    import a\nexcept ImportError:\n    a = None", True),
        ("if c:\n    def f(): pass\nelse:\n    def f(): return 1", True),
        ("get_ipython().run_line_magic('matplotlib', 'inline')", True),
        ("get_ipython().run_line_magic('time', 'f()')", False),
        ("if c:\n    import a\n    b = f()", False),
        ("try:\n    x = 1\nexcept E:\n    x = 2", False),
        ("A = B = collections.namedtuple('A', 'x')", True),
        ("A = type('A', (), {})", True),
        ("x = type(y)", False),
        ("x.a = namedtuple('A', 'x')", False),
        ("f = 1", False),
        ("f()", False),
    ],
)
def test_imports_and_definitions_are_run_each_time(statement: str, expected: bool) -> None:
    assert expected is is_definition(ast.parse(statement).body[0])


def test_a_definition_that_is_given_what_the_cell_assigns_comes_after_that() -> None:
    cell = Cell(ast.parse("import a\nx = 1\ndef f(y=x): pass\ndef g(): return x\nclass A(B): z = f\nclass B: pass"))
    assert [(True, False), (False, False), (True, True), (True, False), (True, True), (True, False)] == [
        (part.is_definition, part.is_late) for part in cell.parts
    ]
    assert () == cell.assigned_late
    assert ("x",) == Cell(ast.parse("x = 1\ndef f(y=x): pass\nx = 2")).assigned_late


def test_variables_in_the_text_of_magics_are_read() -> None:
    text = "get_ipython().system('cp {source!r} $target {other.part:>3} {1 +')"
    assert ["get_ipython", "source", "r", "target", "other"] == list(Cell(ast.parse(text)).names.read)


def test_all_words_in_the_text_of_a_magic_that_nobody_knows_may_be_variables() -> None:
    pytest.importorskip("IPython")
    for cell, read in (
        ("run_cell_magic('sql', 'db', 'select a from df')", "sql db select a from df"),
        ("run_line_magic('whos', 'x')", "whos x"),
        ("run_line_magic('prun', '-T file y = f(x)')", "prun T file y f x"),  # after its options it is no Python
        ("run_line_magic('prun', '-q y = f(x)')", "f x"),
        ("run_cell_magic('bash', 'a', 'echo $b c')", "b"),
        ("run_line_magic('matplotlib', 'inline')", ""),
    ):
        assert ["get_ipython", *read.split()] == sorted(
            Cell(ast.parse(f"get_ipython().{cell}")).names.read, key=["get_ipython", *read.split()].index
        )


def test_a_cell_that_may_go_on_after_an_exception_is_known_as_that() -> None:
    assert Cell(ast.parse("with suppress(NameError):\n    x")).catches
    assert not Cell(ast.parse("with open(x) as f:\n    pass")).catches


def test_a_magic_that_runs_code_reads_and_assigns_what_that_does() -> None:
    pytest.importorskip("IPython")
    cell = Cell(ast.parse("get_ipython().run_line_magic('timeit', '-n 10 -r2 y = f(x)')"))
    assert {"f", "x"} <= cell.names.read.keys()
    assert {"y"} == cell.names.assigned
    cell = Cell(ast.parse("get_ipython().run_cell_magic('capture', 'out', '%time z = f(x)\\n')"))
    assert {"z"} == cell.names.assigned


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", Arguments()),
        ("name", Arguments("name")),
        ("--ignore a b --depends c --no-replay", Arguments(None, ["a", "b"], ["c"], replay=False)),
        ("--no-replay name", Arguments("name", replay=False)),
        ("'my cell' --ignore=a,b --ignore c", Arguments("my cell", ["a", "b", "c"])),
    ],
)
def test_the_line_of_the_magic(line: str, expected: Arguments) -> None:
    assert expected == Arguments.parse(line)


def test_an_option_that_there_is_not_is_named_with_the_nearest() -> None:
    with pytest.raises(LineError, match=r"^there is no option --bogus; usage: %%memoize_step"):
        Arguments.parse("--bogus")
    with pytest.raises(LineError, match=r"^there is no option --no-repaly; did you mean --no-replay[?] usage: "):
        Arguments.parse("--no-repaly")


@pytest.mark.parametrize("line", ["a b", "--depends", "--unknown", "'open", "--no-replay a b"])
def test_other_lines_are_refused_with_the_usage(line: str) -> None:
    with pytest.raises(LineError, match="%%memoize_step"):
        Arguments.parse(line)


def test_what_is_said_of_hits() -> None:
    assert "hit · 14.2 s saved" == line_of([14.2])
    assert "1,000 hits · 2 min 00 s saved" == line_of([0.12] * 1000)
