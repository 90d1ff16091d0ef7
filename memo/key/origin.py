"""Where a step comes from: the project, the module and the qualified name, or a name of its own."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from functools import cache
from hashlib import blake2s
from pathlib import Path
from typing import Any, NamedTuple

from memo.dethash import party_of

_MAIN = ("__main__", "__mp_main__")


class Origin(NamedTuple):
    """The label of a step's entries, and its identity where its code does not identify it.

    ``str(origin)`` is ``project/module:qualname``, or ``project/name`` for a step with a name.
    """

    project: str
    module: str
    qualname: str
    name: str | None = None

    @classmethod
    def of(cls, function: Callable[..., Any], name: str | None = None) -> Origin:
        """Return the origin of *function*.

        Args:
            function: the function as it was written.
            name: stands for module and qualified name, so that the function may move.
        """
        module = str(getattr(function, "__module__", None) or "__main__")
        namespace = getattr(function, "__globals__", {})
        file = namespace.get("__file__")
        if module in _MAIN:
            module = _main_name(namespace)
        party = party_of(function)
        project = party.distribution if party.kind == "third" else project_of(file if isinstance(file, str) else None)
        return cls(project, module, function.__qualname__, name)

    def __str__(self) -> str:
        what = self.name if self.name is not None else f"{self.module}:{self.qualname}"
        return f"{self.project}/{what}"


def _main_name(namespace: dict[str, Any]) -> str:
    """Return what the program is called as a module: its ``-m`` name, its file's stem, or its notebook's."""
    spec = namespace.get("__spec__")
    if spec is not None and spec.name not in _MAIN:
        name = str(spec.name)
        return name.removesuffix(".__main__")
    file = namespace.get("__file__") or namespace.get("__vsc_ipynb_file__")
    if file is None and "get_ipython" in namespace:
        file = os.environ.get("JPY_SESSION_NAME")
    return Path(file).stem if isinstance(file, str) else "__main__"


def project_of(file: str | None) -> str:
    """Return the name of the project that *file* belongs to; without a file, of the working directory's.

    A project is the nearest directory above with a ``pyproject.toml`` that names one. Without that, it is the nearest
    directory under version control, or else the file's own, and as many directories share a name, a few digits of its
    path's digest tell them apart.
    """
    start = Path(file).resolve().parent if file is not None else Path.cwd()
    return _project_at(start)


@cache
def _project_at(start: Path) -> str:
    versioned: Path | None = None
    for directory in (start, *start.parents):
        name = _declared_name(directory / "pyproject.toml")
        if name is not None:
            return name
        if versioned is None and (directory / ".git").exists():
            versioned = directory
    root = versioned or start
    return f"{root.name or 'root'}-{blake2s(os.fsencode(root), digest_size=3).hexdigest()}"


def _declared_name(file: Path) -> str | None:
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    project = data.get("project")
    name = project.get("name") if isinstance(project, dict) else None
    return name if isinstance(name, str) and name else None
