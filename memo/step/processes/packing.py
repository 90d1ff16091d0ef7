"""A step as plain pickle takes it by value: packed by cloudpickle, but with the program's classes by name.

Plain pickle takes the arguments' classes by name. Were the step to bring its own copies of them, ``isinstance`` would
say no over there, no member of an enumeration would be the one that was passed, and what is wrong would be stored
under the key of what is right.
"""

from __future__ import annotations

import pickle
import sys
from functools import cache
from io import BytesIO
from typing import Any

#: What the script that runs, or the notebook, is called.
MAIN = ("__main__", "__mp_main__")


def packed(step: Any) -> bytes:
    """Return *step* by value.

    Raises:
        ImportError: cloudpickle is not installed.
    """
    import cloudpickle  # not everybody has it

    file = BytesIO()
    _packer(cloudpickle)(file).dump(step)
    return file.getvalue()


def named(module: str, qualname: str) -> Any:
    """Return what a name leads to; ``None`` where it leads nowhere."""
    found: Any = sys.modules.get(module)
    for name in qualname.split("."):
        found = getattr(found, name, None)
    return found


@cache
def _packer(cloudpickle: Any) -> Any:
    class Packer(cloudpickle.Pickler):  # type: ignore[misc]  # it has no types
        def reducer_override(self, obj: Any) -> Any:
            if not issubclass(type(obj), type) or obj.__module__ not in MAIN or named(*_name_of(obj)) is not obj:
                return super().reducer_override(obj)
            if hasattr(sys.modules[obj.__module__], "__file__"):
                return NotImplemented  # by its name: the processes run the script, too
            return _class_of_main, (obj.__qualname__, cloudpickle.dumps(obj))

    return Packer


def _name_of(cls: type) -> tuple[str, str]:
    return cls.__module__, cls.__qualname__


def _class_of_main(qualname: str, by_value: bytes) -> Any:
    """Return a notebook's class: a forked process has it, a new one does not."""
    found = named("__main__", qualname)
    return found if isinstance(found, type) else pickle.loads(by_value)  # noqa: S301  it came with the step
