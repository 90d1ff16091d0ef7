"""Tensors and what holds them come back exactly: values, strides, and what memory they share."""

# ruff: noqa: E501 - a census of values is a long list
from __future__ import annotations

import gc
import struct

import pytest

from memo.dethash import det_hash
from memo.store.formats import encode
from tests.store.formats.trips import there_and_back

torch = pytest.importorskip("torch")

BASE = torch.arange(10.0)
LINEAR = torch.nn.Linear(100, 100)
PLAIN = {
    "tensor": torch.arange(6).reshape(2, 3), "transposed": torch.arange(6).reshape(2, 3).T, "number": torch.tensor(3),
    "bfloat16": torch.ones(3, dtype=torch.bfloat16), "float8": torch.ones(2).to(torch.float8_e4m3fn), "bool": torch.tensor([True]),
    "complex": torch.tensor([1j]), "parameter": torch.nn.Parameter(torch.ones(2), requires_grad=False),
    "gradient": torch.ones(2, requires_grad=True), "empty": torch.empty(0, 3), "expanded": torch.ones(1).expand(5),
    "large": torch.arange(100_000), "state": LINEAR.state_dict(), "size": torch.Size([1, 2]), "dtype": torch.float32,
    "device": torch.device("cpu"), "storage": torch.arange(3).untyped_storage(), "layout": torch.strided,
    "nested": {"a": [torch.ones(2), (torch.zeros(1),)]},
}  # fmt: skip
PICKLED = {
    "conjugated": torch.tensor([1j]).conj(), "sparse": torch.eye(3).to_sparse(), "module": LINEAR,
    "meta": torch.empty(2, device="meta"),
}  # fmt: skip


def check_same(value: object, back: object) -> None:
    assert type(value) is type(back)
    assert det_hash(value) == det_hash(back)
    if isinstance(value, torch.Tensor):
        assert (value.stride(), value.requires_grad, value.dtype) == (back.stride(), back.requires_grad, back.dtype)


@pytest.mark.parametrize("is_readonly", [False, True], ids=["writable", "read-only"])
@pytest.mark.parametrize("name", PLAIN)
def test_it_comes_back_exactly_and_without_pickle(name: str, is_readonly: bool) -> None:
    value = PLAIN[name]
    name, back = there_and_back(value, is_readonly=is_readonly)
    assert "plain+torch" == name
    check_same(value, back)


@pytest.mark.parametrize("name", PICKLED)
def test_what_is_more_than_a_view_of_memory_is_pickled(name: str) -> None:
    value = PICKLED[name]
    name, back = there_and_back(value)
    assert "pickle+torch" == name
    check_same(value, back)


def test_an_optimizer_s_state_comes_back() -> None:
    optimizer = torch.optim.Adam(LINEAR.parameters())
    LINEAR(torch.ones(100)).sum().backward()
    optimizer.step()
    name, back = there_and_back(optimizer.state_dict())
    assert "plain+torch" == name
    check_same(optimizer.state_dict(), back)


def test_tensors_that_share_memory_still_do() -> None:
    _, back = there_and_back([BASE, BASE[2:5], BASE[::2]])
    back[0][2] = 99
    assert (99, 99) == (back[1][0].item(), back[2][1].item())
    assert 2 == BASE[2].item()


class Passing:
    """Makes a tensor only when it is pickled."""

    def __reduce__(self) -> object:
        return list, ([torch.arange(100_000.0)],)


def test_memory_is_kept_as_long_as_it_is_to_be_written() -> None:
    (buffer,) = encode(Passing()).buffers
    gc.collect()
    others = [torch.full((100_000,), 7.0) for _ in range(5)]
    assert (0.0, 1.0, 2.0) == struct.unpack("3f", buffer[:12])
    assert 5 == len(others)
