"""NumPy's arrays and scalars come back exactly, and without pickle wherever that is possible."""

# ruff: noqa: E501, ISC004 - a census of arrays is a long list
from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from memo.store.formats import decode, encode
from memo.store.formats.pickled import IN_BAND_BELOW

np = pytest.importorskip("numpy")

RECORD = np.dtype([("a", "<i4"), ("b", "<f8", (2,)), ("c", "U3"), ("d", [("e", "M8[ns]")])])
PADDED = np.dtype({"names": ["x", "y"], "formats": ["i1", "<f4"], "offsets": [0, 8], "itemsize": 16})

ARRAYS = {
    "int": np.arange(5), "empty": np.zeros((0, 3)), "scalar": np.array(3.0), "2d": np.arange(6.0).reshape(2, 3),
    "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)), "big endian": np.arange(3, dtype=">i4"),
    "every second": np.arange(10)[::2], "backwards": np.arange(4)[::-1], "transposed 3d": np.arange(24).reshape(2, 3, 4).T,
    "broadcast": np.broadcast_to(np.arange(3), (2, 3)), "bool": np.array([True, False]), "half": np.ones(2, "f2"),
    "complex": np.array([1 + 2j]), "dates": np.array(["2026-01-01", "NaT"], "M8[us]"), "spans": np.array([1], "m8[h]"),
    "text": np.array(["a", "bcd"]), "bytes": np.array([b"a", b"bc"]), "no text": np.array([""], "U0"),
    "records": np.zeros(3, RECORD), "padded": np.ones(2, PADDED), "void": np.zeros(2, "V5"), "nan": np.array([np.nan, -0.0]),
    "long double": np.array([np.longdouble(1) / 3]), "large": np.arange(100_000), "large dates": np.zeros(10_000, "M8[s]"),
    "large fortran": np.asfortranarray(np.arange(20_000.0).reshape(100, 200)), "long long": np.arange(3, dtype="q"),
    "swapped long long": np.arange(3).astype(np.dtype("q").newbyteorder()),
}  # fmt: skip
SCALARS = {
    "f8": np.float64(0.1), "f4": np.float32(0.1), "i8": np.int64(-3), "u1": np.uint8(255), "bool": np.bool_(True),
    "complex": np.complex64(1j), "date": np.datetime64("2026-01-01T00", "h"), "nat": np.datetime64("NaT", "ns"),
    "span": np.timedelta64(3, "D"), "text": np.str_("a\0"), "bytes": np.bytes_(b"a\0"), "half": np.float16(1.5), "long long": np.longlong(3),
}  # fmt: skip
ITEMS = {
    "objects": np.array([1, "a", None], object), "lists": np.array([[1, 2], [3]], object), "none": np.zeros((0, 2), object),
    "fortran": np.asfortranarray(np.array([["a", 1], [None, ()]], object)), "one": np.array({"a": 1}, object),
    "arrays": np.array([np.float64(1), np.str_("x")], object),
}  # fmt: skip
OBJECTS = {
    "matrix": np.ma.array([1, 2], mask=[True, False]),
    "field of objects": np.zeros(1, [("a", object)]), "type": np.dtype("f8"), "aligned": np.zeros(1, np.dtype("i1,f8", align=True)),
    "metadata": np.zeros(1, np.dtype("f8", metadata={"unit": "m"})), "record": np.rec.array([(1, 2.0)], dtype="i4,f8"),
    "overlap": np.zeros(1, np.dtype({"names": ["x", "y"], "formats": ["i4", "i2"], "offsets": [0, 0]})),
}  # fmt: skip


def there_and_back(value: object) -> tuple[str, object]:
    encoded = encode(value)
    buffers = [memoryview(bytes(buffer) if buffer.readonly else bytearray(buffer)) for buffer in encoded.buffers]
    return encoded.format, decode(encoded.format, encoded.version, encoded.body, buffers)


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_comes_back_exactly_and_without_pickle(name: str) -> None:
    value = ARRAYS[name]
    name, back = there_and_back(value)
    assert "plain+numpy" == name
    assert type(value) is type(back)
    assert (value.dtype, value.dtype.isalignedstruct, value.shape) == (
        back.dtype,
        back.dtype.isalignedstruct,
        back.shape,
    )
    assert value.tobytes() == back.tobytes()
    assert value.flags.f_contiguous <= back.flags.f_contiguous
    assert value.flags.writeable == back.flags.writeable or not value.flags.forc


@pytest.mark.parametrize("name", SCALARS)
def test_a_scalar_comes_back_exactly_and_without_pickle(name: str) -> None:
    value = SCALARS[name]
    name, back = there_and_back([value])
    assert "plain+numpy" == name
    assert (type(value), value.dtype, repr(value)) == (type(back[0]), back[0].dtype, repr(back[0]))


