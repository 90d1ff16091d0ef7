"""``import memo`` is light: what a user did not ask for is not loaded."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

# What only some users have, and what only the command line, a worker or a test needs.
NOT_ON_IMPORT = {
    "IPython", "click", "cloudpickle", "dask", "joblib", "matplotlib", "networkx", "numba", "numpy",
    "omegaconf", "pandas", "PIL", "polars", "pyarrow", "pytest", "rich", "scipy", "sklearn", "torch", "xarray",
}  # fmt: skip


def modules_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after *statement*."""
    program = f"import json, sys\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_import_memo_loads_no_optional_library_and_no_terminal_library() -> None:
    assert set() == modules_after("from memo import *") & NOT_ON_IMPORT


@pytest.mark.parametrize("statement", ["import memo", "import memo.cli", "from memo import det_hash, Store"])
def test_wrapt_and_what_it_loads_come_with_the_first_step(statement: str) -> None:
    """They take half of the time, and every press of the tab key behind ``memo`` in a shell would wait for them."""
    assert set() == modules_after(statement) & {"wrapt", "asyncio"}


@pytest.mark.parametrize("library", ["numpy", "pandas"])
def test_hashing_builtin_values_does_not_load_a_library_that_is_installed(library: str) -> None:
    pytest.importorskip(library)
    assert library not in modules_after("import memo; memo.det_hash([1, {'a': {2.0}}])")


def test_the_check_sees_an_import() -> None:
    assert {"click", "wrapt"} <= modules_after("from memo import memoize_step; import click")
