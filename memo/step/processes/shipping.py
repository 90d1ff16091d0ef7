"""A step on its way to another process: by its name where that leads back to it, else by value, with its source."""

from __future__ import annotations

import importlib
import os
import pickle
import sys
from types import MethodType
from typing import TYPE_CHECKING, Any, NamedTuple

from memo.config import VARIABLES, tell, told, working_directory
from memo.dethash import keep_sources, sources_of_main
from memo.step.processes.packing import MAIN, named, packed

if TYPE_CHECKING:
    from memo.dethash.code.source.brought import Sources
    from memo.step.wrapper import StepWrapper

#: With its number, tells this process from those of other machines.
_TOKEN = os.urandom(8).hex()
_has_told = False


def _machine() -> str:
    import platform  # it takes its time to load

    return platform.node()


def _variables() -> dict[str, str | None]:
    return {name: os.environ.get(name) for name in VARIABLES}


_began_with = _variables()


def way_of(step: StepWrapper) -> Any:
    """Return what pickle makes the step again from; ``None`` where it is to take the step's parts.

    A step of a module is found there by its name. So is one of the script that runs, where multiprocessing asks: its
    processes run the script, too. cloudpickle, which the other engines use, takes a function of ``__main__`` or a
    closure to where its name leads nowhere, and this step's function with it. Where plain pickle is asked for a
    closure, or for a step of a notebook, cloudpickle packs it if it is installed.
    """
    is_by_value = _takes_main_by_value()
    found = named(step.__module__, step.__qualname__)
    leads_back = unbound(found) is step
    if leads_back and step.__module__ not in MAIN:
        return _by_name(step, found, is_by_value)
    if is_by_value:
        return None
    if leads_back and hasattr(sys.modules.get(step.__module__), "__file__"):
        return _by_name(step, found, is_by_value)
    try:
        return pickle.loads, (packed(step),)
    except ImportError:
        return step.__qualname__  # pickle says what is wrong, as it does of a function


def way_of_method(holder: Any, name: str) -> Any:
    """Return what pickle makes a method step again from."""
    luggage = luggage_of(_takes_main_by_value())
    return (getattr, (holder, name)) if luggage is None else (arrived_in, (holder, name, luggage))


def _by_name(step: StepWrapper, found: Any, is_by_value: bool) -> Any:
    luggage = luggage_of(is_by_value)
    if luggage is None and found is step:
        return step.__qualname__
    return arrived, (step.__module__, step.__qualname__, luggage)


def unbound(found: Any) -> Any:
    """Return the step in what a name leads to: a class binds it, as ``@classmethod`` does from Python 3.13 on."""
    return found.__func__ if type(found) is MethodType else getattr(found, "_self_parent", None) or found


class Luggage(NamedTuple):
    """What goes along with a step, so that it does over there what it does here.

    Attributes:
        process: where it comes from.
        machine: on which machine that is.
        variables: what the environment says.
        sources: where the code of the program's classes comes from, if instances of them may go along by value.
        given: what configure() and the project say, which the other process may not have run or not find.
        block: what the ``with`` blocks say.
    """

    process: tuple[str, int]
    machine: str
    variables: dict[str, str | None]
    sources: Sources | None
    given: dict[str, Any]
    block: dict[str, Any]


def luggage_of(is_by_value: bool) -> Luggage | None:
    """Return what goes along with a step that leaves; ``None`` if nothing was ever said that has to."""
    global _has_told  # noqa: PLW0603  one for the process
    (given, block), variables = told(), _variables()
    sources = sources_of_main() if is_by_value else None
    # Processes that are there already, or come from a server of forks, have the environment of before.
    _has_told = (
        _has_told or bool(given or block) or variables != _began_with
    )  # from then on: what does not hold any more is to be told, too
    if not (_has_told or (sources is not None and any(sources))):
        return None
    return Luggage((_TOKEN, os.getpid()), _machine(), variables, sources, _absolute(given), _absolute(block))


def unpack(luggage: Luggage | None) -> None:
    """Take what came with a step, unless it comes from this process."""
    if luggage is not None:
        keep_sources(luggage.sources)
        if luggage.process != (_TOKEN, os.getpid()):
            if luggage.machine == _machine():  # another one has directories of its own
                for name, value in luggage.variables.items():
                    if value is None:
                        os.environ.pop(name, None)
                    elif os.environ.get(name) != value:
                        os.environ[name] = value
            tell(luggage.given, luggage.block)


def arrived(module: str, name: str, luggage: Luggage | None) -> Any:
    """Return a step by its name, after unpacking what came with it."""
    unpack(luggage)
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return unbound(found)


def arrived_in(holder: Any, name: str, luggage: Luggage) -> Any:
    """Return a method step, after unpacking what came with it."""
    unpack(luggage)
    return getattr(holder, name)


def _absolute(given: dict[str, Any]) -> dict[str, Any]:
    """Return settings that mean the same from every working directory."""
    return given | {"store": str(working_directory() / given["store"])} if "store" in given else given


def _takes_main_by_value() -> bool:
    """Say whether it is cloudpickle that asks for the step, of which joblib and ray bring their own, or dask with it.

    What asks is written in C and calls ``__reduce_ex__``, from which we come: the frame above is what started it.
    """
    asking = sys._getframe(3).f_globals.get("__name__", "")  # noqa: SLF001
    return "cloudpickle" in asking
