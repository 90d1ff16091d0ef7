"""NumPy's values: equal ones have one digest however they lie in memory, different ones differ."""

# ruff: noqa: E501 - a census is a long list
from __future__ import annotations

import gc
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from memo.dethash import CodeWatch, det_hash
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests, path_of_refusal

np = pytest.importorskip("numpy")

NEWEST = int(np.__version__.partition(".")[0]) >= 2
RECORD = np.dtype([("a", "<i4"), ("b", "<f8", (2,)), ("c", "U3"), ("d", [("e", "M8[ns]")])])
ALIGNED = np.dtype("i1,f8", align=True)


class Quantity(np.ndarray):
    """An array with a unit, as such subclasses are usually written."""

    def __array_finalize__(self, other):
        self.unit = getattr(other, "unit", None)

    def __reduce__(self):
        return quantity, (self.unit,)


class Odd(np.float64):
    """A scalar of a class of the user's."""


def quantity(unit: str) -> Any:
    value = np.arange(3.0).view(Quantity)
    value.unit = unit
    return value


#: A small world in full: no two of these are the same to a function.
WORLD: dict[str, Any] = {
    "python 1": 1, "python 1.0": 1.0, "true": True, "list": [0, 1, 2], "bytes": b"\0",
    **{f"{dtype} array": np.array([0, 1], dtype) for dtype in ("?", "i1", "u1", "i4", "<i8", ">i8", "f2", "f4", "f8", ">f8", "c8", "g")},
    **{f"{dtype} scalar": np.dtype(dtype).type(1) for dtype in ("?", "i1", "u1", "i4", "i8", "f2", "f4", "f8", "c8", "g")},
    **{f"{dtype} itself": np.dtype(dtype) for dtype in ("?", "i1", "<i8", ">i8", "f8", "g", "O", "S3", "U3", "V3", "M8[s]", "M8[ns]", "M8[25s]")},
    **{f"shape {shape}": np.zeros(shape) for shape in [(), (0,), (1,), (0, 2), (2, 0), (1, 1), (4,), (2, 2), (1, 4), (4, 1)]},
    "big-endian 1": np.array([1], ">i2"), "little-endian 256": np.array([256], "<i2"), "four in a field": np.dtype([("a", "f8", (4,))]), "two by two in a field": np.dtype([("a", "f8", (2, 2))]),
    "range": np.arange(3), "range reversed": np.arange(3)[::-1], "-0.0": np.array([-0.0, 0]), "nan": np.array([np.nan, 0]),
    "nan of another payload": np.array([0x7FF8000000000001, 0], "u8").view("f8"), "one date": np.array(["2026-01-01"], "M8[D]"),
    "the date in seconds": np.array(["2026-01-01"], "M8[s]"), "no date": np.array(["NaT"], "M8[s]"), "span": np.array([1], "m8[s]"),
    "bytes dtype": np.array([b"a"]), "wider bytes": np.array([b"a"], "S2"), "text": np.array(["a"]), "wider text": np.array(["a"], "U2"),
    "text scalar": np.str_("a"), "bytes scalar": np.bytes_(b"a"), "bytes scalar with zero": np.bytes_(b"a\0"),
    "void": np.array([b"a"], "V1"), "void scalar": np.void(b"a"), "objects": np.array(["a"], object), "bytes objects": np.array([b"a"], object),
    "object list": np.array([[1], 2], object), "object 1": np.array([1, None], object), "object true": np.array([True, None], object),
    "object 1.0": np.array([1.0, None], object), "object nan": np.array([np.nan, None], object), "long text": np.array(["a" * 5000], object),
    "object numpy 1": np.array([np.int64(1), None], object), "object bytes of it": np.array([np.int64(1).tobytes(), None], object), "object 2d": np.array([[1], [None]], object),
    "records": np.zeros(2, RECORD), "one record": np.zeros(1, RECORD)[0], "no fields": np.zeros(2, []), "packed": np.zeros(2, "i1,f8"),
    "aligned": np.zeros(2, ALIGNED), "other names": np.zeros(2, [("x", "i1"), ("f1", "f8")]), "titles": np.zeros(2, [(("t", "f0"), "i1"), ("f1", "f8")]),
    "padded": np.zeros(2, {"names": ["f0", "f1"], "formats": ["i1", "f8"], "itemsize": 99}),
    "recarray": np.rec.array([(1, 2.0)], dtype="i4,f8"), "as fields": np.array([(1, 2.0)], dtype="i4,f8"), "record": np.rec.array([(1, 2.0)], dtype="i4,f8")[0],
    "unit in metadata": np.zeros(2, np.dtype("f8", metadata={"unit": "m"})), "another": np.zeros(2, np.dtype("f8", metadata={"unit": "s"})),
    "scalar with metadata": np.zeros(2, np.dtype("f8", metadata={"unit": "m"})).dtype, "matrix": np.array([[0.0, 1.0]]).view(np.matrix),
    "quantity": quantity("m"), "other unit": quantity("s"), "no unit": np.arange(3.0), "own scalar": Odd(1), "masked": np.ma.array([1, 2], mask=[0, 1]),
    "masked elsewhere": np.ma.array([1, 2], mask=[1, 0]), "not masked": np.ma.array([1, 2]), "plain": np.array([1, 2]), "masked floats": np.ma.array([1.0, 2], mask=[0, 1]),
    "fill value": np.ma.array([1, 2], mask=[0, 1], fill_value=7), "hard mask": np.ma.array([1, 2], mask=[0, 1], hard_mask=True), "masked constant": np.ma.masked,
    "masked fields": np.ma.array([(1, 2)], "i4,i4", mask=[(0, 1)]), "other masked field": np.ma.array([(1, 2)], "i4,i4", mask=[(1, 0)]),
    "masked objects": np.ma.array([1, "a"], object, mask=[0, 1]), "masked matrix": np.ma.array(np.array([[1, 2]]).view(np.matrix)), "masked 2d": np.ma.array([[1, 2]]),
    "generator": np.random.default_rng(1), "generator 2": np.random.default_rng(2), "mt": np.random.Generator(np.random.MT19937(1)), "bits": np.random.PCG64(1),
    "state": np.random.RandomState(1), "state 2": np.random.RandomState(2), "seeds": np.random.SeedSequence(1), "seeds, longer": np.random.SeedSequence([1, 0]),
    "calendar": np.busdaycalendar(), "calendar with a holiday": np.busdaycalendar(holidays=["2026-01-01"]), "ufunc": np.add, "other ufunc": np.subtract,
}  # fmt: skip