@pytest.mark.parametrize("name", OBJECTS)
def test_what_no_description_leads_back_to_is_pickled(name: str) -> None:
    value = OBJECTS[name]
    name, back = there_and_back(value)
    assert "pickle+numpy" == name
    assert type(value) is type(back)
    assert repr(value) == repr(back)


@pytest.mark.parametrize("name", ITEMS)
def test_an_array_of_objects_is_plain_where_the_objects_are(name: str) -> None:
    value = ITEMS[name]
    name, back = there_and_back(value)
    assert "plain+numpy" == name
    assert (value.shape, value.flags.f_contiguous, repr(value)) == (back.shape, back.flags.f_contiguous, repr(back))


def test_an_array_of_objects_may_hold_itself() -> None:
    value = np.empty(2, object)
    value[0], value[1] = value, [value]
    _, back = there_and_back(value)
    assert back[0] is back
    assert back[1][0] is back


def test_an_array_of_other_objects_is_pickled() -> None:
    name, back = there_and_back(np.array([ValueError(1)], object))
    assert ("pickle+numpy", ValueError, (1,)) == (name, type(back[0]), back[0].args)


@pytest.mark.parametrize("value", [np.zeros((2000, 300), "f8")[:, ::2], np.zeros((3, 2, 300_000), "u1")[:, :, 1:]])
def test_a_large_array_with_gaps_is_stored_without_them(value: object) -> None:
    value[...] = np.arange(value.size).reshape(value.shape) % 251
    encoded = encode(value)
    assert [value.nbytes] == [buffer.nbytes for buffer in encoded.buffers]
    _, back = there_and_back(value)
    assert back.flags.writeable
    np.testing.assert_array_equal(value, back)


def test_a_large_array_with_gaps_is_not_copied_into_memory() -> None:
    value = np.zeros((4096, 8192), "u1")[:, ::2]
    tracemalloc.start()
    try:
        encode(value)
        assert tracemalloc.get_traced_memory()[1] < value.nbytes / 2
    finally:
        tracemalloc.stop()


def test_an_array_in_a_file_comes_back_as_one_in_memory(tmp_path: Path) -> None:
    value = np.memmap(tmp_path / "a", "i4", "w+", shape=(2000,))
    value[:] = np.arange(2000)
    name, back = there_and_back(value)
    del value
    assert "pickle+numpy" == name
    assert list(range(2000)) == back.tolist()


def test_arrays_lie_in_any_plain_value_and_keep_being_shared() -> None:
    array = np.arange(10_000)
    name, back = there_and_back({"a": [array], "b": (array, np.float32(1))})
    assert "plain+numpy" == name
    assert back["a"][0] is back["b"][0]
    np.testing.assert_array_equal(array, back["a"][0])


def test_a_large_array_is_handed_out_and_a_small_one_is_not() -> None:
    for size, handed_out in [(IN_BAND_BELOW - 1, 0), (IN_BAND_BELOW, 1)]:
        assert handed_out == len(encode(np.zeros(size, "u1")).buffers)


def test_a_large_array_is_not_copied_on_its_way_to_the_file() -> None:
    array = np.zeros(10_000, "M8[s]")
    (buffer,) = encode(array).buffers
    array[0] = 1
    assert 1 == buffer[0]


# As version 1 wrote them: every later memo reads them with every later NumPy.
FROZEN = [
    (
        np.array([[1, 2], [3, 4]], "<i2", order="F"),
        "8005954e000000000000008c196d656d6f2e73746f72652e666f726d6174732e6e756d70795f948c05617272617994939428"
        "8c033c6932944b024b0286948c014694960800000000000000010003000200040094749452942e",
    ),
    (
        np.array([("2026-01-01", 1.5)], [("d", "<M8[D]"), ("x", ">f4")]),
        "80059569000000000000008c196d656d6f2e73746f72652e666f726d6174732e6e756d70795f948c05617272617994939428"
        "5d94288c0164948c063c4d385b445d9486948c0178948c033e6634948694654b0185948c014394960c00000000000000e64f"
        "0000000000003fc0000094749452942e",
    ),
    (
        np.float32(0.5),
        "80059539000000000000008c196d656d6f2e73746f72652e666f726d6174732e6e756d70795f948c067363616c6172949394"
        "8c033c66349443040000003f94869452942e",
    ),
    (
        np.str_("a\0"),
        "8005952f000000000000008c196d656d6f2e73746f72652e666f726d6174732e6e756d70795f948c04746578749493948c02"
        "610094859452942e",
    ),
]


@pytest.mark.parametrize(("value", "body"), FROZEN, ids=["array", "records", "scalar", "text"])
def test_old_bodies_stay_readable(value: object, body: str) -> None:
    back = decode("plain", 1, bytes.fromhex(body), ())
    assert (type(value), value.dtype, value.tolist()) == (type(back), back.dtype, back.tolist())
