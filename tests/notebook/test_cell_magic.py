"""``%%memoize_step`` in real kernels: what a cell's key is made of, what is kept, and what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

kernels = pytest.importorskip("tests.notebook.kernels", reason="notebooks are tested where ipykernel and nbclient are")


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Any]:
    with kernels.kernel(tmp_path) as running:
        running.run("%load_ext memo")
        yield running


def test_a_cell_runs_again_for_what_it_reads_and_reaches_and_for_nothing_else(kernel) -> None:
    cell = "%%memoize_step features\nprint('ran', end='')\nout = [helper(x) for x in data]"

    def ran(cell: str = cell) -> bool:
        kernel.run("out = None")
        shown = kernel.run(cell)
        assert [("stdout", "ran")] == shown.own, shown
        return not shown.hits

    kernel.run("data = [1, 2]\nOFFSET = 1\nother = 5\ndef helper(x):\n    return x + OFFSET")
    assert ran()
    assert not ran()
    assert "[2, 3]" == kernel.run("out").text("execute_result")
    kernel.run("other = 6")
    assert not ran()
    assert not ran(cell.replace("print", "# a comment\n\nprint"))
    assert not ran(cell.replace(" features", ""))  # its name labels the entries
    kernel.run("data.append(3)")
    assert ran()
    kernel.run("OFFSET = 2")
    assert ran()
    kernel.run("def helper(x):\n    return x - OFFSET")
    assert ran()
    assert ran(cell.replace("data", "data[:1]"))
    kernel.run("data = [1, 2]\nOFFSET = 1\ndef helper(x):\n    return x + OFFSET")
    assert not ran()
    kernel.restart()
    kernel.run("%load_ext memo")
    kernel.run("data = [1, 2]\nOFFSET = 1\ndef helper(x):\n    return x + OFFSET")
    assert not ran()
    assert "[2, 3]" == kernel.run("out").text("execute_result")
    assert "features" in kernel.run("%memo ls features").text("stdout")
    kernel.run("data.append(4)")
    assert ran()
    assert "argument data" in kernel.run("%memo explain features").text("stdout")
    nested = "%%memoize_step\n%%memoize_step inner\nprint('in')\n'shown'"
    first, second = kernel.run(nested), kernel.run(nested)
    assert [("stdout", "in\n"), ("execute_result", "'shown'")] == first.own == second.own
    assert 1 == len(second.hits)


def test_what_a_cell_assigns_comes_back_as_one_graph_and_its_definitions_are_run(kernel) -> None:
    cell = """%%memoize_step
from collections import OrderedDict as Ordered
class Point:
    def __init__(self, x):
        self.x = x
def double(x):
    return factor * x
triple = lambda x: 3 * x
point = Point(double(2))
pair = [point, point]
outside = given
with open("text.txt") as file:
    text = file.read()
for number in numbers:
    last = number
total = sum(numbers); del numbers
later = Point
def with_default(x=total):
    return x
