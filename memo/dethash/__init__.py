"""Any Python object to a deterministic digest: the foundation layer."""

from __future__ import annotations

from memo.dethash import encoders as encoders
from memo.dethash.columns import FORMAT_VERSION
from memo.dethash.custom import CustomDetHash, DetHashFromInitParams, DetHashWithVersion
from memo.dethash.digest import det_hash
from memo.dethash.registry import register_det_hash

__all__ = [
    "FORMAT_VERSION",
    "CustomDetHash",
    "DetHashFromInitParams",
    "DetHashWithVersion",
    "det_hash",
    "register_det_hash",
]
