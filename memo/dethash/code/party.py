"""Whose code something is: the user's own, a third-party distribution's, or the standard library's."""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from memo.config import settings
from memo.dethash.attribute import attribute
from memo.dethash.file import content_of

#: Directories of installed distributions, whatever the interpreter.
_INSTALLED = ("/site-packages/", "/dist-packages/")
#: Bits of a class's flags: made at run time; made by C code for good.
HEAP, IMMUTABLE = 1 << 9, 1 << 8
MAIN = frozenset({"__main__", "__mp_main__"})
_EXTENSIONS = tuple(EXTENSION_SUFFIXES)


class Party(NamedTuple):
    """Whose a module is."""

    #: ``first`` is followed; ``third`` counts by its version; ``standard`` and ``memo`` count by name; ``unknown`` is
    #: not to be found.
    kind: str
    #: The third-party distribution's name and its version, or what stands for it.
    distribution: str = ""
    version: str = ""
    #: An extension module that no distribution installed: its version is the digest of its file.
    is_built: bool = False


FIRST, STANDARD, MEMO, UNKNOWN = Party("first"), Party("standard"), Party("memo"), Party("unknown")


def party_of_module(name: str) -> Party:
    """Return whose module *name* is, without importing it."""
    top = name.partition(".")[0]
    if top in MAIN:
        return FIRST
    if top == "memo":
        return MEMO
    return _as_told(top, _found_party(name, top))


def _as_told(top: str, party: Party) -> Party:
    """Return what the user's settings make of *party*, which the top-level module *top* was found to be."""
    told = settings()
    if top in told.first_party and not party.is_built:
        return FIRST
    if party.kind == "first" and top in told.third_party:
        party = Party("third", top, _version_of(top))
    if party.kind != "third" or party.is_built or told.versions == "exact":
        return party
    kept = 2 if told.versions == "minor" else 0
    return party._replace(version=".".join(party.version.split(".")[:kept]))


@cache
def _version_of(top: str) -> str:
    """Return the version of the distribution of that name, such as an editable install; empty where there is none."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(top)
    except PackageNotFoundError:
        return ""


def _found_party(name: str, top: str) -> Party:
    module = sys.modules.get(name)
    location = _location(module) if module is not None else None
    if location is None:
        spec = _spec(name)
        if spec is None:
            return UNKNOWN if module is None else _without_file(top)
        location = _location_of_spec(spec)
    return _without_file(top) if location is None else party_of_file(location)


@cache
def party_of_file(filename: str) -> Party:
    """Return whose *filename*, the file of a module or the directory of a package, is."""
    root, inside = _installed(filename)
    if inside:
        from memo.dethash.code.distributions import distribution_of

        found = distribution_of(root, inside)
        return Party("third", *found) if found is not None else FIRST
    if any(filename.startswith(directory) for directory in _standard_directories()):
        return STANDARD
    if filename.startswith("<frozen"):
        return STANDARD
    return _built(filename) if filename.endswith(_EXTENSIONS) else FIRST


def _built(filename: str) -> Party:
    """Return whose an extension module of the user's own is: there is no code to follow, but its file is at hand."""
    name = os.path.basename(filename).partition(".")[0]  # noqa: PTH119 - as text
    try:
        return Party("third", name, content_of(filename).digest.hex(), is_built=True)
    except OSError:
        return FIRST


def _installed(filename: str) -> tuple[str, str]:
    """Return the directory of installed distributions that *filename* is in, and the way from there; else nothing.

    It is asked of every module that is loaded, of which there may be thousands: no paths are made.
    """
    filename = filename.replace(os.sep, "/")
    start = max(filename.rfind(directory) for directory in _INSTALLED)
    root, _, inside = filename[start + 1 :].partition("/")
    return (filename[: start + 1] + root, inside) if start >= 0 else ("", "")


def _without_file(top: str) -> Party:
    is_standard = top in sys.stdlib_module_names or top in sys.builtin_module_names
    return STANDARD if is_standard or top.startswith("_cython_") else FIRST  # Cython's types are shared in memory


@cache
def _standard_directories() -> tuple[str, ...]:
    import sysconfig

    found = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), str(Path(ast_file()).parent)}
    return tuple(sorted(f"{path}/" for path in found if path))


def ast_file() -> str:
    """Return the file of a module of the standard library: where the others are, too."""
    import ast

    return ast.__file__


def _location(module: ModuleType) -> str | None:
    file = vars(module).get("__file__")
    if isinstance(file, str):
        return file
    spec = vars(module).get("__spec__")
    return _location_of_spec(spec) if isinstance(spec, ModuleSpec) else None


def _location_of_spec(spec: ModuleSpec) -> str | None:
    if spec.has_location and spec.origin:
        return spec.origin
    if spec.submodule_search_locations:
        return next(iter(spec.submodule_search_locations), None)
    return None


def _spec(name: str) -> ModuleSpec | None:
    """Return the spec of the module or else of its nearest package, found without running any of their code."""
    top, *rest = name.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, AttributeError, ValueError):
        return None
    for part in rest:
        if spec is None or spec.submodule_search_locations is None:
            break
        inner = PathFinder.find_spec(f"{spec.name}.{part}", list(spec.submodule_search_locations))
        if inner is None:
            break
        spec = inner
    return spec


def is_first_party(value: Any) -> bool:
    """Say whether the user's own project defines the function, class or module *value*.

    Python code of a module that is not to be found, such as what ``exec`` ran under another name, has no version: what
    it does counts as if it were the user's own.
    """
    kind = party_of(value).kind
    return kind == "first" or (kind == "unknown" and _is_python(value))


def _is_python(value: Any) -> bool:
    return (
        value.__flags__ & (HEAP | IMMUTABLE) == HEAP if issubclass(type(value), type) else type(value) is FunctionType
    )


def party_of(value: Any) -> Party:
    """Return whose function, class or module *value* is."""
    if isinstance(value, ModuleType):
        return (
            _party_of_unlisted(value)
            if sys.modules.get(value.__name__) is not value
            else party_of_module(value.__name__)
        )
    namespace = attribute(value, "__globals__")
    if isinstance(namespace, dict):  # a function's __module__ may have been copied from what it wraps
        file = namespace.get("__file__")
        name = str(namespace.get("__name__", "__main__"))
        if isinstance(file, str) and name not in MAIN and not _is_ours(name):
            return _as_told(name.partition(".")[0], party_of_file(file))
        return party_of_module(name)
    module = attribute(value, "__module__")
    return party_of_module(module) if isinstance(module, str) else STANDARD


def _party_of_unlisted(module: ModuleType) -> Party:
    """Return whose a module is that cannot be found by its name, such as one that was loaded from a path."""
    top, location = module.__name__.partition(".")[0], _location(module)
    if location is not None and Path(location).is_absolute():
        return _as_told(top, party_of_file(location))
    party = party_of_module(module.__name__)
    return FIRST if party.kind == "unknown" else party


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] == "memo"
