"""Arrow's values: types and values count; chunks, offsets, and what lies under a null do not."""

# ruff: noqa: E501 - a census is a long list
from __future__ import annotations

import decimal
import json
from pathlib import Path
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import alike_in, copies, digests, refusal

pa = pytest.importorskip("pyarrow")
pc = pytest.importorskip("pyarrow.compute")

ONE_TWO = decimal.Decimal("1.2")
INT8, TEXT = pa.int8(), pa.string()

#: An array of each kind of type, with a null wherever there can be one, of three values at least.
ARRAYS: dict[str, Any] = {
    "null": pa.nulls(3), "bool": pa.array([True, None, False]), "int8": pa.array([1, None, 3], INT8), "int64": pa.array([1, None, 3]), "double": pa.array([1.0, None, 3.0]),
    "text": pa.array(["a", None, "bé", ""]), "large text": pa.array(["a", None, "bé", ""], pa.large_string()), "bytes": pa.array([b"a", None, b""]), "text view": pa.array(["a", None, "x" * 20], pa.string_view()),
    "bytes view": pa.array([b"a", None, b"x" * 20], pa.binary_view()), "fixed": pa.array([b"ab", None, b"cd"], pa.binary(2)), "decimal": pa.array([ONE_TWO, None, ONE_TWO]),
    "wide decimal": pa.array([ONE_TWO, None, ONE_TWO], pa.decimal256(40, 2)), "date": pa.array([1, None, 3], pa.date32()), "time": pa.array([1, None, 3], pa.time64("us")),
    "instant": pa.array([1, None, 3], pa.timestamp("ns", "UTC")), "months": pa.array([(1, 2, 3), None, (0, 0, 1)], pa.month_day_nano_interval()),
    "lists": pa.array([[1, None], None, [], [3]]), "large lists": pa.array([[1], None, []], pa.large_list(pa.int64())), "pairs": pa.array([[1, 2], None, [3, None]], pa.list_(pa.int64(), 2)),
    "list views": pa.array([[1, 2], None, [3]], pa.list_view(pa.int64())), "lists of texts": pa.array([["a", None], None, []]), "lists of lists": pa.array([[[1], None], None, [[]]]),
    "structs": pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}]), "maps": pa.array([[("k", 1)], None, [], [("l", None), ("k", 2)]], pa.map_(TEXT, pa.int64())),
    "categories": pa.array(["a", None, "b", "a"]).dictionary_encode(), "runs": pc.run_end_encode(pa.array([1, 1, None, 2])),
    "sparse union": pa.UnionArray.from_sparse(pa.array([0, 1, 0], INT8), [pa.array([1, 2, 3]), pa.array(["a", "b", "c"])]),
    "dense union": pa.UnionArray.from_dense(pa.array([0, 1, 0], INT8), pa.array([0, 0, 1], pa.int32()), [pa.array([1, 3]), pa.array(["b"])]),
    "tensors": pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(pa.int64(), [2]), pa.array([[1, 2], [3, 4], [5, 6]], pa.list_(pa.int64(), 2))),
}  # fmt: skip


def chunked(*arrays: Any) -> Any:
    return pa.chunked_array(list(arrays), arrays[0].type)


