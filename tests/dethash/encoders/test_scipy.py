"""SciPy's sparse matrices before and after use, in every format; and its other values."""

from __future__ import annotations

from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests

np = pytest.importorskip("numpy")
sparse = pytest.importorskip("scipy.sparse")

FORMATS = ("csr", "csc", "bsr", "coo", "dia", "dok", "lil")
DENSE = np.where(np.arange(35).reshape(5, 7) % 3 == 0, np.arange(35.0).reshape(5, 7), 0)


def matrices(dense: Any = DENSE) -> dict[str, Any]:
    """Return the same entries in each format, as matrix and as array."""
    return {
        f"{kind} {name}": getattr(sparse, f"{name}_{kind}")(dense) for name in FORMATS for kind in ("matrix", "array")
    }


def use(matrix: Any) -> None:
    """Do what sorts entries in place and keeps flags."""
    if hasattr(matrix, "max"):
        matrix.max()
    matrix.sum()
    matrix @ np.ones(matrix.shape[1])
    _ = matrix + matrix, matrix.T, matrix.tocsr(), matrix.tocsc(), repr(matrix)


def test_no_two_different_values_share_a_digest():
    changed = DENSE.copy()
    changed[2, 4] += 1
    single = DENSE.astype("f4")
    transposed = np.ascontiguousarray(DENSE.T)
    worlds = {
        "": matrices(),
        "changed ": matrices(changed),
        "single ": matrices(single),
        "transposed ": matrices(transposed),
    }
    world = {label + name: matrix for label, found in worlds.items() for name, matrix in found.items()}
    world |= {"dense": DENSE, "no entries": sparse.csr_matrix((5, 7)), "no entries, wide": sparse.csr_matrix((7, 5))}
    world["blocks"] = sparse.bsr_matrix(np.ones((4, 4)), blocksize=(2, 2))
    world["larger blocks"] = sparse.bsr_matrix(np.ones((4, 4)), blocksize=(4, 4))
    assert [] == alike_in(world)


def test_copies_and_used_ones_have_the_digest():
    for name, matrix in matrices().items():
        before, after = before_and_after(matrix, use)
        assert before == after, name
        assert {before} == digests(matrix.copy(), *copies(matrix)), name


def test_the_order_of_entries_does_not_count_as_using_a_matrix_may_change_it():
    unsorted = sparse.csr_matrix((np.array([1.0, 2, 3]), np.array([2, 0, 1]), np.array([0, 2, 3])), shape=(2, 3))
    before, after = before_and_after(unsorted, lambda matrix: matrix.sort_indices(), use)
    assert before == after
    blocks = sparse.bsr_matrix((np.arange(8.0).reshape(2, 2, 2), [1, 0], [0, 2]), shape=(2, 4))
    before, after = before_and_after(blocks, lambda matrix: matrix.sort_indices())
    assert before == after
    one = sparse.coo_matrix(([1.0, 2, 3], ([1, 0, 0], [0, 1, 0])), shape=(2, 2))
    other = sparse.coo_matrix(([3.0, 1, 2], ([0, 1, 0], [0, 0, 1])), shape=(2, 2))
    assert det_hash(one) == det_hash(other)
    use(other)
    assert det_hash(one) == det_hash(other)


def test_entries_that_share_a_place_count_one_by_one_and_so_do_zeros_that_are_kept():
    """A function can see them: in ``nnz``, in ``data``, in what a graph's edges are."""
    doubled = sparse.coo_matrix(([1.0, 2, 3], ([0, 0, 1], [1, 1, 0])), shape=(2, 2))
    assert det_hash(doubled) == det_hash(sparse.coo_matrix(([3.0, 2, 1], ([1, 0, 0], [0, 1, 1])), shape=(2, 2)))
    rows = [sparse.csr_matrix((data, [1, 1, 0], [0, 2, 3]), shape=(2, 2)) for data in ([1.0, 2, 3], [2.0, 1, 3])]
    assert det_hash(rows[0]) == det_hash(rows[1])
    summed = doubled.copy()
    summed.sum_duplicates()
    assert det_hash(doubled) != det_hash(summed)
    zero = sparse.csr_matrix(([1.0, 0], ([0, 1], [0, 1])), shape=(2, 2))
    without = zero.copy()
    without.eliminate_zeros()
    assert det_hash(zero) != det_hash(without)


def test_room_that_is_not_used_and_the_size_of_indices_do_not_count():
    plain, wide, roomy = (sparse.csr_matrix(DENSE) for _ in range(3))
    wide.indices, wide.indptr = wide.indices.astype("i8"), wide.indptr.astype("i8")
    roomy.data, roomy.indices = np.append(roomy.data, 9.0), np.append(roomy.indices, 0).astype("i4")
    assert 1 == len(digests(plain, wide, roomy))
    roomy.prune()
    assert det_hash(plain) == det_hash(roomy)
    outside = [sparse.dia_matrix((np.array([[1, 2, 3], [data, 5, 6]]), [0, 1]), shape=(3, 3)) for data in (8, 9)]
    assert det_hash(outside[0]) == det_hash(outside[1])
    assert det_hash(outside[0]) != det_hash(sparse.dia_matrix((np.array([[1, 2, 3], [8, 5, 7]]), [0, 1]), shape=(3, 3)))


