"""A caching decorator: a function runs again when its code or its arguments change, and only then."""

from memo.config import configure
from memo.dethash import (
    CustomDetHash,
    DetHashFromInitParams,
    DetHashWithVersion,
    det_hash,
    register_det_hash,
)
from memo.errors import (
    MemoError,
    MemoWarning,
    OptionError,
    StepError,
    StoreError,
    StoreWarning,
    UnhashableError,
)
from memo.step import StepInfo, memoize_step
from memo.store import Store

__all__ = [
    "CustomDetHash",
    "DetHashFromInitParams",
    "DetHashWithVersion",
    "MemoError",
    "MemoWarning",
    "OptionError",
    "StepError",
    "StepInfo",
    "Store",
    "StoreError",
    "StoreWarning",
    "UnhashableError",
    "configure",
    "det_hash",
    "memoize_step",
    "register_det_hash",
]
