"""What a generator yielded comes back item by item, and nothing of it where one item cannot."""

from __future__ import annotations

from typing import Any

import pytest

from memo.store.formats import Stream, check_readable, decode, encode
from memo.store.formats.format import Encoded, FormatMissingError


class Halved:
    """Halves what it is rebuilt on."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.data = state["data"]
        self.data //= 2


class Spoiled:
    def __reduce__(self) -> Any:
        return spoil, ()


def spoil() -> None:
    raise RuntimeError("it is spoiled")


def streamed(*items: object, result: object = None) -> Encoded:
    stream = Stream()
    for item in items:
        stream.append(item)
    stream.end(result)
    return encode(stream)


def read(encoded: Encoded) -> Stream:
    buffers = [memoryview(bytearray(buffer)) for buffer in encoded.buffers]
    stream = decode(encoded.format, encoded.version, encoded.body, buffers)
    assert isinstance(stream, Stream)
    return stream


def test_items_and_result_come_back_each_time_new_ones() -> None:
    stream = read(streamed([1], "a", bytearray(9000), result={"end": 1}))
    first, second = list(stream), list(stream)
    assert [[1], "a", bytearray(9000)] == first == second
    assert first[0] is not second[0]
    first[2][0] = 1
    assert bytearray(9000) == list(stream)[2]
    assert {"end": 1} == stream.result


@pytest.mark.parametrize("at", [0, 1, 2])
def test_one_item_or_result_that_cannot_be_decoded_is_found_out_before_any_is_given(at: int) -> None:
    parts = [Spoiled() if place == at else place for place in range(3)]
    with pytest.raises(RuntimeError, match="it is spoiled"):
        read(streamed(*parts[:2], result=parts[2]))


def test_finding_that_out_changes_no_item() -> None:
    numpy = pytest.importorskip("numpy")
    (item,) = read(streamed(Halved(numpy.full(9000, 8))))
    assert [4] * 9000 == item.data.tolist()


def test_its_name_tells_which_libraries_its_items_need() -> None:
    pytest.importorskip("cloudpickle")
    numpy = pytest.importorskip("numpy")
    assert "stream" == streamed(1, "a", [None]).format
    assert "stream+cloudpickle+numpy" == streamed(1, numpy.arange(3), lambda: 1).format
    assert "stream+numpy" == streamed(1, result=numpy.float64(1)).format
    check_readable("stream+numpy", 1)
    with pytest.raises(FormatMissingError, match="it needs nowhere"):
        check_readable("stream+nowhere", 1)
