"""Run the tutorial and keep what its cells show: ``python docs/run_tutorial.py``.

The notebook runs in a kernel of its own, with an empty store in a temporary home, so that its first run is one and no
path of this machine is in it. The site shows what is kept in the file, and a test compares that with another run.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parent / "tutorials" / "flights.ipynb"


def executed(home: Path) -> nbformat.NotebookNode:
    """Return the notebook after all its cells have run, with the store below *home*."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MEMO_")}
    environment |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache"), "IPYTHONDIR": str(home / ".ipython")}
    environment["OMP_NUM_THREADS"] = "1"  # for 2,000 flights, threads would take longer to start than to work
    client = NotebookClient(
        notebook, timeout=300, startup_timeout=300, iopub_timeout=300, kernel_name="python3", record_timing=False,
        coalesce_streams=True,
    )  # fmt: skip
    directory = home / "flights"
    directory.mkdir(exist_ok=True)
    client.execute(cwd=str(directory), env=environment)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for kind, text in output.get("data", {}).items():
                if isinstance(text, str):
                    output["data"][kind] = text.replace(str(home), "~")
            if "text" in output:
                output["text"] = output["text"].replace(str(home), "~")
    return notebook


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Run the tutorial and keep what its cells show.")
    parser.add_argument("--to", type=Path, default=NOTEBOOK, help="where to write it, instead of where it is")
    parser.add_argument("--home", type=Path, help="keep the store here, to run it a second time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        finished = executed((arguments.home or Path(temporary)).resolve())
    finished.metadata.pop("language_info", None)
    nbformat.write(finished, arguments.to)