def other_worlds() -> dict[str, Any]:
    """Return values of the other classes, of which no two are the same."""
    field = pa.field("a", INT8)
    table = pa.table({"a": [1, 2], "b": ["x", "y"]})
    types = {
        "dict": pa.dictionary(INT8, TEXT), "dict of large": pa.dictionary(INT8, pa.large_string()), "ordered": pa.dictionary(INT8, TEXT, ordered=True), "list": pa.list_(INT8), "list not null": pa.list_(pa.field("item", INT8, False)),
        "pair": pa.list_(INT8, 2), "triple": pa.list_(INT8, 3), "struct": pa.struct([field]), "struct named": pa.struct([("b", INT8)]), "struct tricky": pa.struct([("a: int8, b", INT8)]), "struct of two": pa.struct([("a", INT8), ("b", INT8)]),
        "map": pa.map_(TEXT, INT8), "map sorted": pa.map_(TEXT, INT8, keys_sorted=True), "tz": pa.timestamp("s", "UTC"), "other tz": pa.timestamp("s", "Asia/Tokyo"), "union": pa.sparse_union([field]), "dense": pa.dense_union([field]),
        "other codes": pa.sparse_union([field], type_codes=[3]), "runs": pa.run_end_encoded(pa.int16(), INT8), "longer runs": pa.run_end_encoded(pa.int32(), INT8), "tensor": pa.fixed_shape_tensor(INT8, [2]), "other tensor": pa.fixed_shape_tensor(INT8, [1, 2]),
    }  # fmt: skip
    return {f"type {name}": kind for name, kind in types.items()} | {
        "field": field, "not null": field.with_nullable(False), "field with metadata": field.with_metadata({"k": "v"}), "other metadata": field.with_metadata({"k": "w"}), "schema": pa.schema([field]), "schema with metadata": pa.schema([field], {"k": "v"}),
        "table": table, "batch": table.to_batches()[0], "columns swapped": table.select(["b", "a"]), "column renamed": table.rename_columns(["a", "c"]), "with metadata": table.replace_schema_metadata({"k": "v"}), "no rows": table[:0],
        "array": pa.array([1, 2]), "chunked": chunked(pa.array([1, 2])), "scalar": pa.scalar(2), "small scalar": pa.scalar(2, INT8), "null scalar": pa.scalar(None, INT8), "text scalar": pa.scalar("2"), "buffer": pa.py_buffer(b"ab"), "bytes": b"ab",
        "a null more": pa.array([1, None]), "-0.0": pa.array([0.0]), "0.0": pa.array([-0.0]), "unused category": pa.DictionaryArray.from_arrays(pa.array([0]), pa.array(["a", "b"])), "category": pa.DictionaryArray.from_arrays(pa.array([0]), pa.array(["a"])),
        "categories in another order": pa.DictionaryArray.from_arrays(pa.array([1]), pa.array(["b", "a"])), **{f"text {value}": pa.array(value) for value in (["ab", "c"], ["a", "bc"], ["", "abc"], ["abc", ""], ["abc", None])},
    }  # fmt: skip


def test_no_two_different_values_share_a_digest():
    types = {f"the type {name}": array.type for name, array in ARRAYS.items()}
    scalars = {f"of {name}": array[0] for name, array in ARRAYS.items()}
    assert [] == alike_in(ARRAYS | other_worlds() | types | scalars)


def test_copies_have_the_digest():
    """Arrow's pickles leave out that a map's keys are sorted."""
    values = {name: value for name, value in (ARRAYS | other_worlds()).items() if name != "type map sorted"}
    assert [] == [name for name, value in values.items() if {det_hash(value)} != digests(*copies(value))]


@pytest.mark.parametrize("name", ARRAYS)
def test_chunks_and_offsets_do_not_count(name):
    array = ARRAYS[name]
    whole = det_hash(chunked(array))
    single = chunked(*(array.slice(place, 1) for place in range(len(array))))
    inside = pa.concat_arrays([array, array, array]).slice(len(array), len(array))
    assert {whole} == digests(single, chunked(inside), chunked(array.slice(0, 0), array))
    assert det_hash(array) == det_hash(inside)
    for start in range(1, len(array)):
        rest = array.slice(start)
        assert {det_hash(rest)} == digests(pa.concat_arrays([rest.slice(0, 1), rest.slice(1)]))
        assert whole != det_hash(chunked(rest))


def test_what_lies_under_a_null_does_not_count():
    valid = pa.py_buffer(b"\x05")  # the second of three is null
    one, other = (
        pa.Array.from_buffers(pa.int64(), 3, [valid, pa.array(values).buffers()[1]])
        for values in ([1, 2, 3], [1, 9, 3])
    )
    assert det_hash(pa.array([1, None, 3])) == det_hash(one) == det_hash(other)
    longer = pa.Array.from_buffers(TEXT, 3, [valid, *pa.array(["a", "hidden", "c"]).buffers()[1:]])
    assert det_hash(pa.array(["a", None, "c"])) == det_hash(longer)
    fields = pa.StructArray.from_arrays([pa.array([1, 2, 3])], ["a"], mask=pa.array([False, True, False]))
    hidden = pa.StructArray.from_arrays([pa.array([1, 9, 3])], ["a"], mask=pa.array([False, True, False]))
    assert det_hash(fields) == det_hash(hidden) != det_hash(pa.StructArray.from_arrays([pa.array([1, 2, 3])], ["a"]))
    lists = pa.ListArray.from_arrays(
        pa.array([0, 1, 3, 4], pa.int32()), pa.array([1, 7, 8, 4]), mask=pa.array([False, True, False])
    )
    assert det_hash(pa.array([[1], None, [4]])) == det_hash(lists)
    maps = pa.MapArray.from_arrays(
        pa.array([0, 1, 3, 4], pa.int32()), pa.array(["a", "x", "y", "b"]), pa.array([1, 7, 8, 4])
    )
    entries = pa.StructArray.from_arrays([maps.keys, maps.items], fields=[maps.type.key_field, maps.type.item_field])
    masked = pa.Array.from_buffers(maps.type, 3, [valid, maps.buffers()[1]], children=[entries])
    assert det_hash(pa.array([[("a", 1)], None, [("b", 4)]], pa.map_(TEXT, pa.int64()))) == det_hash(masked)


