"""Import one project after the other and print their calls' code manifests. Run by ``test_difference.py``."""

from __future__ import annotations

import json
import sys

from memo.dethash import CodeWatch, class_manifest, parts_of, value_digest
from tests.dethash.code import worker


def told(made):
    return made.to_dict() | {"kept": {digest: excerpt.to_dict() for digest, excerpt in made.excerpts().items()}}


def key(function, *arguments, **options):
    """Return the manifests of a call: the function's, and for each argument what it is and the code that it brings."""
    out = [told(CodeWatch(function, **options).manifest())]
    for argument in arguments:
        found = value_digest(argument)
        parts = parts_of(argument, found)
        manifests = [class_manifest(cls) for cls in found.classes] + ([parts.code] if parts.code else [])
        out.append({"value": found.digest, "tree": parts.tree, "manifests": [told(made) for made in manifests]})
    return out


if __name__ == "__main__":
    worker.key = key
    print(json.dumps([(name, worker.ask(directory, call)) for name, directory, call in json.load(sys.stdin)]))
