"""Encoders of PyTorch: tensors by dtype, shape, kind of device and values; not by their place or layout in memory.

Data sets, schedulers and distributions are instances like any other, made of these.
"""

from __future__ import annotations

import copy
import ctypes
from collections.abc import Iterator
from typing import Any

import torch

from memo.dethash.hashing import Buffer, buffer_part
from memo.dethash.instances import (
    NoDigestError,
    attribute_reader,
    call_user,
    encode_instance,
    overrides_protocol,
    own_getstate,
    state_reader,
)
from memo.dethash.node import Node
from memo.dethash.registry import encoder, in_place_of

#: What has to be copied to be read is copied in pieces of at most so many bytes, which stay in the processor's cache.
CHUNK = 1 << 22
#: What lies column by column is copied in strips of so many columns, for the same reason.
STRIP = 256
#: How the attributes are called that hold hooks, or something about them, by number.
_HOOKS = ("_hooks", "_hooks_with_kwargs", "_hooks_always_called")
_OUT_OF_SIGHT = "where it keeps its values is not known"


@encoder(torch.Tensor, whole=True)
def encode_tensor(tensor: Any) -> Node:
    """Encode a tensor; as in its pickle, neither its gradient counts nor the graph that it came from."""
    cls = type(tensor)
    added = {} if tensor.is_nested else attribute_reader(cls, torch.Tensor)(tensor)  # a nested one's are its own
    flags = [str(tensor.dtype), tensor.device.type, str(tensor.layout)]
    hooks = list((tensor._backward_hooks or {}).values())  # noqa: SLF001  they are in its pickle
    about = (tensor.requires_grad, hooks, added)
    if torch.nn.parameter.is_lazy(tensor):
        return Node(("torch tensor to be", cls, *flags), about)
    names = tensor.names if hasattr(tensor, "has_names") and tensor.has_names() else ()
    shape = () if tensor.is_nested else tensor.shape
    tag = ("torch tensor", cls, *flags, *map(str, shape))
    return Node(tag, (*about, names, *_values(tensor.detach())))


def _values(tensor: Any) -> tuple[object, ...]:
    if tensor.is_nested:
        return tuple(tensor.unbind())
    if hasattr(tensor, "__tensor_flatten__"):
        names, rest = tensor.__tensor_flatten__()
        return ({name: getattr(tensor, name) for name in names}, rest)
    if tensor.is_meta:
        return ()
    if tensor.is_quantized:
        return (tensor.int_repr(), *_scale(tensor))
    if tensor.layout == torch.strided:
        return buffer_part(_chunks(tensor))
    return _sparse(tensor)


def _sparse(tensor: Any) -> tuple[object, ...]:
    if tensor.layout == torch.sparse_coo:
        return (tensor.is_coalesced(), tensor._indices(), tensor._values())  # noqa: SLF001  the others want it coalesced
    if tensor.layout in (torch.sparse_csr, torch.sparse_bsr):
        return (tensor.crow_indices(), tensor.col_indices(), tensor.values())
    if tensor.layout in (torch.sparse_csc, torch.sparse_bsc):
        return (tensor.ccol_indices(), tensor.row_indices(), tensor.values())
    return (tensor.to_dense(),)


def _scale(tensor: Any) -> tuple[object, ...]:
    """Return what a quantized tensor's numbers stand for."""
    scheme = str(tensor.qscheme())
    if "per_tensor" in scheme:
        return (scheme, tensor.q_scale(), tensor.q_zero_point())
    return (
        scheme, tensor.q_per_channel_axis(), tensor.q_per_channel_scales(), tensor.q_per_channel_zero_points()
    )  # fmt: skip


