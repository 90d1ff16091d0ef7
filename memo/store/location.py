"""Where a store is when nobody says where."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

NAME = "memo"


def default_directory() -> Path:
    """Return ``MEMO_DIR``, or else ``memo`` in the user's cache directory of this platform."""
    chosen = os.environ.get("MEMO_DIR")
    if chosen:
        return Path(chosen).expanduser()
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises where a container's user has no home
    if os.path.isabs(home):  # noqa: PTH117
        return user_cache_directory(home) / NAME
    return Path(tempfile.gettempdir()) / f"{NAME}-{os.getuid() if hasattr(os, 'getuid') else 'user'}"


def user_cache_directory(home: str) -> Path:
    """Return the directory in which this platform keeps what can be computed again."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path(home, "AppData", "Local"))
    if sys.platform == "darwin":
        return Path(home, "Library", "Caches")
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification: a relative path is invalid and to be ignored.
    return Path(chosen) if os.path.isabs(chosen) else Path(home, ".cache")  # noqa: PTH117


def create_directory(directory: Path) -> None:
    """Make *directory* for its owner alone, whatever the umask; one that is there stays as it is.

    Raises:
        OSError: it cannot be made, or something else is in its way.
    """
    try:
        directory.mkdir(mode=0o700)
    except FileNotFoundError:
        directory.parent.mkdir(parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:
        if not directory.is_dir():
            raise
