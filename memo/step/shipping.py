"""A step on its way to another process: by its name where that leads back to it, else with its code and its digest."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from memo.step.wrapper import StepWrapper

_MAIN = ("__main__", "__mp_main__")


def reduce_step(step: StepWrapper, rebuild: Callable[..., Any]) -> Any:
    """Return what pickle makes the step again from.

    A step of a module is found there by its name. One of ``__main__``, a notebook or a closure travels by value if
    cloudpickle is installed, which the engines that ship such functions bring along.
    """
    if step.__module__ not in _MAIN and _leads_back(step):
        return step.__qualname__
    cloudpickle = sys.modules.get("cloudpickle") or _import_cloudpickle()
    if cloudpickle is None:
        return step.__qualname__
    inner = step._self_step  # noqa: SLF001
    return rebuild, (cloudpickle.dumps(inner.shipped()),)


def load_shipped(data: bytes) -> Any:
    """Return what :func:`reduce_step` packed."""
    import pickle

    return pickle.loads(data)  # noqa: S301  the caller is unpickling already


def _leads_back(step: StepWrapper) -> bool:
    found: Any = sys.modules.get(step.__module__)
    for name in step.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is step


def _import_cloudpickle() -> Any:
    try:
        import cloudpickle
    except ImportError:
        return None
    return cloudpickle
