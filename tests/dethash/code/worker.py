"""Import one project after the other and print the keys of their calls. Run by ``project.py`` in a process of its own."""

from __future__ import annotations

import gc
import importlib
import json
import sys
import traceback

from memo.dethash.code.reading import reading
from memo.dethash.digest import value_digest
from memo.dethash.hashing import digest_bytes
from memo.dethash.watch import CodeWatch, class_digest


def key(function, *arguments, **options):
    """Return what identifies a call: the function's code, the arguments, and the code of their classes."""
    manifest = CodeWatch(function, **options).manifest()
    parts = [manifest.digest]
    with reading(manifest.reads):
        for argument in arguments:
            found = value_digest(argument)
            parts += [found.digest, *(class_digest(cls) for cls in found.classes)]
    return digest_bytes("".join(parts).encode()).hex()


def ask(directory: str, call: str) -> str:
    gc.collect()  # what is left of the projects before
    gc.freeze()
    before = set(sys.modules)
    path = [directory, f"{directory}/site-packages"]
    sys.path[:0] = path
    importlib.invalidate_caches()
    try:
        main = importlib.import_module("main")
        return eval(call, {"key": key, "sys": sys, **vars(main)})
    except Exception:  # noqa: BLE001  whatever it is, the test shows it
        return traceback.format_exc()
    finally:
        sys.path[:2] = []
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(directory):
                del sys.modules[name]


if __name__ == "__main__":
    print(json.dumps([(name, ask(directory, call)) for name, directory, call in json.load(sys.stdin)]))
