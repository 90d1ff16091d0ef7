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
    """Encode an address, interface or network as it is written, the same on every Python."""
    text = str(value)
    address = value.network_address if isinstance(value, ipaddress.IPv6Network) else value
    inside = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    if inside is not None:  # Python 3.13 began to write it with dots
        text = text.replace(f"::ffff:{inside}", f"::ffff:{int(inside) >> 16:x}:{int(inside) & 0xFFFF:x}", 1)
    return Node(("ipaddress", type(value).__name__), (text,))
