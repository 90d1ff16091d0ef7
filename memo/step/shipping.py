"""A step on its way to another process: by its name where that leads back to it, else by value, with its source."""

from __future__ import annotations

import importlib
import pickle
import sys
from typing import TYPE_CHECKING, Any

from memo.dethash import keep_sources, sources_of_main

if TYPE_CHECKING:
    from memo.step.wrapper import StepWrapper

_MAIN = ("__main__", "__mp_main__")


def way_of(step: StepWrapper) -> Any:
    """Return what pickle makes the step again from; ``None`` where it is to take the step's parts.

    A step of a module is found there by its name. So is one of the script that runs, where multiprocessing asks: its
    processes run the script, too. cloudpickle, which the other engines use, takes a function of ``__main__`` or a
    closure to where its name leads nowhere, and this step's function with it. Where plain pickle is asked for a
    closure, or for a step of a notebook, cloudpickle packs it if it is installed.
    """
    is_by_value = _takes_main_by_value()
    leads_back = _leads_back(step)
    if leads_back and step.__module__ not in _MAIN:
        luggage = sources_of_main() if is_by_value else None
        return (found, (step.__module__, step.__qualname__, luggage)) if luggage and any(luggage) else step.__qualname__
    if is_by_value:
        return None
    if leads_back and hasattr(sys.modules.get(step.__module__), "__file__"):
        return step.__qualname__
    try:
        import cloudpickle
    except ImportError:
        return step.__qualname__  # pickle says what is wrong, as it does of a function
    return pickle.loads, (cloudpickle.dumps(step),)


def way_of_method(holder: Any, name: str) -> Any:
    """Return what pickle makes a method step again from."""
    luggage = sources_of_main() if _takes_main_by_value() else None
    return (found_in, (holder, name, luggage)) if luggage and any(luggage) else (getattr, (holder, name))


def found(module: str, name: str, sources: Any) -> Any:
    """Return a step by its name, after taking the sources that came with it."""
    keep_sources(sources)
    step: Any = importlib.import_module(module)
    for part in name.split("."):
        step = getattr(step, part)
    return step


def found_in(holder: Any, name: str, sources: Any) -> Any:
    """Return a method step, after taking the sources that came with it."""
    keep_sources(sources)
    return getattr(holder, name)


def _takes_main_by_value() -> bool:
    """Say whether it is cloudpickle that asks for the step, of which joblib and ray bring their own, or dask with it.

    What asks is written in C and calls ``__reduce_ex__``, from which we come: the frame above is what started it.
    """
    asking = sys._getframe(3).f_globals.get("__name__", "")  # noqa: SLF001
    return "cloudpickle" in asking


def _leads_back(step: StepWrapper) -> bool:
    found: Any = sys.modules.get(step.__module__)
    for name in step.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is step
