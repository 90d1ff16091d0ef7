"""``%%memoize_step`` and ``%memo`` in real kernels: what is refused, the options, and cells of all kinds."""

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


def test_what_cannot_be_kept_or_told_is_named_and_the_cell_simply_runs(kernel) -> None:
    kernel.run("""import threading, os
lock = threading.Lock()
df = {'a': 1}
class Model:
    fitted = False
    def fit(self):
        self.fitted = True
        return self
kept = 0
open("script.py", "w").write("x = 1");
""")
    for body, named, instead in (
        ("result = lock.locked()", "lock, a _thread.lock", "--ignore lock"),
        ("kept = 1; made = threading.Lock()", "made, a _thread.lock, cannot be stored", "--ignore made"),
        ("df['b'] = df.get('b', 0) + 1", "changes df in place", "df2 = df.copy()"),
        ("model.fit()", "changes model in place", "model = Model(...)"),
        ("if lock:\n    from math import *\nroot = sqrt(4)", "cannot follow", "import *"),
        ("%run -n script.py", "does not see, with %run", "import it instead"),
        ("def given(x=kept): pass\nkept = 2", "a definition in it is given kept", "again"),
        ("os.environ['SOME_NAME'] = 'x'", "changes os in place", "in another cell"),
    ):
        for _ in range(2):
            kernel.run("model = Model()")
            shown = kernel.run(f"%%memoize_step\nprint('ran')\n{body}")
            assert "ran\n" == shown.text("stdout")
            assert [] == shown.hits
            assert named in shown.text("stderr"), shown
            assert instead in shown.text("stderr"), shown
    assert "{'a': 1, 'b': 2}" == kernel.run("df").text("execute_result")
    kernel.run("model = Model()")
    for hits in (0, 1):
        assert hits == len(kernel.run("%%memoize_step\nfitted = Model().fit()\ndf2 = {**df, 'c': 3}").hits)
    assert "(True, 3)" == kernel.run("fitted.fitted, df2['c']").text("execute_result")


def test_the_options_of_the_line(kernel) -> None:
    kernel.run("import threading\nlock = threading.Lock()\nverbose = 1\nx = 2\nhidden = 10")

    def hits(line: str, body: str = "y = x + globals()['hidden']\nlock.locked(), verbose;") -> int:
        shown = kernel.run(f"%%memoize_step {line}\n{body}")
        assert "" == shown.text("stderr")
        return len(shown.hits)

    assert [0, 1] == [hits("--ignore lock verbose"), hits("--ignore lock,verbose")]
    kernel.run("verbose = 2")
    assert 1 == hits("named --ignore verbose lock --no-replay")
    kernel.run("x = 3")
    assert 0 == hits("--ignore lock verbose")
    assert [0, 1] == [hits("--ignore lock verbose --depends hidden"), hits("--depends hidden --ignore lock verbose")]
    kernel.run("hidden = 11")
    assert 0 == hits("--depends hidden --ignore lock verbose")
    for line, said in (
        ("--ignor x", "did you mean --ignore?"),
        ("--ignore nothing", "the cell does not read or assign nothing"),
        ("--depends hiddn", "no variable hiddn; did you mean hidden?"),
        ("one two", "'two' is another"),
        ("--ignore", "--ignore wants the names of variables"),
    ):
        shown = kernel.run(f"%%memoize_step {line}\ny = x")
        assert "UsageError" in shown.text("stderr")
        assert said in shown.text("stderr")


