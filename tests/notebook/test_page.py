"""The page on notebooks runs in a kernel, cell by cell, and shows what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

kernels = pytest.importorskip("tests.notebook.kernels", reason="notebooks are tested where ipykernel and nbclient are")

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "use-memo-in-a-notebook.md"


@pytest.mark.skipif(not PAGE.exists(), reason="the pages are not beside the tests")
def test_the_cells_of_the_page_show_what_it_says(tmp_path: Path) -> None:
    fences = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    cells = [text for kind, text in fences if kind == "ipython"]
    assert len(cells) > 8
    with kernels.kernel(tmp_path) as kernel:
        shown = None
        for kind, text in fences:
            if kind != "text":
                shown = kernel.run(text)
                assert "" == shown.text("error")
                assert "UsageError" not in shown.text("stderr")
            elif text.endswith("saved\n"):
                assert 1 == len(shown.hits)
            else:
                assert text.rstrip("…\n") in shown.text("stderr")
        (totals,) = (cell for cell in cells if "adding up" in cell and "--ignore" not in cell)
        again = kernel.run(totals)
        assert [("stdout", "adding up 3 rows\n"), ("execute_result", "12")] == again.own
        assert 1 == len(again.hits)
