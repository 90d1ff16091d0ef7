"""The source text of running code: read when its file is first seen, and kept.

A later save changes nothing here: what runs is what was read then. Should code turn up that no kept text explains (a
reload, a function defined after an edit), the file is read again and the new text kept beside the old.
"""

from __future__ import annotations

import linecache
import sys
from importlib.util import decode_source
from pathlib import Path
from types import CodeType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.code.source.brought import (
    DROPPED,
    Homeless,
    Sources,
    Texts,
    anchors_in,
    file_of_brought,
    keep_brought,
    keep_file,
    names_brought,
    texts_with,
)

#: File name as in ``co_filename`` -> its texts, oldest first.
_texts: dict[str, list[str]] = {}
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
    brought = texts_with(namespace)
    if filename in brought:
        return brought[filename]
    if filename not in _texts:
        read_again(filename, namespace)
    return _texts.get(filename, [])


def text_of_module(namespace: dict[str, Any]) -> str:
    """Return the newest text of the module with these globals; empty if none is known."""
    file = namespace.get("__file__")
    known = texts(file, namespace) if isinstance(file, str) else []
    return known[-1] if known else ""


def read_again(filename: str, namespace: dict[str, Any] | None = None) -> None:
    """Read *filename* now: its text is the newest, whether or not it was seen before."""
    text = _read(filename, namespace)
    if text is None:
        _texts.setdefault(filename, [])
    else:
        keep_text(filename, text)


def filename_of(code: CodeType) -> str:
    """Return the name of the file that *code* comes from; cloudpickle drops it."""
    return file_of_brought(code) if code.co_filename == DROPPED else code.co_filename


def kept_sources(*homeless: Homeless) -> Sources:
    """Return where code comes from, for a process that it is taken to."""
    from memo.dethash.code.party import party_of_file

    # New names each time: pickles in which a string is sometimes that of a code object differ, and dask compares them.
    names: dict[str, str] = {}
    places: list[tuple[CodeType, str]] = []
    found: Texts = {}
    functions = [function for each in homeless for function in each.functions]
    for function in functions:
        code, name = function.__code__, filename_of(function.__code__)
        places.append((code, names.setdefault(name, "".join([*name]))))
        if party_of_file(name).kind == "first":
            found[names[name]] = texts(name, function.__globals__)
        if name != DROPPED:  # for what comes back replaces methods of the classes that are here by copies
            keep_file(code, name)
    others = {name: known for each in homeless for name, known in each.others.items() if name not in names}
    for name, known in others.items():
        keep_text(name, known[-1])
    anchors = anchors_in(namespace for each in homeless for namespace in each.namespaces)
    return Sources(places, {name: known for name, known in (found | others).items() if known}, anchors)


def keep_sources(sources: Sources) -> None:
    """Keep what :func:`kept_sources` gave in another process."""
    keep_brought(sources)
    for filename, there in sources.texts.items():
        for text in there:
            keep_text(filename, text)


def keep_text(name: str, text: str) -> None:
    """Keep *text* as the newest of that name."""
    # Replaced and never changed, so that another thread sees all of it or nothing.
    _texts[name] = [*(each for each in _texts.get(name, ()) if each != text), text]


def kept_text(name: str, namespace: dict[str, Any]) -> str:
    """Return the text of that name that came with these globals, or else the newest; empty if there is none."""
    found = texts_with(namespace).get(name) or _texts.get(name) or [""]
    return found[-1]


def remember(function: Any) -> None:
    """Keep the text that *function* comes from, and those of the modules that are loaded now."""
    from memo.dethash.code.state.containers import keep_containers  # it uses this file

    code = attribute(function, "__code__")
    if code is not None:
        read_again(filename_of(code), function.__globals__)
    remember_loaded_modules()
    if code is not None and any(function.__globals__ is namespace for namespace in namespaces()):
        keep_containers(function.__globals__, is_fresh=False)


def remember_loaded_modules() -> None:
    """Keep the texts of the first-party modules that are loaded now, before somebody edits their files."""
    from memo.dethash.code.party import party_of_module
    from memo.dethash.code.state.containers import keep_containers  # as above

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


def cells(namespace: dict[str, Any] | None = None) -> list[str]:
    """Return the names of the texts that have no file, such as the cells of a notebook, here or where code is from.

    Args:
        namespace: the code's globals.
    """
    here = [name for name, entry in list(linecache.cache.items()) if len(entry) == 4 and entry[1] is None]
    return [*texts_with(namespace)] or [*names_brought(), *here]


def _read(filename: str, namespace: dict[str, Any] | None) -> str | None:
    try:
        return decode_source(Path(filename).read_bytes())
    except (OSError, ValueError, SyntaxError, UnicodeError):
        return "".join(linecache.getlines(filename, namespace)) or None
