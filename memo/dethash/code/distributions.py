"""Which installed distribution a file belongs to, and its version: read from the names and records in site-packages."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from functools import cache
from pathlib import Path

#: In a RECORD, a line a file, the first part of a path up to a dot, and the lines after it that begin alike.
_TOP = re.compile(r'^"?([^"/.,\n]+)[/.,].*\n?(?:\1[/.,].*\n?)*', re.MULTILINE)
_EGG = re.compile(r"^(?P<name>[^-]+)-(?P<version>[^-]+)(-py[\d.]+.*)?\.egg-info$")


def distribution_of(root: str, inside: str) -> tuple[str, str] | None:
    """Return the name and version of the distribution that installed a file; ``None`` if none says it did.

    Args:
        root: a directory of installed distributions (site-packages).
        inside: the file's or package directory's path in there, with ``/``.
    """
    candidates = _installing(root, inside.partition("/")[0].partition(".")[0])
    if len(candidates) > 1:
        candidates = [each for each in candidates if inside in _files(each)] or candidates
    return _name_and_version(candidates[0]) if candidates else None


def normalise(name: str) -> str:
    """Return a distribution's name as they are compared."""
    return re.sub(r"[-_.]+", "_", name).lower()


@cache
def _installing(root: str, top: str) -> list[Path]:
    """Return the distributions that may have installed the module or package *top*."""
    return _by_normalised_name(root).get(normalise(top)) or _by_top_level(root).get(top, [])


@cache
def _infos(root: str) -> list[Path]:
    try:
        return sorted(path for path in Path(root).iterdir() if path.name.endswith((".dist-info", ".egg-info")))
    except OSError:
        return []


@cache
def _by_normalised_name(root: str) -> dict[str, list[Path]]:
    out: dict[str, list[Path]] = {}
    for info in _infos(root):
        out.setdefault(normalise(info.name.partition("-")[0]), []).append(info)
    return out


@cache
def _by_top_level(root: str) -> dict[str, list[Path]]:
    """Read which modules each distribution installed."""
    out: dict[str, list[Path]] = {}
    for info in _infos(root):
        tops = set(_TOP.findall(_text(info / "RECORD")))  # not taken apart: there may be hundreds of them
        tops |= set(_text(info / "top_level.txt").split())
        for top in tops:
            out.setdefault(top, []).append(info)
    return out


@cache
def _files(info: Path) -> frozenset[str]:
    return frozenset(file for file, _ in _record(info))


def _record(info: Path) -> list[tuple[str, str]]:
    """Return the files of a distribution with their hashes."""
    try:
        rows = list(csv.reader(_text(info / "RECORD").splitlines()))
    except csv.Error:
        return []
    return [(row[0], row[1]) for row in rows if len(row) >= 2]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return ""


@cache
def _name_and_version(info: Path) -> tuple[str, str]:
    egg = _EGG.match(info.name)
    if egg:
        return normalise(egg["name"]), egg["version"]
    name, _, version = info.name.removesuffix(".dist-info").partition("-")
    try:
        direct = json.loads((info / "direct_url.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        direct = None
    if direct is not None:  # not from an index: its version may stay while its content changes
        version = f"{version} {_content(info)}"
    return normalise(name), version


def _content(info: Path) -> str:
    """Return a digest of what a distribution installed."""
    lines = [f"{file} {digest}" for file, digest in _record(info) if digest and not file.startswith(f"{info.name}/")]
    return hashlib.blake2b("\n".join(sorted(lines)).encode(), digest_size=16).hexdigest()
