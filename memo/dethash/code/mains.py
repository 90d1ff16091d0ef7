"""Which class a name of the program's means here.

A script is imported elsewhere, and its classes are another module's there. cloudpickle brings code together with copies
of the program's classes: where the process has run the script, too, as dask's workers have, there are two of each name,
and the copy is the one that the code which was brought knows.
"""

from __future__ import annotations

import pickle
import re
import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path, PurePath
from typing import Any
from weakref import WeakValueDictionary

from memo.dethash.code.party import MAIN

#: The program's classes whose code was looked at: those of steps and of arguments, before anything is looked up.
_met: WeakValueDictionary[str, type] = WeakValueDictionary()
_is_host = False


def be_host() -> None:
    """Take note that code was brought here from another process."""
    global _is_host  # noqa: PLW0603  it is the process's
    _is_host = True


def is_host() -> bool:
    """Say whether code was brought here from another process."""
    return _is_host


def meet(cls: type) -> None:
    """Take note of a class that code here knows."""
    if cls.__module__ in MAIN:
        _met[cls.__qualname__] = cls


def name_in_main(cls: type) -> str | None:
    """Return the name by which :func:`class_in_main` finds *cls*, here and elsewhere; ``None`` if it does not."""
    name = cls.__qualname__
    if cls.__module__ not in MAIN or "<locals>" in name:
        return None
    if _is_host:
        _met.setdefault(name, cls)
    return name if _found(name) is cls else None


def class_in_main(name: str) -> type:
    """Return the program's class of this name. Stored results name this function.

    Raises:
        AttributeError: it has none.
    """
    found = _found(name)
    if not isinstance(found, type):
        raise AttributeError(f"the program that runs has no class {name}")  # noqa: TRY004  as pickle does
    return found


def may_name_main(pickled: bytes) -> bool:
    """Say whether there may be a name in *pickled*, which may be any buffer, that is the script's, were it imported."""
    file = _file_of_main()
    return file is not None and _pattern_of(file).search(pickled) is not None


@lru_cache(maxsize=16)
def _pattern_of(file: str) -> re.Pattern[bytes]:
    """Return how the name of a module ends in a pickle: an opcode follows it, as few other texts that end so."""
    return re.compile(re.escape(PurePath(file).stem.encode() + pickle.MEMOIZE))


def _file_of_main() -> str | None:
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    return file if isinstance(file, str) else None


def is_main(module: str) -> bool:
    """Say whether *module* is the script that runs: elsewhere it is imported, and the same code has the same keys."""
    file = _file_of_main()
    return file is not None and _is_module_of(file, module)


@lru_cache(maxsize=256)
def _is_module_of(file: str, module: str) -> bool:
    if module.rpartition(".")[2] != PurePath(file).stem:
        return False
    try:
        spec = find_spec(module)
        return spec is not None and spec.origin is not None and Path(spec.origin).samefile(file)
    except (ImportError, ValueError, OSError):
        return False


def _found(name: str) -> Any:
    found: Any = _met.get(name) if _is_host else None
    if found is None:
        found = sys.modules.get("__main__")
        for part in name.split("."):
            found = getattr(found, part, None)
    return found
