"""Arrow's tables and arrays come back exactly, through IPC where that is exact."""

# ruff: noqa: E501 - a census of values is a long list
from __future__ import annotations

import decimal

import pytest

from memo.dethash import det_hash
from memo.store.formats import encode
from tests.store.formats.trips import there_and_back

pa = pytest.importorskip("pyarrow")
table = pytest.importorskip("memo.store.formats.pyarrow_").table

TABLE = pa.table({"a": [1, None], "s": ["x", None]}).replace_schema_metadata({"k": "v"})
MANY = pa.table({"a": list(range(3000)), "s": [str(number) for number in range(3000)]})


class Registered(pa.ExtensionType):
    """A type that is known only where it was registered."""

    def __init__(self) -> None:
        super().__init__(pa.int64(), "tests.registered")

    def __arrow_ext_serialize__(self) -> bytes:
        return b""

    @classmethod
    def __arrow_ext_deserialize__(cls, storage: object, serialized: bytes) -> Registered:
        return cls()


PLAIN = {
    "table": TABLE, "empty": pa.table({}), "chunks": pa.concat_tables([TABLE, TABLE]), "large": MANY,
    "slice": MANY.slice(5, 7), "field": pa.table({"a": [1]}, schema=pa.schema([pa.field("a", pa.int64(), False, {"q": "r"})])),
    "batch": pa.record_batch({"a": [1]}), "schema": TABLE.schema, "chunked": pa.chunked_array([[1], [2, 3]]),
    "no chunks": pa.chunked_array([], pa.int8()), "ints": pa.array([1, None]), "text": pa.array(["a", None]),
    "categories": pa.array(["a", "b", "a"]).dictionary_encode(), "lists": pa.array([[1], None, []]),
    "ordered": pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["a", "b"]), ordered=True),
    "dictionaries": pa.chunked_array([pa.array(["a"]).dictionary_encode(), pa.array(["b"]).dictionary_encode()]),
    "structs": pa.array([{"a": 1}, None]), "decimals": pa.array([decimal.Decimal("1.1")]), "nulls": pa.nulls(3),
    "instants": pa.array([1, 2], pa.timestamp("ns", "UTC")), "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int8())),
    "union": pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])]),
    "fixed": pa.array([b"ab"], pa.binary(2)), "nan": pa.array([float("nan"), -0.0]),
}  # fmt: skip
PICKLED = {
    "type": pa.int8(), "scalar": pa.scalar(1), "registered": pa.ExtensionArray.from_storage(Registered(), pa.array([1])),
    "table of registered": pa.table({"a": pa.ExtensionArray.from_storage(Registered(), pa.array([1]))}),
}  # fmt: skip


def check_same(value: object, back: object) -> None:
    assert type(value) is type(back)
    assert det_hash(value) == det_hash(back)
    if hasattr(value, "schema"):
        assert value.schema.equals(back.schema, check_metadata=True)
        assert value.num_rows == back.num_rows


@pytest.mark.parametrize("name", PLAIN)
def test_it_comes_back_exactly_and_without_pickle(name: str) -> None:
    value = PLAIN[name]
    name, back = there_and_back(value)
    assert "plain+pyarrow" == name
    check_same(value, back)


@pytest.mark.parametrize("name", PICKLED)
def test_what_ipc_does_not_lead_back_to_is_pickled(name: str) -> None:
    value = PICKLED[name]
    name, back = there_and_back(value)
    assert "pickle+pyarrow" == name
    check_same(value, back)


def test_a_slice_is_stored_without_what_it_was_cut_from() -> None:
    assert len(encode(MANY.slice(5, 7)).body) < 2000


def test_a_table_is_read_in_place() -> None:
    (buffer,) = encode(MANY).buffers
    memory = pa.py_buffer(buffer)
    address = table(buffer).column("a").chunk(0).buffers()[1].address
    assert memory.address <= address < memory.address + memory.size


def test_a_type_that_is_registered_here_may_not_be_elsewhere() -> None:
    """IPC would give its storage back there, as if nothing was amiss."""
    pa.register_extension_type(Registered())
    try:
        for value in (PICKLED["registered"], PICKLED["table of registered"], PICKLED["table of registered"].schema):
            name, back = there_and_back(value)
            assert "pickle+pyarrow" == name
            check_same(value, back)
    finally:
        pa.unregister_extension_type("tests.registered")
