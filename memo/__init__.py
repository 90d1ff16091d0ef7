"""A caching decorator: a function runs again when its code or its arguments change, and only then."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from memo.config import configure
from memo.dethash import (
    CustomDetHash,
    DetHashFromInitParams,
    DetHashWithVersion,
    File,
    det_hash,
    register_det_hash,
)
from memo.errors import (
    AcceptError,
    MemoError,
    MemoWarning,
    OptionError,
    StepError,
    StoreError,
    StoreWarning,
    UnhashableError,
    UnknownOptionError,
    VerifyWarning,
)
from memo.store import Format, JsonFormat, ParquetFormat, PickleFormat, Store, TextFormat
from memo.version import __version__ as __version__

if TYPE_CHECKING:
    from memo import inspection as inspection
    from memo import testing as testing
    from memo.step import StepInfo, disabled, memoize_step, refreshing

__all__ = [
    "AcceptError",
    "CustomDetHash",
    "DetHashFromInitParams",
    "DetHashWithVersion",
    "File",
    "Format",
    "JsonFormat",
    "MemoError",
    "MemoWarning",
    "OptionError",
    "ParquetFormat",
    "PickleFormat",
    "StepError",
    "StepInfo",
    "Store",
    "StoreError",
    "StoreWarning",
    "TextFormat",
    "UnhashableError",
    "UnknownOptionError",
    "VerifyWarning",
    "configure",
    "det_hash",
    "disabled",
    "memoize_step",
    "refreshing",
    "register_det_hash",
]


#: What comes from :mod:`memo.step`, which loads wrapt: the command line, and who only hashes, does without.
_OF_STEPS = ("StepInfo", "disabled", "memoize_step", "refreshing")


def __getattr__(name: str) -> Any:
    """Import what is asked for and not every program needs."""
    if name in ("inspection", "testing"):
        return import_module(f"memo.{name}")
    if name in _OF_STEPS:
        step = import_module("memo.step")
        globals().update({each: getattr(step, each) for each in _OF_STEPS})
        return globals()[name]
    raise AttributeError(f"module 'memo' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List that, too."""
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: object) -> None:
    """Add the magics; IPython calls it on ``%load_ext memo``."""
    from memo.notebook import load  # only for notebooks

    load(shell)


def unload_ipython_extension(shell: object) -> None:
    """Take the magics away; IPython calls it on ``%unload_ext memo``."""
    from memo.notebook import unload  # as above

    unload(shell)
