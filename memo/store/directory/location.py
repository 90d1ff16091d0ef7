"""Where a store is when nobody says where."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

NAME = "memo"
#: For so long a directory that was checked is used without another look: who may write it hardly ever changes.
SAFE_SECONDS = 1.0


def default_directory() -> Path:
    """Return ``memo`` in the user's cache directory of this platform."""
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


class UnsafeDirectoryError(OSError):
    """A directory in which somebody else may put or replace anything; the error says why, after "it"."""


def create_directory(directory: Path) -> None:
    """Make *directory* for its owner alone, whatever the umask; one that is there stays as it is.

    Raises:
        OSError: it cannot be made, or something else is in its way, or it cannot be trusted.
    """
    try:
        directory.mkdir(mode=0o700)
    except FileNotFoundError:
        directory.parent.mkdir(parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:
        check_directory(directory)
        if not directory.is_dir():
            raise


def check_directory(directory: Path) -> None:
    """Refuse a directory that is not only its owner's, who is this user; one that is missing is made by us.

    Who can write it can put a pickle there, or links that lead what is written elsewhere. Members of its group are
    trusted: where each user has a group of their own, what they make is writable for it.

    Raises:
        UnsafeDirectoryError: it cannot be trusted.
    """
    try:
        status = os.lstat(directory)
    except OSError:
        return  # whoever opens it will say
    if stat.S_ISLNK(status.st_mode):
        raise UnsafeDirectoryError(f"is a symbolic link (to {os.path.realpath(directory)})")
    reason = distrust(status)
    if reason and stat.S_ISDIR(status.st_mode):
        raise UnsafeDirectoryError(reason)


def distrust(status: os.stat_result) -> str:
    """Return what, after "it", keeps a file or directory from being trusted; empty where nothing does."""
    if not hasattr(os, "geteuid"):  # Windows, which says of everything that everybody can write it
        return ""
    if status.st_uid not in {os.geteuid(), 0}:
        return f"belongs to another user (number {status.st_uid})"
    if status.st_mode & stat.S_IWOTH:
        return "can be written by every user (chmod o-w takes that away)"
    return ""
