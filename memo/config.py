"""Project-wide settings and where each comes from.

One precedence: what a call or a decorator says, then the environment, then :func:`configure`, then ``[tool.memo]`` of
the project's ``pyproject.toml``, then the default. A decorator's own options are the step layer's; the rest is here.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, Never

from memo.checked import checked_setting, refuse_unknown
from memo.errors import MemoWarning, OptionError

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


class Settings(NamedTuple):
    """What holds for every step that does not say otherwise.

    Attributes:
        store: the directory of the default store; ``None`` for ``memo`` in the user's cache directory.
        enabled: ``False`` lets every step run plainly, and nothing is looked up or stored.
        first_party: top-level modules whose code is followed although they are installed.
        third_party: top-level modules that count by their version although they are not installed.
        versions: how much of a third-party distribution's version counts: ``"exact"``, ``"minor"`` or ``"off"``.
        wait: how many seconds a call waits at most while another thread or process computes the same one.
        single_flight: ``False`` lets calls of one key compute at the same time.
        verify: the fraction of hits that is computed again and compared.
        tags: labels for entries.
        expire: after how many seconds a stored result is too old; ``None`` for never.
        compress: how results are compressed: ``"zstd"``, ``"lz4"`` or ``None``.
        refresh: the steps whose stored results are not looked for, by name or origin; ``"*"`` stands for all.
        forced: the names of settings that hold whatever a decorator says, as within a ``with`` block.
    """

    store: str | None = None
    enabled: bool = True
    first_party: tuple[str, ...] = ()
    third_party: tuple[str, ...] = ()
    versions: str = "exact"
    wait: float = 3600.0
    single_flight: bool = True
    verify: float = 0.0
    tags: tuple[str, ...] = ()
    expire: float | None = None
    compress: str | None = None
    refresh: tuple[str, ...] = ()
    forced: frozenset[str] = frozenset()


_PACKAGE = Path(__file__).parent
#: The environment variables that settings come from.
VARIABLES = ("MEMO_DIR", "MEMO_DISABLE", "MEMO_REFRESH")

_configured: dict[str, Any] = {}
#: What ``with`` blocks say, the outermost first.
_blocks: list[dict[str, Any]] = []
#: What holds where the steps come from that were sent here: for good, and within ``with`` blocks.
_arrived: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
_current: tuple[object, Settings] = (None, Settings())
#: What holds the environment, what gets a variable of it, and what ours are called there: asked at every call.
_environ: tuple[object, Callable[[Any], Any], Any, Any, Any] = (None, {}.get, *VARIABLES)
#: Counts the calls of configure(), so that what was derived from settings can be derived again.
generation = 0


def configure(  # noqa: PLR0913  each is a setting of its own
    *,
    store: str | os.PathLike[str] | None = None,
    enabled: bool | None = None,
    first_party: tuple[str, ...] | None = None,
    third_party: tuple[str, ...] | None = None,
    versions: str | None = None,
    wait: float | timedelta | None = None,
    single_flight: bool | None = None,
    verify: float | None = None,
    tags: Sequence[str] | None = None,
    expire: float | timedelta | None = None,
    compress: str | None = None,
    **unknown: Never,
) -> None:
    """Set defaults for the steps of this process; the environment and a decorator's own options come first.

    Args:
        store: the directory of the default store.
        enabled: whether steps look up and store anything.
        first_party: top-level modules whose code is followed although they are installed.
        third_party: top-level modules that count by their version although they are not installed.
        versions: how much of a third-party distribution's version counts: ``"exact"``, ``"minor"`` or ``"off"``.
        wait: how many seconds a call waits at most while another thread or process computes the same one.
        single_flight: whether it waits at all.
        verify: the fraction of hits that is computed again and compared, from 0 to 1.
        tags: labels for entries.
        expire: seconds or a `timedelta` after which a stored result is too old.
        compress: ``"zstd"`` or ``"lz4"``, which need a library each.
        unknown: there are no other settings; the error names the nearest one.

    Raises:
        OptionError: a setting has a value that it does not take, or does not exist.

    .. versionadded:: 0.1
    """
    global generation  # noqa: PLW0603  settings are the process's
    if unknown:
        refuse_unknown("configure", unknown, configure.__kwdefaults__ or {})
    given = {
        "store": store,
        "enabled": enabled,
        "first_party": first_party,
        "third_party": third_party,
        "versions": versions,
        "wait": wait,
        "single_flight": single_flight,
        "verify": verify,
        "tags": tags,
        "expire": expire,
        "compress": compress,
    }
    _configured.update({name: checked_setting(name, value) for name, value in given.items() if value is not None})
    generation += 1


def settings() -> Settings:
    """Return the settings in effect; the same object while nothing that they come from changes."""
    global _current  # noqa: PLW0603  as above
    held, get, directory, disable, refresh = _environ
    if held is not os.environ:
        _, get, directory, disable, refresh = _look_at_environment()
    seen = generation, get(directory), get(disable), get(refresh)
    if seen != _current[0]:
        environment = {name: os.environ.get(name) for name in VARIABLES}
        given = {name: value for name, value in environment.items() if value is not None}
        found = effective(given, _configured | _arrived[0], _of_project(*_project_starts()))
        for block in (_arrived[1], *_blocks):
            found = found._replace(**block, forced=found.forced | block.keys())
        _current = seen, found
    return _current[1]


def told() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what this process was told, but by its environment: for good, and within ``with`` blocks."""
    given = _of_project(*_project_starts()) | _configured | _arrived[0]
    return given, {name: value for block in (_arrived[1], *_blocks) for name, value in block.items()}


