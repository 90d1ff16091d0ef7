"""Steps that are defined in the cells of real kernels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from memo.notebook.reloading import add_rule, remove_rule

kernels = pytest.importorskip("tests.notebook.kernels", reason="notebooks are tested where ipykernel and nbclient are")

HELPER = "def helper(x):\n    return x + OFFSET\n"
STEP = "@memoize_step\ndef step(x):\n    print('ran', end='')\n    return helper(x) * 2\n"
LINE = "unrelated = 1"


def test_a_step_in_a_cell_runs_again_for_what_changes_its_result_and_for_nothing_else(tmp_path: Path) -> None:
    with kernels.kernel(tmp_path) as kernel:
        kernel.run("from memo import memoize_step\nOFFSET = 10")

        def call() -> tuple[str, str]:
            shown = kernel.run("step(1)")
            return shown.text("stdout"), shown.text("execute_result")

        kernel.run(HELPER)
        kernel.run(STEP)
        assert ("ran", "22") == call()
        assert ("", "22") == call()
        for same in (
            STEP,  # its cell again
            f"{LINE}\n{STEP}",  # another line in its cell
            f"{LINE} + 1\n\n{STEP}",  # and that edited
            f"# above\n{STEP.replace('return', '# a comment' + chr(10) + '    return')}",
            HELPER,
            "inserted_above = 3",
        ):
            kernel.run(same)
            assert ("", "22") == call(), same
        kernel.run(HELPER.replace("+", "-"))
        assert ("ran", "-18") == call()
        kernel.run("OFFSET = 20")
        assert ("ran", "-38") == call()
        kernel.run(f"{HELPER}OFFSET = 10\n")  # the cell that defines two things
        assert ("", "22") == call()
        kernel.run(STEP.replace("* 2", "* 3"))
        assert ("ran", "33") == call()

        kernel.restart()
        kernel.run("from memo import memoize_step\nOFFSET = 10")
        kernel.run(f"{HELPER}\n\n{STEP}")  # two cells became one
        assert ("", "22") == call()

    (tmp_path / "moved.py").write_text(f"from memo import memoize_step\nOFFSET = 10\n{HELPER}\n{STEP}")
    with kernels.kernel(tmp_path) as other:
        shown = other.run("from moved import step\nstep(1)")
        assert [("execute_result", "22")] == shown.outputs


def test_an_import_in_the_cell_of_a_step_is_one_wherever_it_is(tmp_path: Path) -> None:
    """Cells are compiled statement by statement, and calls of what is imported beside a function are others then."""
    step = "@memoize_step\ndef step(x):\n    print('ran', end='')\n    return math.floor(x)\n"
    with kernels.kernel(tmp_path) as kernel:
        shown = kernel.run(f"import math\nfrom memo import memoize_step\n{step}step(1.5)")
        assert [("stdout", "ran"), ("execute_result", "1")] == shown.outputs
        kernel.restart()
        kernel.run("import math\nfrom memo import memoize_step")
        assert [("execute_result", "1")] == kernel.run(f"{step}step(1.5)").outputs
        (tmp_path / "moved.py").write_text(f"import math\nfrom memo import memoize_step\n{step}")
        assert [("execute_result", "1")] == kernel.run("from moved import step\nstep(1.5)").outputs


def test_a_module_that_autoreload_loads_again_counts_as_it_is_now(tmp_path: Path) -> None:
    module = tmp_path / "helpers.py"
    module.write_text("def helper(x):\n    return x + 1\n")
    with kernels.kernel(tmp_path) as kernel:
        kernel.run("%load_ext memo\n%load_ext autoreload\n%autoreload 2\nfrom memo import memoize_step\nimport helpers")
        kernel.run("@memoize_step\ndef step(x):\n    print('ran', end='')\n    return helpers.helper(x)")
        kernel.run("def wrapped(x):\n    return helpers.helper(x)")
        assert [("stdout", "ran"), ("execute_result", "2")] == kernel.run("step(1)").outputs
        assert [("execute_result", "2")] == kernel.run("step(1)").own
        cell = "%%memoize_step\nprint('ran', end='')\nprint(wrapped(1))"
        assert [("stdout", "ran2\n")] == kernel.run(cell).outputs
        assert 1 == len(kernel.run(cell).hits)
        module.write_text("def helper(x):\n    return x + 100\n")
        assert [("stdout", "ran"), ("execute_result", "101")] == kernel.run("step(1)").outputs
        assert [("stdout", "ran101\n")] == kernel.run(cell).outputs
        module.write_text("def helper(x):\n    # as at first\n    return x + 1\n")
        assert [("execute_result", "2")] == kernel.run("step(1)").own


def test_a_step_that_was_imported_by_name_is_the_new_one_after_autoreload(tmp_path: Path) -> None:
    module = tmp_path / "steps.py"
    text = "from memo import memoize_step\n@memoize_step\ndef step(x):\n    print('ran', end='')\n    return x + 1\n"
    module.write_text(text)
    with kernels.kernel(tmp_path) as kernel:
        kernel.run("%load_ext memo\n%load_ext autoreload\n%autoreload 2")
        kernel.run("%autoreload complete")  # as IPython before version 9 does
        kernel.run("from steps import step\nkept = [step]")
        assert [("stdout", "ran"), ("execute_result", "2")] == kernel.run("step(1)").outputs
        module.write_text(text.replace("x + 1", "x + 100"))
        assert [("stdout", "ran"), ("execute_result", "101")] == kernel.run("step(1)").outputs
        assert [("execute_result", "101")] == kernel.run("kept[0](1)").own
        module.write_text(text.replace("@memoize_step", "@memoize_step(version='1')").replace("x + 1", "x + 1000"))
        assert [("stdout", "ran"), ("execute_result", "1001")] == kernel.run("kept[0](1)").outputs
        assert "True" == kernel.run("step.is_cached(1)").text("execute_result")
        module.write_text("# as at first\n" + text)
        assert [("execute_result", "2")] == kernel.run("step(1)").own


def test_a_step_may_run_commands_and_magics(tmp_path: Path) -> None:
    """IPython's session is behind them, which is no part of what they do."""
    step = "from memo import memoize_step\n@memoize_step\ndef said(x):\n    out = !echo {x}\n    return list(out)"
    with kernels.kernel(tmp_path) as kernel:
        kernel.run(step)
        for arguments, runs in (("'a'", 1), ("'a'", 1), ("'b'", 2)):
            assert f"[{arguments}]" == kernel.run(f"said({arguments})").text("execute_result")
            assert str(runs) == kernel.run("said.info().misses").text("execute_result")
        kernel.restart()
        kernel.run(step)
        assert "True" == kernel.run("said.is_cached('a')").text("execute_result")
        assert "the session of IPython" in kernel.run("said(get_ipython())").text("error")


