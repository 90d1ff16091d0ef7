"""The source text of running code: read when its file is first seen, and kept.

A later save changes nothing here: what runs is what was read then. Should code turn up that no kept text explains (a
reload, a function defined after an edit), the file is read again and the new text kept beside the old.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterable
from importlib.util import decode_source
from pathlib import Path
from types import CodeType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.code.containers import keep_containers

#: Code with the names of its files, and the files' texts.
Sources = tuple[list[tuple[CodeType, str]], dict[str, list[str]]]

#: File name as in ``co_filename`` -> its texts, oldest first.
_texts: dict[str, list[str]] = {}
#: The files of code that cloudpickle brought here. It makes equal code again for each step, class and task.
_filenames: dict[CodeType, str] = {}
#: The names of the files whose texts were brought along.
_brought: dict[str, None] = {}
#: What cloudpickle calls them.
_DROPPED = "<dynamic-code>"
#: The modules that have been looked at, each with the spec that it had: a reload makes another one.
_seen_modules: dict[str, object] = {}
#: The names of those that are the user's own.
_first_party: dict[str, None] = {}


def texts(filename: str, namespace: dict[str, Any] | None = None) -> list[str]:
    """Return the texts of *filename* that have been seen so far; read it if there are none.

    Args:
        filename: a code object's file name; notebook cells and doctests have one too.
        namespace: the globals of the code's module, through which loaders other than from files find the text.
    """
    if filename not in _texts:
        read_again(filename, namespace)
    return _texts.get(filename, [])


def read_again(filename: str, namespace: dict[str, Any] | None = None) -> None:
    """Read *filename* now: its text is the newest, whether or not it was seen before."""
    text = _read(filename, namespace)
    if text is None:
        _texts.setdefault(filename, [])
    else:
        keep_text(filename, text)


def filename_of(code: CodeType) -> str:
    """Return the name of the file that *code* comes from; cloudpickle drops it."""
    return _filenames.get(code, _DROPPED) if code.co_filename == _DROPPED else code.co_filename


def kept_sources(codes: Iterable[CodeType], others: Iterable[str] = ()) -> Sources:
    """Return where *codes* come from, with the texts of other files, for a process that they are taken to."""
    from memo.dethash.code.party import party_of_file

    # New names each time: pickles in which a string is sometimes that of a code object differ, and dask compares them.
    names: dict[str, str] = {}
    places = [(code, names.setdefault(name, "".join([*name]))) for code in codes for name in [filename_of(code)]]
    for code, name in places:
        if name != _DROPPED:  # for what comes back replaces methods of the classes that are here by copies
            _filenames.setdefault(code, name)
    files = [name for name in names if name in _texts and party_of_file(name).kind == "first"]
    apart = {name: _texts[name] for name in others if name in _texts and name not in names}
    return places, {names[name]: _texts[name] for name in files} | apart


def keep_sources(sources: Sources) -> None:
    """Keep what :func:`kept_sources` gave in another process."""
    places, found = sources
    for code, filename in places:
        _filenames.setdefault(code, filename)
    _brought.update(dict.fromkeys(found))
    for filename, there in found.items():
        for text in there:
            keep_text(filename, text)


def keep_text(name: str, text: str) -> None:
    """Keep *text* as the newest of that name."""
    # Replaced and never changed, so that another thread sees all of it or nothing.
    _texts[name] = [*(each for each in _texts.get(name, ()) if each != text), text]


def kept_text(name: str) -> str:
    """Return the newest text of that name; empty if none was kept."""
    return next(reversed(_texts.get(name, [""])), "")


def remember(function: Any) -> None:
    """Keep the text that *function* comes from, and those of the modules that are loaded now."""
    code = attribute(function, "__code__")
    if code is not None:
        read_again(filename_of(code), function.__globals__)
    remember_loaded_modules()
    if code is not None and any(function.__globals__ is namespace for namespace in namespaces()):
        keep_containers(function.__globals__, is_fresh=False)


def remember_loaded_modules() -> None:
    """Keep the texts of the first-party modules that are loaded now, before somebody edits their files."""
    from memo.dethash.code.party import party_of_module

    for name, module in list(sys.modules.items()):
        namespace = getattr(module, "__dict__", {})
        spec = namespace.get("__spec__")
        if name in _seen_modules and _seen_modules[name] is spec:
            continue
        filename = namespace.get("__file__")
        if isinstance(filename, str) and filename.endswith((".py", ".pyw")) and party_of_module(name).kind == "first":
            read_again(filename, namespace)
            keep_containers(namespace, is_fresh=True)
            _first_party[name] = None
        _seen_modules[name] = spec  # only now: another thread would go on without its text


def namespaces() -> list[dict[str, Any]]:
    """Return the globals of the first-party modules that are loaded, whose texts are kept."""
    return [vars(sys.modules[name]) for name in list(_first_party) if name in sys.modules]


def cells() -> list[str]:
    """Return the names of the texts that have no file, such as the cells of a notebook, here or where code is from."""
    here = [name for name, entry in list(linecache.cache.items()) if len(entry) == 4 and entry[1] is None]
    return [*_brought, *here]


def _read(filename: str, namespace: dict[str, Any] | None) -> str | None:
    try:
        return decode_source(Path(filename).read_bytes())
    except (OSError, ValueError, SyntaxError, UnicodeError):
        return "".join(linecache.getlines(filename, namespace)) or None