def test_await_other_magics_and_mistakes(kernel) -> None:
    kernel.run("import asyncio\nx = 1\ndef slow(x):\n    return x + 1")
    cell = "%%memoize_step\nprint('begin')\nawait asyncio.sleep(0)\ny = slow(x)\ny"
    first, second = kernel.run(cell), kernel.run(cell)
    assert [("stdout", "begin\n"), ("execute_result", "2")] == first.outputs == second.own
    assert 1 == len(second.hits)
    timed = "%%memoize_step\n%time z = slow(x)\nz"
    assert [0, 1, 0] == [
        len(kernel.run(timed).hits),
        len(kernel.run(timed).hits),
        len((kernel.run("def slow(x):\n    return x + 2"), kernel.run(timed))[1].hits),
    ]
    assert "3" == kernel.run("z").text("execute_result")
    inner = "%%memoize_step\n%%time\nw = slow(x)"
    assert [0, 1] == [len(kernel.run(inner).hits), len(kernel.run(inner).hits)]
    assert "3" == kernel.run("w").text("execute_result")
    echoed = "%%memoize_step\nlines = !echo said {x}\nlines[0]"
    assert [("execute_result", "'said 1'")] == kernel.run(echoed).outputs == kernel.run(echoed).own
    kernel.run("x = 5")
    assert [("execute_result", "'said 5'")] == kernel.run(echoed).outputs
    for wrong in ("y = (", "return 1", "x = 1\n\nyield 3", "f(x for x in 1, 2)"):
        shown = kernel.run(f"%%memoize_step\n{wrong}")
        (own,) = kernel.run(f"\n{wrong}").raw  # as IPython says it of that cell alone
        assert (own.ename, own.evalue.partition("(")[0]) == (shown.raw[0].ename, shown.raw[0].evalue.partition("(")[0])
        assert len(own.traceback) == len(shown.raw[0].traceback)
        assert "memo/notebook" not in "".join(shown.raw[0].traceback)
    shown = kernel.run("%%memoize_step\nx = 1\nraise ValueError('boo')")
    assert "ValueError: boo" == shown.text("error")
    assert "memo/notebook" not in "".join(shown.raw[0].traceback)
    assert [] == kernel.run("%%memoize_step\nx = 1\nraise ValueError('boo')").hits


def test_a_variable_that_a_cell_may_leave_as_it_was_is_not_set_back(kernel) -> None:
    cell = "%%memoize_step\nif is_small:\n    size = 10\nfor i in range(3):\n    pass\ndone = 1"

    def run(setting: str) -> tuple[int, str]:
        kernel.run(setting)
        hits = len(kernel.run(cell).hits)
        return hits, kernel.run("globals().get('size'), i").text("execute_result")

    assert (0, "(100, 2)") == run("is_small, size = False, 100")
    assert (1, "(100, 2)") == run("i = 2")
    assert (0, "(200, 2)") == run("size = 200")
    assert (1, "(200, 2)") == run("del i")
    assert (0, "(200, 2)") == run("i = 7")  # it was set to what it was, or not at all: who knows
    assert (1, "(200, 2)") == run("i = 8")
    assert (0, "(10, 2)") == run("is_small = True")
    assert (1, "(10, 2)") == run("size = 300")
    kernel.restart()
    kernel.run("%load_ext memo")
    assert (1, "(200, 2)") == run("is_small, size = False, 200")


def test_what_a_cell_deletes_is_gone_after_a_hit(kernel) -> None:
    cell = "%%memoize_step\nraw = [1, 2]\ndef clean(rows):\n    return rows[1:]\nrows = clean(raw)\ndel raw"
    for hits in (0, 1):
        shown = kernel.run(cell)
        assert (hits, []) == (len(shown.hits), shown.own)
        assert "([2], False)" == kernel.run("rows, 'raw' in globals()").text("execute_result")
        kernel.run("raw = 3")


def test_a_magic_of_ones_own_counts_by_its_code_and_by_the_variables_that_it_is_told(kernel) -> None:
    magic = """from IPython.core.magic import register_cell_magic
@register_cell_magic
def query(line, cell):
    print(get_ipython().user_ns[cell.split()[-1]])
"""
    cell = "%%memoize_step\n%%query\nselect from frame"
    kernel.run(magic)
    for value in (1, 2):
        kernel.run(f"frame = {value}")
        for hits in (0, 1):
            shown = kernel.run(cell)
            assert (hits, [("stdout", f"{value}\n")]) == (len(shown.hits), shown.own)
    kernel.run(magic.replace("print(", "print('now', "))
    assert [("stdout", "now 2\n")] == kernel.run(cell).outputs