def test_a_subclass_counts_and_so_does_what_it_keeps():
    class Adjacency(sparse.csr_matrix):
        note = ""

    def adjacency(note: str) -> Any:
        value = Adjacency(DENSE)
        value.note = note
        return value

    assert 3 == len(digests(sparse.csr_matrix(DENSE), adjacency("a"), adjacency("b")))
    before, after = before_and_after(adjacency("a"), use)
    assert before == after


def test_a_million_entries_are_read_in_full():
    data, places = np.ones(1_000_000), np.arange(1_000_000)
    matrix = sparse.csr_matrix((data, (places, places)), shape=(1_000_000, 1_000_000))
    seen = {det_hash(matrix)}
    matrix.data[500_000] = 2
    seen.add(det_hash(matrix))
    matrix.indices[500_000] = 0
    seen.add(det_hash(matrix))
    assert 3 == len(seen)


def test_interpolations_rotations_and_densities_are_instances_like_any_other():
    stats, interpolate = pytest.importorskip("scipy.stats"), pytest.importorskip("scipy.interpolate")
    spatial, optimize = pytest.importorskip("scipy.spatial"), pytest.importorskip("scipy.optimize")

    def made(number: float) -> dict[str, Any]:
        return {
            "spline": interpolate.CubicSpline([0, 1, 2], [1, number, 3]),
            "rotation": spatial.transform.Rotation.from_euler("x", number),
            "tree": spatial.KDTree(np.eye(3) * (number + 1)),
            "density": stats.gaussian_kde([number, 2.0, 3.0]),
            "result": optimize.OptimizeResult(x=number),
        }

    one, again, other = made(0.5), made(0.5), made(1.5)
    assert [] == alike_in(one | {f"other {name}": value for name, value in other.items()})
    for name, value in one.items():
        assert {det_hash(value)} == digests(again[name], *copies(value)), name
    before, after = before_and_after(one["tree"], lambda tree: tree.query([0, 0, 0]))
    assert before == after
    before, after = before_and_after(one["density"], lambda density: density(0.5))
    assert before == after


def test_a_distribution_is_its_parameters_and_a_random_state_of_its_own():
    """NumPy's global random state, which it shares with the whole process, does not count."""
    stats = pytest.importorskip("scipy.stats")

    def made(number: float) -> dict[str, Any]:
        return {
            "continuous": stats.norm(number, 1),
            "discrete": stats.poisson(number),
            "of two shapes": stats.loguniform(number, 3),
            "of many dimensions": stats.multivariate_normal([0, number]),
            "general": stats.rv_histogram((np.array([1, number]), np.array([0, 1, 2]))),
        }

    one, again, other = made(0.5), made(0.5), made(1.5)
    assert [] == alike_in(one | {f"other {name}": value for name, value in other.items()})
    for name, value in one.items():
        before, after = before_and_after(value, lambda distribution: distribution.rvs(size=2))
        assert {before} == {after, det_hash(again[name])}, name
    seeded = made(0.5)["continuous"], made(0.5)["continuous"]
    seeded[0].random_state, seeded[1].random_state = 3, 4
    assert [] == alike_in({"shared": again["continuous"], "3": seeded[0], "4": seeded[1]})


def test_search_trees_count_by_their_points_and_shape():
    """Their states are full of addresses, which differ from process to process and tree to tree."""
    spatial = pytest.importorskip("scipy.spatial")
    points = np.random.default_rng(0).random((40, 2))

    class Named(spatial.KDTree):
        def __init__(self, name: str) -> None:
            super().__init__(points)
            self.name = name

    for cls in (spatial.KDTree, spatial.cKDTree):
        before, after = before_and_after(cls(points), lambda tree: tree.query([0, 0]), lambda tree: tree.tree)
        assert {before} == {after} | digests(cls(points), *copies(cls(points)))
        assert 4 == len(digests(cls(points), cls(points + 1), cls(points, leafsize=2), cls(points, boxsize=2)))
    assert 3 == len(digests(spatial.KDTree(points), Named("a"), Named("b")))


def test_splines_count_by_what_was_fitted():
    """SciPy 1.17 keeps memory in them that was never written."""
    interpolate = pytest.importorskip("scipy.interpolate")
    x, y = np.arange(9.0), np.arange(9.0) ** 2 % 7

    def made(**options: Any) -> Any:
        space = [np.random.default_rng(n).random(40) for n in range(100)]
        del space  # what memory that is not written holds is another each time
        return interpolate.UnivariateSpline(x, y, **options)

    before, after = before_and_after(made(), lambda spline: spline(0.5), lambda spline: spline.derivative())
    assert {before} == {after} | digests(*(made() for _ in range(10)), *copies(made()))
    assert 4 == len(digests(made(), made(s=1), made(k=2), made(ext=1)))
    assert 1 == len(digests(*(interpolate.InterpolatedUnivariateSpline(x, y) for _ in range(10))))
