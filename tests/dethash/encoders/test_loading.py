"""A library's encoders are loaded with its first value, and bring no other library with them."""

from __future__ import annotations

import pytest

from tests.dethash.encoders.laws import in_new_process

LIBRARIES = (
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "scipy",
    "sklearn",
    "torch",
    "xarray",
    "PIL",
    "networkx",
    "pydantic",
)
VALUES = {
    "PIL": "__import__('PIL.Image').Image.new('L', (1, 1))",
    "networkx": "__import__('networkx').Graph()",
    "numpy": "__import__('numpy').zeros(1)",
    "pydantic": "__import__('pydantic').SecretStr('a')",
}


@pytest.mark.parametrize("library", VALUES)
def test_hashing_a_value_loads_no_other_library(library):
    pytest.importorskip(library)
    program = (
        f"import sys\nfrom memo.dethash import det_hash\nvalue = {VALUES[library]}\nbefore = set(sys.modules)\n"
        f"det_hash(value)\nprint([name for name in {LIBRARIES!r} if name in set(sys.modules) - before])"
    )
    assert "[]" == in_new_process(program, "0")