def test_a_line_says_what_hits_have_saved_while_the_extension_is_loaded(tmp_path: Path) -> None:
    with kernels.kernel(tmp_path) as kernel:
        kernel.run("import time\nfrom memo import memoize_step")
        kernel.run("@memoize_step\ndef step(x):\n    time.sleep(0.06)\n    return x\nstep(1), step(2);")
        assert [] == kernel.run("step(1);").outputs
        kernel.run("%load_ext memo")
        (line,) = kernel.run("step(1);").outputs
        assert re.fullmatch(r"hit · .* m?s saved", line[1])
        shown = kernel.run("[step(each) for each in (1, 2, 1)]")
        assert [("execute_result", "[1, 2, 1]")] == shown.own
        assert shown.hits[0].startswith("3 hits · ")
        html = shown.raw[-1].data["text/html"]
        assert html.startswith("<small ")
        assert "step" in html
        assert [] == kernel.run("1 + 1;").outputs
        kernel.run("%unload_ext memo")
        assert [] == kernel.run("step(1);").outputs
        assert "memoize_step` not found" in kernel.run("%%memoize_step\nx = 1").text("stderr")


def test_what_another_cell_first_put_into_a_variable_that_a_step_fills_counts(tmp_path: Path) -> None:
    step = (
        "from memo import memoize_step\n"
        "@memoize_step\n"
        "def step(x):\n    print('ran', end='')\n    return TABLE.setdefault(x, 0)"
    )
    with kernels.kernel(tmp_path) as kernel:

        def call(cell: str) -> tuple[str, str]:
            kernel.run(cell)
            shown = kernel.run("step('a')")
            return shown.text("stdout"), shown.text("execute_result")

        kernel.run("TABLE = {'a': 1}")
        assert ("ran", "1") == call(step)
        assert ("", "1") == call("TABLE = {'a': 1}")
        assert ("", "1") == call("TABLE")
        assert ("ran", "2") == call("%%time\nTABLE = {'a': 2}")
        assert ("", "1") == call("TABLE = {'a': 1}")
        assert ("ran", "5") == call("TABLE['a'] = 5")
        kernel.restart()
        kernel.run("TABLE = {'a': 2}")
        assert ("", "2") == call(step)


def test_the_magics_load_though_autoreload_has_no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    autoreload = pytest.importorskip("IPython.extensions.autoreload")
    add_rule()
    added = len(autoreload.UPDATE_RULES)
    remove_rule()
    assert added - 1 == len(autoreload.UPDATE_RULES)
    monkeypatch.delattr(autoreload, "UPDATE_RULES")
    add_rule()
    remove_rule()
