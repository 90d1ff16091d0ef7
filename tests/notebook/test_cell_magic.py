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


def test_a_plot_is_shown_again(kernel, request: pytest.FixtureRequest) -> None:
    pytest.importorskip("matplotlib")
    request.getfixturevalue("fonts")
    cell = "%%memoize_step\nimport matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nprint('drawn')"
    first, second = kernel.run(cell), kernel.run(cell)
    assert [("stdout", "drawn\n"), ("display_data", "<Figure size 640x480 with 1 Axes>")] == first.own == second.own
    assert first.raw[1].data["image/png"] == second.raw[1].data["image/png"]
    assert 1 == len(second.hits)
