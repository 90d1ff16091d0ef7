"""Encoders of identifiers and addresses."""

from __future__ import annotations

import ipaddress
import uuid

from memo.dethash.node import Node
from memo.dethash.registry import encoder

_Address = (
    ipaddress.IPv4Address | ipaddress.IPv6Address | ipaddress.IPv4Interface | ipaddress.IPv6Interface
    | ipaddress.IPv4Network | ipaddress.IPv6Network
)  # fmt: skip


@encoder(uuid.UUID, subclasses=True)
def encode_uuid(value: uuid.UUID) -> Node:
    """Encode the number, and whether it was made in a way that is safe across processes."""
    return Node(("UUID",), (value.int, value.is_safe.value))


@encoder(
    ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Interface, ipaddress.IPv6Interface,
    ipaddress.IPv4Network, ipaddress.IPv6Network,
)  # fmt: skip
def encode_address(value: _Address) -> Node:
    """Encode an address, interface or network as it is written."""
    return Node(("ipaddress", type(value).__name__), (str(value),))