"""
    setting = "factor = 2\ngiven = [7]\nnumbers = [1, 2, 3]\nopen('text.txt', 'w').write('text');"
    look = (
        "point.x, pair[0] is pair[1] is point, type(point) is Point, outside is given, double(4), triple(1), text, "
        "last, number, total, with_default(), Ordered.__name__, 'numbers' in globals()"
    )
    expected = "(4, True, True, True, 8, 3, 'text', 3, 3, 6, 6, 'OrderedDict', False)"
    kernel.run(setting)
    shown = kernel.run(cell.replace("later = Point\n", ""))
    assert ([], []) == (shown.own, shown.hits)
    assert expected == kernel.run(look).text("execute_result")
    kernel.restart()
    kernel.run("%load_ext memo")
    kernel.run(setting)
    shown = kernel.run(cell.replace("later = Point\n", ""))
    assert 1 == len(shown.hits)
    assert expected == kernel.run(look).text("execute_result")


def test_classes_that_calls_make_are_definitions_and_what_a_hit_does_not_have_is_named(kernel) -> None:
    kernel.run("import collections, functools, typing, enum\nk = 1\ndef makes():\n    return type('Z', (), {})")
    for hit in (False, True):
        for cell, look, expected in (
            ("P = collections.namedtuple('P', 'x y')\np = P(k, 2)", "p, type(p) is P", "(P(x=1, y=2), True)"),
            ("E = enum.Enum('E', 'A')\na = [E.A]", "a[0] is E.A", "True"),
            ("T = type('T', (), {'x': k})\nt = T()", "type(t) is T, t.x", "(True, 1)"),
            ("N = typing.NewType('N', int)\nn = N(k)", "n, N.__name__", "(1, 'N')"),
            ("total = k + 1\nf = lambda: total\ndef g(h=f):\n    return h()\nx = g()", "x, g()", "(2, 2)"),
            ("n = k + 1\nif k:\n    def f(x=n): return x\ndef g(h=f): return h()\nx = 3", "x, g()", "(3, 2)"),
        ):
            shown = kernel.run(f"%%memoize_step\n{cell}")
            assert (hit, []) == (bool(shown.hits), shown.own), cell
            assert expected == kernel.run(look).text("execute_result")
        kernel.restart()
        kernel.run("%load_ext memo")
        kernel.run("import collections, functools, typing, enum\nk = 1\ndef makes():\n    return type('Z', (), {})")
    for cell, named in (
        ("n = k + 1\nclass R:\n    x = n\nr = R()", "it assigns r, and r is of what there is only when"),
        ("Z = makes()\nz = Z()", "it assigns Z, z, and Z is"),
        ("def f(x): return x\nf = functools.lru_cache(f)", "it assigns f, and f is"),
    ):
        for _ in range(2):
            shown = kernel.run(f"%%memoize_step\n{cell}")
            assert [] == shown.hits
            assert named in shown.text("stderr"), shown


def test_what_is_changed_and_set_anew_is_not_kept_where_the_change_is_seen(kernel) -> None:
    cell = "%%memoize_step\nrows += [2]"

    def run(setting: str) -> tuple[int, str, str]:
        kernel.run(f"%reset -f\n{setting}")
        shown = kernel.run(cell)
        return len(shown.hits), shown.text("stderr"), kernel.run("rows, globals().get('raw')").text("execute_result")

    assert (0, "", "([1, 2], None)") == run("rows = [1]")
    assert (1, "", "([1, 2], None)") == run("rows = [1]")
    for _ in range(2):
        hits, said, values = run("raw = rows = [1]")
        assert (0, "([1, 2], [1, 2])") == (hits, values)
        assert "it changes rows in place" in said
    cell = "%%memoize_step\nrows = rows + [2]"
    assert [0, 1] == [run("raw = rows = [1]")[0] for _ in range(2)]


def test_outputs_of_all_kinds_are_shown_again_in_order_and_once(kernel) -> None:
    kernel.run("import warnings, logging, sys\nfrom IPython.display import HTML, Markdown, clear_output, display")
    kernel.run("from memo import memoize_step\n@memoize_step(replay=True)\ndef step():\n    print('from the step')")
    cell = """%%memoize_step
print("one")
handle = display(HTML("<b>bold</b>"), display_id="an-id");
print("two", file=sys.stderr)
display({"text/plain": "raw", "application/json": {"a": [1]}}, raw=True)
step(); step()
display(Markdown("*last*"))
"value"
"""
    first, second = kernel.run(cell), kernel.run(cell)
    kinds = ["stdout", "display_data", "stderr", "display_data", "stdout", "display_data", "execute_result"]
    assert kinds == [kind for kind, _ in first.own]
    assert first.own == second.own
    assert 1 == len(second.hits)
    assert [output.get("data") for output in first.raw if "data" in output and "saved" not in str(output)] == [
        output.get("data") for output in second.raw if "data" in output and "saved" not in str(output)
    ]
    assert "from the step\nfrom the step\n" == first.own[4][1]
    assert [] == kernel.run(cell.replace("memoize_step\n", "memoize_step --no-replay\n", 1)).own
    kernel.run("sys.stdout.write('kept apart');")


def test_what_a_cell_shows_last_is_part_of_what_it_does(kernel) -> None:
    kernel.run("k = 1")
    cells = ["'a'", "'b'", "1", "True", "pass", "k", "k;", "[k];", "'a'\nk"]
    for _ in range(2):
        assert [kernel.run(cell).outputs for cell in cells] == [
            kernel.run(f"%%memoize_step\n{cell}").own for cell in cells
        ]
    for how in ("all", "none", "last_expr_or_assign"):
        kernel.run(f"get_ipython().ast_node_interactivity = {how!r};")
        cells = ["'a'\nj = k", "'b'\nj = k", "'b'\nj = k;", "i = j = k", "j: int = k", "'a'\nk"]
        assert [kernel.run(cell).outputs for cell in cells] == [
            kernel.run(f"%%memoize_step\n{cell}").own for cell in cells
        ], how


def test_a_plot_is_shown_again(kernel, request: pytest.FixtureRequest) -> None:
    pytest.importorskip("matplotlib")
    request.getfixturevalue("fonts")
    cell = "%%memoize_step\nimport matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nprint('drawn')"
    first, second = kernel.run(cell), kernel.run(cell)
    assert [("stdout", "drawn\n"), ("display_data", "<Figure size 640x480 with 1 Axes>")] == first.own == second.own
    assert first.raw[1].data["image/png"] == second.raw[1].data["image/png"]
    assert 1 == len(second.hits)
