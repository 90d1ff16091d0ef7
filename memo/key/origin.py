"""Where a step comes from: the project, the module and the qualified name, or a name of its own."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from memo.config import read_toml, working_directory
from memo.dethash import party_of
from memo.dethash.attribute import attribute

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
        written: Any = inspect.unwrap(function, stop=_wraps_nothing_named)  # not where a decorator between is
        module = str(attribute(written, "__module__") or "__main__")
        party = party_of(written)
        if party.kind == "third":
            project = party.distribution
        elif party.kind == "standard":
            project = "python"
        else:
            file = _file_of(written, module)
            root, project = project_of(file)
            module = module if file is None else _module_in(root, file)
        return cls(project, module, written.__qualname__, name)

    def __str__(self) -> str:
        what = self.name if self.name is not None else f"{self.module}:{self.qualname}"
        return f"{self.project}/{what}"


def _wraps_nothing_named(function: Any) -> bool:
    return not attribute(attribute(function, "__wrapped__"), "__qualname__")


def _file_of(function: Any, module: str) -> Path | None:
    """Return the file that *function* is in; a notebook, too, is one."""
    namespace = attribute(function, "__globals__")
    if not isinstance(namespace, dict):
        namespace = getattr(sys.modules.get(module), "__dict__", {})
    file = namespace.get("__file__") or namespace.get("__vsc_ipynb_file__")
    if file is None and module in _MAIN and "get_ipython" in namespace:
        file = os.environ.get("JPY_SESSION_NAME")  # absolute or not, depending on Jupyter; its kernels run beside it
        file = file and os.path.basename(file)  # noqa: PTH119
    if not isinstance(file, str) or not file:
        return None
    path = working_directory() / file
    return path.parent.resolve() / path.name


def _module_in(root: Path, file: Path) -> str:
    """Return the dotted path of *file* in its project.

    What a script is called as a module, and a module found beside a script, depends on how the program was started, and
    two directories of one project may have files of one name: their places in the project tell them apart.
    """
    parts = list(file.relative_to(root).parts)
    parts[-1] = parts[-1].rpartition(".")[0] or parts[-1]
    if parts[0] == "src":
        del parts[0]
    if parts[-1:] in (["__init__"], ["__main__"]):
        del parts[-1]
    return ".".join(parts) or root.name


def project_of(file: Path | None) -> tuple[Path, str]:
    """Return the directory and the name of the project of *file*; without a file, of the working directory's.

    A project is the nearest directory above with a ``pyproject.toml`` that names one. Without that, it is the nearest
    directory under version control, or else the file's own, and as many directories share a name, a few digits of its
    path's digest tell them apart.
    """
    return _project_at(file.parent if file is not None else working_directory())


@cache
def _project_at(start: Path) -> tuple[Path, str]:
    versioned: Path | None = None
    for directory in (start, *start.parents):
        name = _declared_name(directory / "pyproject.toml")
        if name is not None:
            return directory, name
        if versioned is None and (directory / ".git").exists():
            versioned = directory
    from hashlib import blake2s  # it loads OpenSSL

    root = versioned or start
    return root, f"{root.name or 'root'}-{blake2s(os.fsencode(root), digest_size=3).hexdigest()}"


def _declared_name(file: Path) -> str | None:
    try:
        data = read_toml(file)
    except (OSError, ValueError):
        return None
    tool = data.get("tool")
    for table in (data.get("project"), tool.get("poetry") if isinstance(tool, dict) else None):
        name = table.get("name") if isinstance(table, dict) else None
        if isinstance(name, str) and name:
            return name
    return None