def tell(given: dict[str, Any], block: dict[str, Any]) -> None:
    """Let hold here what :func:`told` returned in another process; only the environment comes before it."""
    global _arrived, generation  # noqa: PLW0603  as above
    if (given, block) != _arrived:
        _arrived = given, block
        generation += 1


def _look_at_environment() -> tuple[object, Callable[[Any], Any], Any, Any, Any]:
    """Return how the variables are asked for: where there is such a thing, past what decodes each of them."""
    global _environ  # noqa: PLW0603  as above
    held: Any = os.environ
    try:
        _environ = held, held._data.get, *map(held.encodekey, VARIABLES)  # noqa: SLF001 - it decodes at each look
    except AttributeError:  # replaced by somebody, or another Python's
        _environ = held, held.get, *VARIABLES
    return _environ


def sources() -> dict[str, str]:
    """Return where each of the settings in effect comes from: the name of what says so, or ``default``."""
    starts = _project_starts()
    project, found = _of_project(*starts), _table_at(*starts)
    told = {
        "store": os.environ.get("MEMO_DIR") and "MEMO_DIR",
        "enabled": "MEMO_DISABLE" in os.environ and "MEMO_DISABLE",
        "refresh": os.environ.get("MEMO_REFRESH") and "MEMO_REFRESH",
    }
    where: dict[str, str] = {}
    for name in (name for name in Settings._fields if name != "forced"):
        if any(name in block for block in _blocks):
            where[name] = "a with block"
        elif told.get(name):
            where[name] = str(told[name])
        elif name in _configured:
            where[name] = "memo.configure()"
        else:
            where[name] = f"[tool.memo] of {found[1]}" if found and name in project else "default"
    return where


@contextmanager
def overriding(**given: Any) -> Iterator[None]:
    """Let settings hold in all threads of this process until the block is left, whatever else says otherwise."""
    global generation  # noqa: PLW0603  as above
    block = {name: checked_setting(name, value) for name, value in given.items()}
    _blocks.append(block)
    generation += 1
    try:
        yield
    finally:
        _blocks[:] = [each for each in _blocks if each is not block]
        generation += 1


def effective(environment: Mapping[str, str], configured: Mapping[str, Any], project: Mapping[str, Any]) -> Settings:
    """Decide the settings from what each source says; the first that says anything counts."""
    found = {**project, **configured}
    if environment.get("MEMO_DIR"):
        found["store"] = environment["MEMO_DIR"]
    if "MEMO_DISABLE" in environment:
        found["enabled"] = not _flag("MEMO_DISABLE", environment["MEMO_DISABLE"])
    if environment.get("MEMO_REFRESH"):
        found["refresh"] = tuple(filter(None, map(str.strip, environment["MEMO_REFRESH"].split(","))))
    return Settings(**found)


def _flag(name: str, text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise OptionError(name, text, f"one of {', '.join(_TRUE)}, or {', '.join(_FALSE[1:])}")


def working_directory() -> Path:
    """Return the working directory; the root where it was removed, for a step does not need it."""
    try:
        return Path.cwd()
    except OSError:
        return Path(os.sep)


def _project_starts() -> tuple[Path, ...]:
    """Return where to look for the project: beside the script that runs, then in the working directory.

    So a script finds its project from every working directory, a notebook or a console script the one it is used in.
    """
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    here = working_directory()
    if script is None or _is_installed(here / script):
        return (here,)
    return (here / script).parent, here


def _is_installed(script: Path) -> bool:
    """Say whether *script* is a console script or an installed module, which may lie inside of any project."""
    if script.is_relative_to(_PACKAGE) or not {"site-packages", "dist-packages"}.isdisjoint(script.parts):
        return True
    return script.parent.name in ("bin", "Scripts") and script.is_relative_to(sys.prefix)


@cache
def _of_project(*starts: Path) -> dict[str, Any]:
    """Return ``[tool.memo]`` of the nearest ``pyproject.toml`` that has one, at one of *starts* or above."""
    found = _table_at(*starts)
    return {} if found is None else _table_of(*found)


def _table_at(*starts: Path) -> tuple[Any, Path] | None:
    for directory in chain.from_iterable((start, *start.parents) for start in starts):
        file = directory / "pyproject.toml"
        try:
            tool = read_toml(file).get("tool")
        except OSError:
            continue
        except ValueError as error:
            warnings.warn(f"{file} cannot be read ({error}); memo's settings are not taken from it", MemoWarning)  # noqa: B028
            continue
        if isinstance(tool, dict) and "memo" in tool:
            return tool["memo"], file
    return None


def read_toml(file: Path) -> dict[str, Any]:
    """Return what *file* holds; raise `OSError` or `ValueError` where it cannot be read."""
    text = file.read_text("utf-8")
    import tomllib  # only where there is something to read, for it takes its time to load

    return tomllib.loads(text)


def _table_of(table: Any, file: Path) -> dict[str, Any]:
    where = f" (in [tool.memo] of {file})"
    if not isinstance(table, dict):
        raise OptionError("memo", repr(table), f"a table{where}")
    found = {name: checked_setting(name, value, where) for name, value in table.items()}
    if "store" in found:
        found["store"] = str(file.parent / Path(found["store"]).expanduser())
    return found
