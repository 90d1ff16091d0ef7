"""PyTorch's words: tensors as views of their storages, so that shared memory and strides come back as they were.

safetensors, which also stores names and bytes, has no place for either, and holds nothing but dicts of tensors.
Tensors on another device, sparse, quantized or with a class, hooks or attributes of their own are pickled.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pickle import PickleBuffer
from typing import Any

import torch

from memo.store.formats.words import Reducer

WORDS = frozenset({"device", "name", "parameter", "size", "storage", "tensor"})


def storage(data: Any) -> Any:
    """Rebuild memory that tensors are views of."""
    view = memoryview(data)
    if not view.nbytes:
        return torch.UntypedStorage(0)
    if view.readonly:  # PyTorch knows no memory that may not be written
        view = memoryview(bytearray(view))
    return torch.frombuffer(view, dtype=torch.uint8).untyped_storage()


def tensor(
    held: Any, dtype: str, offset: int, shape: Sequence[int], strides: Sequence[int], requires_grad: bool
) -> Any:  # fmt: skip
    """Rebuild a view of memory."""
    made = torch.empty(0, dtype=name(dtype)).set_(held, offset, tuple(shape), tuple(strides))
    return made.requires_grad_() if requires_grad else made


def parameter(data: Any, requires_grad: bool) -> Any:
    """Rebuild a parameter."""
    return torch.nn.Parameter(data, requires_grad)


def size(shape: tuple[int, ...]) -> Any:
    """Rebuild a shape."""
    return torch.Size(shape)


def name(text: str) -> Any:
    """Return the dtype or layout that is called so."""
    found = getattr(torch, text)
    if not isinstance(found, torch.dtype | torch.layout):
        raise TypeError(f"torch.{text} is no dtype")
    return found


def device(kind: str, number: int | None) -> Any:
    """Rebuild a device's name."""
    return torch.device(kind) if number is None else torch.device(kind, number)


def _reduce_storage(value: Any) -> Any:
    if value.device.type != "cpu":
        return NotImplemented
    length = value.nbytes()
    if not length:
        return storage, (b"",)
    memory: Any = (ctypes.c_ubyte * length).from_address(value.data_ptr())
    memory.held = value  # for as long as there are views of it
    return storage, (PickleBuffer(memoryview(memory).cast("B")),)


def _reduce_tensor(value: Any) -> Any:
    if not _is_plain(value):
        return NotImplemented
    # The storage is one object as long as it lives, whichever tensor is asked: so pickle finds out what is shared.
    parts = value.untyped_storage(), str(value.dtype).removeprefix("torch."), value.storage_offset()
    return tensor, (*parts, tuple(value.shape), tuple(value.stride()), value.requires_grad)


def _reduce_parameter(value: Any) -> Any:
    data = value.detach()
    return (parameter, (data, value.requires_grad)) if _is_plain(value) else NotImplemented


def _is_plain(value: Any) -> bool:
    return (
        value.device.type == "cpu"
        and value.layout == torch.strided
        and not value.is_quantized
        and not value.is_nested
        and not (value.dtype.is_complex and value.is_conj())
        and not value.is_neg()
        and not getattr(value, "_backward_hooks", None)
        and not vars(value)
        and not (hasattr(value, "has_names") and value.has_names())
        and hasattr(torch, str(value.dtype).removeprefix("torch."))
    )


def _reduce_size(value: Any) -> Any:
    return size, (tuple(value),)


def _reduce_name(value: Any) -> Any:
    return name, (str(value).removeprefix("torch."),)


def _reduce_device(value: Any) -> Any:
    return device, (value.type, value.index)


REDUCERS: dict[type, Reducer] = {
    torch.Tensor: _reduce_tensor,
    torch.nn.Parameter: _reduce_parameter,
    torch.UntypedStorage: _reduce_storage,
    torch.Size: _reduce_size,
    torch.dtype: _reduce_name,
    torch.layout: _reduce_name,
    torch.device: _reduce_device,
}