def test_a_terminal_runs_a_cell_after_a_blank_line_and_not_as_soon_as_it_could(kernel) -> None:
    kernel.run("complete = get_ipython().check_complete")
    for typed in ("await f()", "x = 1 +", "for x in range(3):\n    await f(x)"):
        cell = f"%%memoize_step\n{typed}"
        assert "'incomplete'" == kernel.run(f"complete({cell!r})[0]").text("execute_result"), typed
        assert "'complete'" == kernel.run(f"complete({cell!r} + chr(10) * 2)[0]").text("execute_result"), typed


def test_a_cell_whose_variables_are_there_from_its_last_run_is_a_hit(kernel) -> None:
    cell = "%%memoize_step\nfor i in range(3):\n    pass\nif i:\n    found = i\nout = [i, found]\nout"
    assert [0, 1, 1] == [len(kernel.run(cell).hits) for _ in range(3)]
    starred = "%%memoize_step\nfrom math import *\nroot = sqrt(4) + pi"
    assert [0, 1] == [len(kernel.run(starred).hits) for _ in range(2)]
    suppressed = "%%memoize_step\nfrom contextlib import suppress\nwith suppress(NameError):\n    print(seen)\nseen = 0"
    kernel.run(suppressed)
    kernel.run("seen = 5")
    assert [("stdout", "5\n")] == kernel.run(suppressed).outputs
    guarded = "%%memoize_step\ntry:\n    count\nexcept NameError:\n    count = 0\nif count > 1:\n    print(count)"
    kernel.run(guarded)
    kernel.run("count = 5")
    assert [("stdout", "5\n")] == kernel.run(guarded).outputs
    counting = "%%memoize_step\nn = n + 1"
    kernel.run("n = 0")
    assert [0, 0] == [len(kernel.run(counting).hits) for _ in range(2)]
    kernel.run("n = 0")
    assert 1 == len(kernel.run(counting).hits)
    assert "1" == kernel.run("n").text("execute_result")


def test_the_line_magic_does_what_the_command_line_does(kernel) -> None:
    kernel.run("from memo import memoize_step\n@memoize_step\ndef training(x):\n    return x\ntraining(1)")
    for line, said in (
        ("ls", "training"),
        ("stats", "training"),
        ("path", "memo-store"),
        ("ls --json", '"entries"'),
        ("--help", "Usage: %memo"),
        ("--help", "Let all steps and cells of this session run plainly, until on."),
        ("off --help", "Usage: %memo off"),
        ("rm --step training --yes", "removed 1 entry"),
    ):
        assert said in kernel.run(f"%memo {line}").text("stdout"), line
    kernel.run("training(1)")
    for line, said in (
        ("show deadbeef", "begins with 'deadbeef'"),
        ("rm --step trainign --yes", "trainign"),
        ("lss", "did you mean memo ls?"),
        ("of", "did you mean memo off?"),
        ("off now", "unexpected extra argument (now)"),
        ("rm", "name either keys"),
    ):
        shown = kernel.run(f"%memo {line}")
        assert shown.text("stderr").startswith("UsageError: ")
        assert said in shown.text("stderr"), line
    cell = "%%memoize_step\nprint('ran')"
    kernel.run(cell)
    kernel.run("%memo off")
    assert [("stdout", "ran\n")] == kernel.run(f"{cell}\ntraining(1);").outputs
    assert [] == kernel.run(cell).hits
    kernel.run("%memo off")
    kernel.run("%memo on")
    assert 1 == len(kernel.run(cell).hits)