def test_no_two_different_values_share_a_digest():
    assert [] == alike_in(WORLD)


#: NumPy's pickles leave out a hard mask, a scalar's own class, a last zero byte; 1.26's copies a generator's seeds.
NOT_COPIED = {"hard mask", "own scalar", "bytes scalar with zero", "calendar", "calendar with a holiday"}
if not NEWEST:
    NOT_COPIED |= {"generator", "generator 2", "mt", "bits"}


def test_copies_have_the_digest():
    assert [] == [
        name for name in WORLD.keys() - NOT_COPIED if {det_hash(WORLD[name])} != digests(*copies(WORLD[name]))
    ]


@pytest.mark.skipif(not NEWEST, reason="NumPy 2 has them")
def test_variable_width_text_counts_by_value_and_by_what_stands_for_missing():
    dtype = getattr(np.dtypes, "StringDType", None)
    world = {
        "plain": np.array(["a", "b" * 100], dtype()), "fixed": np.array(["a", "b" * 100]), "missing": np.array(["a", None], dtype(na_object=None)),
        "missing possible": np.array(["a", "b" * 100], dtype(na_object=None)), "strict": np.array(["a", "b" * 100], dtype(coerce=False)), "itself": dtype(),
    }  # fmt: skip
    assert [] == alike_in(world)
    assert 1 == len(digests(world["plain"], world["plain"].repeat(2)[::2], *copies(world["plain"])))


def test_dtypes_of_another_library_are_told_apart():
    """NumPy spells several of them alike: as bytes of some width."""
    ml_dtypes = pytest.importorskip("ml_dtypes")
    kinds = [ml_dtypes.int4, ml_dtypes.uint4, ml_dtypes.float8_e4m3fn]
    world = {f"{kind.__name__} array": np.zeros(3, kind) for kind in kinds} | {
        kind.__name__: np.dtype(kind) for kind in kinds
    }
    world |= {f"{kind.__name__} scalar": kind(0) for kind in kinds} | {"void": np.zeros(3, "V1")}
    assert 2 > len({np.dtype(kind).str for kind in kinds})
    assert [] == alike_in(world)
    assert [] == [name for name, value in world.items() if {det_hash(value)} != digests(*copies(value))]


