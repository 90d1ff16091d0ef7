"""Encoders of exceptions."""

from __future__ import annotations

from memo.dethash.instances import attribute_reader, encode_instance, overrides_protocol, own_getstate
from memo.dethash.node import Node
from memo.dethash.registry import encoder

#: What the builtin classes keep beside their arguments, and pickle too.
_MORE: dict[type[BaseException], tuple[str, ...]] = {
    OSError: ("filename", "filename2"),
    ImportError: ("name", "path"),
}


@encoder(BaseException, whole=True)
def encode_exception(value: BaseException) -> Node:
    """Encode an exception's arguments, attributes and notes.

    Where it was raised and what led to it (traceback, context, cause) do not count; pickle does not keep them either.
    """
    cls = type(value)
    builtin = next(base for base in cls.__mro__ if base.__module__ == "builtins")
    if overrides_protocol(cls, builtin) or own_getstate(cls, builtin) is not None:
        return encode_instance(value)
    more = [getattr(value, name) for base, names in _MORE.items() if isinstance(value, base) for name in names]
    children = (value.args, attribute_reader(cls)(value), more)
    return Node(("exception", cls), children, labels=(".args", ".", ""))