def _chunks(tensor: Any) -> Iterator[Buffer]:
    """Yield the elements' bytes in C order, in as few pieces as can be had without much memory."""
    size = tensor.numel() * tensor.element_size()
    is_plain = tensor.is_contiguous() and tensor.device.type == "cpu" and not tensor.is_conj() and not tensor.is_neg()
    if is_plain or size <= CHUNK:
        plain = tensor if is_plain else _copied(tensor.cpu().resolve_conj().resolve_neg())
        yield _bytes(plain, size)
        return
    step = max(1, CHUNK * len(tensor) // size)
    for start in range(0, len(tensor), step):
        piece = tensor[start : start + step]
        yield from _chunks(piece if len(piece) > 1 else piece[0])


def _copied(tensor: Any) -> Any:
    """Return the elements in C order."""
    if tensor.dim() < 2 or tensor.is_contiguous() or tensor.stride(-1) <= tensor.stride(-2):
        return tensor.contiguous()
    out = torch.empty(tensor.shape, dtype=tensor.dtype)
    for start in range(0, tensor.shape[-1], STRIP):
        out[..., start : start + STRIP] = tensor[..., start : start + STRIP]
    return out


def _bytes(owner: Any, size: int) -> Buffer:
    """Return a view of the memory of a tensor or storage, which works without NumPy and for every dtype."""
    if not size:
        return b""
    try:
        address = owner.data_ptr()
    except RuntimeError as error:
        raise NoDigestError(_OUT_OF_SIGHT) from error
    if not address:
        raise NoDigestError(_OUT_OF_SIGHT)
    return memoryview((ctypes.c_ubyte * size).from_address(address))


@encoder(torch.nn.Module, whole=True)
def encode_module(module: Any) -> Node:
    """Encode a module's parameters, buffers, parts, hooks and other attributes, the training mode among them."""
    cls = type(module)
    if torch.nn.utils.parametrize.is_parametrized(module):  # its class was made for it, and refuses to be pickled
        attributes = attribute_reader(cls, torch.nn.Module)(module)
        return Node(("torch.nn.Module", "parametrized", cls.__mro__[1]), (_renumbered(attributes),), labels=(".",))
    if overrides_protocol(cls, torch.nn.Module):
        return encode_instance(module)
    state = call_user("__getstate__", state_reader(cls, torch.nn.Module), module)
    return Node(("torch.nn.Module", cls), (_renumbered(state),), labels=(".",))


def _renumbered(state: Any) -> object:
    """Return a module's state with its hooks numbered from 0: PyTorch numbers those of all modules in one series."""
    if not isinstance(state, dict):
        return state
    hooks = {name: part for name, part in state.items() if name.endswith(_HOOKS) and isinstance(part, dict) and part}
    numbers = sorted({number for part in hooks.values() for number in part})
    places = {number: place for place, number in enumerate(numbers)}
    return {**state, **{name: {places[number]: hook for number, hook in part.items()} for name, part in hooks.items()}}


@encoder(torch.utils.hooks.RemovableHandle)
def encode_handle(handle: Any) -> Node:
    """Encode a hook's handle by the hook and its place among the others, not by its number."""
    hooks = handle.hooks_dict_ref() or {}
    place = sorted(hooks).index(handle.id) if handle.id in hooks else None
    return Node(("torch hook",), (place, hooks.get(handle.id)))


@encoder(torch.UntypedStorage)
def encode_storage(storage: Any) -> Node:
    """Encode the bytes."""
    here = storage.cpu()
    return Node(("torch storage", storage.device.type), buffer_part([_bytes(here, here.nbytes())]))


@encoder(torch.TypedStorage)
def encode_typed_storage(storage: Any) -> Node:
    """Encode the dtype and the bytes."""
    return Node(("torch storage of", str(storage.dtype)), (storage._untyped_storage,))  # noqa: SLF001  the other way warns


@encoder(torch.optim.Optimizer, whole=True)
def encode_optimizer(optimizer: Any) -> Node:
    """Encode hyperparameters, parameters in their order, and what is remembered of each.

    As in its pickle, hooks and caches do not count. What is remembered is kept by parameter; here it stands beside it,
    so that parameters of one value are told apart.
    """
    cls = type(optimizer)
    if own_getstate(cls, torch.optim.Optimizer) is not None:
        return encode_instance(optimizer)
    state = optimizer.state
    remembered = [[state.get(parameter) for parameter in group["params"]] for group in optimizer.param_groups]
    defaults = {"differentiable": False, **optimizer.defaults}  # unpickling adds it
    children = (defaults, optimizer.param_groups, remembered)
    return Node(("torch.optim", cls), children, labels=(".defaults", ".param_groups", ".state"))


@encoder(torch.Generator)
def encode_generator(generator: Any) -> Node:
    """Encode the state that tells every number to come."""
    return Node(("torch.Generator", generator.device.type), (generator.get_state(),))


@encoder(torch.device)
def encode_device(device: Any) -> Node:
    """Encode a device as it is named."""
    return Node(("torch.device",), (device.type, device.index))


@encoder(torch.dtype, torch.layout, torch.memory_format, torch.qscheme)
def encode_name(value: Any) -> Node:
    """Encode what has only a name."""
    return Node((f"torch.{type(value).__name__}", str(value)))


# By name, for its module takes long to import and few need it.
@in_place_of("torch.distributions.distribution.Distribution")
def distribution(value: Any) -> object:
    """Return a distribution's parameters in all the forms that it computes of them as it is used."""
    used = copy.copy(value)
    for name in _lazy_names(type(value)):
        getattr(used, name, None)
    return vars(used)


def _lazy_names(cls: type) -> list[str]:
    lazy = torch.distributions.utils.lazy_property
    return [name for base in cls.__mro__ for name, held in vars(base).items() if isinstance(held, lazy)]
