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


#: Values of which something else is hashed in their place, by an expression that needs no other value of the library.
REPLACED = {
    "scipy.spatial": "library.KDTree([[0.0, 1.0], [2.0, 3.0]])",
    "scipy.interpolate": "library.UnivariateSpline([0, 1, 2, 3], [0, 1, 4, 9])",
    "scipy.stats": "library.norm(0, 1)",
    "sklearn.neighbors": "library.KDTree([[0.0, 1.0], [2.0, 3.0]])",
    "torch.distributions": "library.Normal(0.0, 1.0)",
}


@pytest.mark.parametrize("library", REPLACED)
def test_the_first_value_of_a_library_has_the_digest_of_the_next(library):
    """What a library's file registers is known before its first value is taken apart."""
    pytest.importorskip(library)
    program = (
        f"import importlib\nfrom memo.dethash import det_hash\nlibrary = importlib.import_module({library!r})\n"
        f"print(len({{det_hash({REPLACED[library]}) for _ in range(3)}}))"
    )
    assert "1" == in_new_process(program, "0")


def test_what_the_user_registered_stays_when_the_file_of_its_library_is_loaded():
    """A registration of the user's is older than the file, and goes first all the same."""
    pytest.importorskip("scipy.spatial")
    program = """
from memo.dethash import det_hash, register_det_hash
from scipy import sparse, spatial
register_det_hash("scipy.spatial._ckdtree.cKDTree")(lambda tree: tree.n)
made = lambda first: spatial.cKDTree([[first, 1.0], [2.0, 3.0]])
before = det_hash(made(0.0))
det_hash(sparse.csr_matrix((1, 1)))
print(len({before, det_hash(made(1.0)), det_hash(made(2.0))}))
"""
    assert "1" == in_new_process(program, "0")
