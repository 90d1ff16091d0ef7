"""The example notebook runs in a real kernel; the second kernel finds what the first one has stored."""

from __future__ import annotations

from pathlib import Path

import pytest

kernels = pytest.importorskip("tests.notebook.kernels", reason="notebooks are tested where ipykernel and nbclient are")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("matplotlib")

NOTEBOOK = Path(__file__).parents[2] / "examples" / "notebook.ipynb"


@pytest.mark.skipif(not NOTEBOOK.exists(), reason="the examples are not beside the tests")
def test_the_notebook_runs_and_another_kernel_only_hits(tmp_path: Path, fonts: None) -> None:
    sources = [cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    runs = []
    with kernels.kernel(tmp_path) as kernel:
        for _ in range(2):
            runs.append([kernel.run(source) for source in sources])
            kernel.restart()
    for shown in (each for run in runs for each in run):
        assert "" == shown.text("error") == shown.text("stderr")
    first, second = runs
    assert [cell.own for cell in first[:-1]] == [cell.own for cell in second[:-1]]
    assert [0, 0, 1, 0, 0, 1, 0] == [len(cell.hits) for cell in first]
    assert [0, 1, 1, 0, 1, 1, 0] == [len(cell.hits) for cell in second]
    hit = second[4]
    assert "the median is between" in hit.text("stdout")
    assert "image/png" in hit.raw[1].data
    assert "bootstrap" in second[-1].text("stdout")
