"""Run steps of small projects, or explain and then run them, and print what was said. Run by ``test_explain.py``."""

from __future__ import annotations

import importlib
import json
import logging
import sys
import traceback

import memo
from memo.inspection import explain_last
from memo.store import Store


class Lines(logging.Handler):
    """Keeps what is logged."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def ask(directory: str, call: str, explained: str) -> dict[str, object]:
    """Run *call* in the project, after it was *explained*, if it is to be."""
    before, path = set(sys.modules), [directory, f"{directory}/site-packages"]
    sys.path[:0] = path
    importlib.invalidate_caches()
    memo.configure(store=f"{directory}/store")
    log = Lines()
    logging.getLogger("memo").addHandler(log)
    try:
        main = importlib.import_module("main")
        space = vars(main) | {"Store": Store, "main": directory}
        if not explained:
            exec(call, space)
            return {}
        said = eval(explained, space)
        told = {"why": said.why, "is_stored": said.is_stored, "text": str(said), "data": said.to_dict()}
        logging.getLogger("memo").setLevel(logging.INFO)
        exec(call, space)
        last = explain_last(Store(said.store), said.call.origin)
        return told | {"log": log.lines, "last": None if last is None else last.why}
    except Exception:  # noqa: BLE001  whatever it is, the test shows it
        return {"error": traceback.format_exc()}
    finally:
        logging.getLogger("memo").removeHandler(log)
        logging.getLogger("memo").setLevel(logging.NOTSET)
        sys.path[:2] = []
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(directory):
                del sys.modules[name]


if __name__ == "__main__":
    print(json.dumps([(name, ask(*rest)) for name, *rest in json.load(sys.stdin)]))