# -- equal must be equal ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["f8", ">i4", "?", "c16", "U3", "M8[s]", "g", "O", RECORD, ALIGNED], ids=str)
def test_layout_in_memory_does_not_count(dtype, tmp_path: Path):
    array = np.arange(24).astype("f8" if np.dtype(dtype).names else dtype, copy=False)
    array = np.zeros(24, dtype) if np.dtype(dtype).names else array.astype(dtype)
    array = array.reshape(2, 3, 4)
    read_only = array.copy()
    read_only.flags.writeable = False
    wide = np.repeat(array, 2, axis=2)
    same = [
        np.asfortranarray(array),
        wide[:, :, ::2],
        array[::-1][::-1],
        array.transpose(2, 0, 1).copy().transpose(1, 2, 0),
        read_only,
    ]
    if dtype != "O":
        path = tmp_path / "array.npy"
        np.save(path, array)
        same.append(np.load(path, mmap_mode="r"))
        same.append(np.frombuffer(array.tobytes(), dtype).reshape(2, 3, 4))
    assert {det_hash(array)} == digests(*same)
    assert type(same[-1]) is not np.memmap or det_hash(array) == det_hash(same[-1])


@pytest.mark.parametrize(
    "shape", [(300, 40_000), (3_000_001,), (2, 2_000_000), (7, 300, 2000), (1, 1, 3_000_000)], ids=str
)
def test_large_arrays_are_read_in_pieces_that_do_not_count(shape):
    """The pieces hold 4 MiB: these arrays are several of them, cut at rows of each dimension."""
    array = np.random.default_rng(0).random(shape, "f4")
    backwards = tuple(slice(None, None, -1) for _ in shape)
    expected = det_hash(array)
    assert expected == det_hash(np.asfortranarray(array))
    assert expected == det_hash(np.ascontiguousarray(array[backwards])[backwards])
    middle = tuple(size // 2 for size in shape)
    array[middle] += 1
    assert expected != det_hash(np.asfortranarray(array))


def test_what_lies_between_fields_does_not_count():
    plain, noisy = np.zeros(3, ALIGNED), np.frombuffer(bytearray(b"\xff" * 3 * ALIGNED.itemsize), ALIGNED)
    noisy["f0"], noisy["f1"] = plain["f0"], plain["f1"]
    assert plain.tobytes() != noisy.tobytes()
    assert det_hash(plain) == det_hash(noisy)
    assert det_hash(plain[0]) == det_hash(noisy[0])


def test_that_a_dtype_was_aligned_counts_only_if_its_fields_lie_elsewhere():
    assert det_hash(np.dtype("i4,i4", align=True)) == det_hash(np.dtype("i4,i4"))
    assert det_hash(np.dtype("i1,f8", align=True)) != det_hash(np.dtype("i1,f8"))


def test_what_lies_between_long_floats_does_not_count():
    if np.finfo(np.longdouble).nmant != 63:
        pytest.skip("they have no padding here")
    clean = np.array([1, 2], "g")
    noisy = clean.copy()
    noisy.view("u1").reshape(2, -1)[:, 10:] = 255
    assert clean.tolist() == noisy.tolist()
    assert det_hash(clean) == det_hash(noisy) == det_hash(noisy.repeat(2)[::2])
    assert det_hash(clean[0]) == det_hash(noisy[0])
    swapped = clean.astype(clean.dtype.newbyteorder())
    noisy_swapped = swapped.copy()
    noisy_swapped.view("u1").reshape(2, -1)[:, : np.dtype("g").itemsize - 10] = 255
    assert det_hash(swapped) == det_hash(noisy_swapped)


@pytest.mark.parametrize("data", [[1, 2, 3], [1.0, np.nan, 2.0], ["a", "b", "c"], [(1, 2)] * 3], ids=str)
def test_what_lies_under_a_mask_does_not_count(data):
    dtype = "i4,i4" if isinstance(data[0], tuple) else None
    array = np.ma.array(data, dtype, mask=[False, True, False])
    other = array.copy()
    other.data[1] = data[0]
    assert det_hash(array) == det_hash(other)
    assert det_hash(array) == det_hash(np.ma.array(np.ma.repeat(array, 2)[::2], fill_value=array._fill_value))
    other.data[2] = (5, 6) if dtype else data[1]
    assert det_hash(array) != det_hash(other)


def test_no_mask_is_a_mask_that_masks_nothing_and_asking_for_the_fill_value_does_not_count():
    bare, spelled = np.ma.array([1, 2]), np.ma.array([1, 2], mask=[False, False])
    assert det_hash(bare) == det_hash(spelled)
    for array in (bare, np.ma.array(["a"]), np.ma.array([(1, 2.0)], dtype="i4,f8"), np.ma.array([1, "a"], object)):
        before, after = before_and_after(array, lambda value: value.fill_value)
        assert before == after


def test_a_large_masked_array_is_read_in_pieces():
    array = np.ma.array(np.arange(3_000_000.0), mask=np.arange(3_000_000) % 3 == 0)
    other = array.copy()
    other.data[::3] = 7
    expected = det_hash(array)
    assert expected == det_hash(other)
    other.data[1_500_001] = 7
    assert expected != det_hash(other)


def test_a_list_and_an_array_of_objects_see_the_same_scalars():
    """Arrays of a million short scalars take a fast way, in pieces; one that is not such takes the other."""
    texts = np.array([f"word{number}" for number in range(40_000)], object)
    changed = texts.copy()
    changed[30_000] = "other"
    mixed = texts.copy()
    mixed[30_000] = ("word30000",)
    assert 3 == len(digests(texts, changed, mixed))
    assert det_hash(texts) == det_hash(np.array([f"word{number}" for number in range(40_000)], object))
    assert det_hash(mixed) == det_hash(np.repeat(mixed, 2)[::2])


def test_structured_values_of_equal_fields_are_not_the_same_bytes_in_another_order():
    one = np.array([(1, 2)], "i4,i4")
    assert det_hash(one) != det_hash(one[["f1", "f0"]])
    assert det_hash(one) != det_hash(np.array([(2, 1)], "i4,i4"))


def test_using_a_generator_counts_and_a_generator_of_the_same_state_is_the_same():
    def fresh() -> Any:
        return np.random.default_rng(3)

    used, again = fresh(), fresh()
    used.random(5)
    assert det_hash(fresh()) != det_hash(used)
    again.random(5)
    assert det_hash(used) == det_hash(again)
    spawning = fresh()
    spawning.spawn(1)
    assert det_hash(fresh()) != det_hash(spawning), "its next child is another one"
    assert det_hash(np.random.SeedSequence(5)) == det_hash(np.random.SeedSequence(np.int64(5)))
    state, other = np.random.RandomState(3), np.random.RandomState(3)
    state.normal()
    assert det_hash(state) != det_hash(other), "it keeps a second number for the next call"


def test_a_function_made_into_a_ufunc_counts_by_the_function():
    """Two of them, made from different functions, have one name."""
    made = [np.frompyfunc(lambda x: x + 1, 1, 1), np.frompyfunc(lambda x: x + 2, 1, 1), np.frompyfunc(pow, 2, 1)]
    assert [] == alike_in(dict(enumerate(made)))
    assert det_hash(made[0]) == det_hash(np.frompyfunc(lambda x: x + 1, 1, 1))


def test_a_function_that_cython_compiled_counts_by_its_packages_version_as_one_in_c_does():
    """Cython gives such functions a class of its own, in a module that is in memory only."""
    default_rng, functions = np.random.default_rng, type(np.random.default_rng)

    def draw(seed: int) -> Any:
        return default_rng(seed).random()

    manifest = CodeWatch(draw).manifest()
    assert {"numpy": np.__version__} == manifest.packages
    assert ["package"] == [read.seen for read in manifest.entries[0].reads.values()]
    assert 1 == len(CodeWatch(lambda value: isinstance(value, functions)).manifest().entries)


def test_what_is_known_of_a_kind_of_floats_counts_by_the_kind():
    """All share one object, which fills as it is used."""
    before, after = before_and_after(np.finfo("f4"), str, repr, lambda info: info.tiny)
    assert before == after != det_hash(np.finfo("f8"))
    assert det_hash(np.finfo("f4")) != det_hash(np.dtype("f4"))


def test_arrays_inside_of_the_users_classes_count():
    class Model:
        def __init__(self, weights: Any) -> None:
            self.weights = weights
            self.rng = np.random.default_rng(0)

    model = Model(np.arange(6).reshape(2, 3))
    assert det_hash(model) == det_hash(Model(np.asfortranarray(np.arange(6).reshape(2, 3))))
    assert det_hash(model) != det_hash(Model(np.arange(6)))
    model.rng.random()
    assert det_hash(model) != det_hash(Model(np.arange(6).reshape(2, 3)))


def test_a_strided_array_takes_little_memory():
    array = np.zeros((2048, 8192))[:, ::2]  # 64 MiB, every second of 128
    det_hash(array[:2])
    gc.collect()
    tracemalloc.start()
    try:
        det_hash(array)
        assert tracemalloc.get_traced_memory()[1] < 48 * 2**20
    finally:
        tracemalloc.stop()


def test_an_error_says_at_which_place_the_value_is_that_has_no_digest():
    lock = threading.Lock()
    assert "value.flat[1][0]" == path_of_refusal(np.array([1, [lock]], object))
    assert 'value["b"].flat[0]' == path_of_refusal(np.array([(1, lock)], [("a", "i4"), ("b", object)]))
    assert "value.data.flat[1]" == path_of_refusal(np.ma.array([1, lock], object))


def test_an_array_that_contains_itself_has_a_digest():
    def knot() -> Any:
        array = np.empty(2, object)
        array[0] = array
        return array

    assert det_hash(knot()) == det_hash(knot())
    assert det_hash(knot()) != det_hash(np.empty(2, object))