def test_tables_chunked_combined_and_sliced_are_the_same():
    part = pa.table({"i": [1, 2, None], "t": ["a", None, "c"], "d": pa.array(["x", "y", "x"]).dictionary_encode()})
    table = pa.concat_tables([part, part.slice(1), part])
    assert table["i"].num_chunks > 1
    combined = table.combine_chunks()
    assert {det_hash(table)} == digests(
        combined, pa.Table.from_batches(table.to_batches(max_chunksize=2)), *copies(table)
    )
    assert {det_hash(part)} == digests(table.slice(0, 3), combined.slice(5, 3))
    assert det_hash(table) != det_hash(table.slice(1))


def test_chunks_with_dictionaries_of_their_own_are_what_they_are_combined_to():
    parts = chunked(pa.array(["a", "b"]).dictionary_encode(), pa.array(["c", None, "a"]).dictionary_encode())
    assert det_hash(parts) == det_hash(chunked(parts.combine_chunks()))


def test_large_arrays_are_read_in_pieces_that_do_not_count():
    """A piece holds 131072 rows."""
    numbers = pa.array([None if row % 5 == 0 else row for row in range(300_000)])
    for array in (
        numbers,
        numbers.cast(TEXT),
        pa.array([None if row % 5 == 0 else row % 3 == 0 for row in range(300_000)]),
    ):
        pieces = chunked(array.slice(0, 100_001), array.slice(100_001))
        assert det_hash(chunked(array)) == det_hash(pieces)
        assert det_hash(chunked(array)) != det_hash(
            chunked(pa.concat_arrays([array.slice(0, 200_000), array.slice(200_001), array.slice(0, 1)]))
        )


def test_what_a_list_calls_its_items_does_not_count():
    """Arrow's own comparison ignores it, and Parquet changes it."""
    one, other = (pa.list_(pa.field(name, INT8)) for name in ("item", "element"))
    assert one == other
    assert det_hash(one) == det_hash(other)
    assert det_hash(pa.array([[1]], one)) == det_hash(pa.array([[1]], other))


def test_who_wrote_pandas_metadata_does_not_count():
    def written(**about: Any) -> Any:
        return pa.schema([pa.field("a", INT8)], {"pandas": json.dumps(about)})

    one = written(index_columns=["a"], creator={"library": "pyarrow", "version": "16"}, pandas_version="2.2")
    assert det_hash(one) == det_hash(
        written(index_columns=["a"], creator={"library": "pyarrow", "version": "26"}, pandas_version="3.1")
    )
    assert det_hash(one) != det_hash(written(index_columns=[]))
    assert det_hash(one) != det_hash(pa.schema([pa.field("a", INT8)], {"pandas": "not JSON"}))


def test_readers_files_and_data_sets_are_refused(tmp_path: Path):
    table = pa.table({"a": [1]})
    reader = table.to_reader()
    assert "iterator" in refusal(reader)
    assert table.equals(reader.read_all()), "it was not used up"
    (tmp_path / "data").write_bytes(b"data")
    with pa.OSFile(str(tmp_path / "data")) as file:
        assert "open file" in refusal(file)
        assert b"data" == file.read()
    parquet, dataset = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("pyarrow.dataset")
    parquet.write_table(table, tmp_path / "table.parquet")
    assert "files" in refusal(dataset.dataset(tmp_path / "table.parquet"))
    with parquet.ParquetFile(tmp_path / "table.parquet") as file:
        assert "files" in refusal(file)
