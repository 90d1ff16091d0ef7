"""What a run leaves beside its result, so that somebody can ask later why it ran: digests, manifests, source texts."""

from __future__ import annotations

import logging
import sys
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from memo.store import Argument
from memo.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from memo.dethash import CodeManifest
    from memo.key import GivenArgument
    from memo.store import Store


T = TypeVar("T")

_log = logging.getLogger("memo")


def told(tell: Callable[[], T], nothing: T) -> T:
    """Return what *tell* does, or else *nothing*: what only explains must not fail a call or lose its result."""
    try:
        return tell()
    except Exception:  # noqa: BLE001 - whatever a strange value or a strange store makes of it
        _log.debug("memo could not take note of a call", exc_info=True)
        return nothing


def argument_of(given: GivenArgument) -> Argument:
    """Return an argument as its entry tells it."""
    value = given.value if given.value != given.digest else ""
    return Argument(given.name, given.type, given.digest, value, given.classes, given.tree, given.counts)


def keep_manifests(store: Store, manifests: Iterable[CodeManifest]) -> None:
    """Keep each manifest that the store does not have, and the lines of its code, each under a digest of its own."""
    for manifest in manifests:
        if not store.has_manifest(manifest.digest):
            excerpts = {digest: excerpt.to_dict for digest, excerpt in manifest.excerpts().items()}
            store.save_manifests({**excerpts, manifest.digest: manifest.to_dict})


@cache
def made_by() -> str:
    """Return what makes entries in this process."""
    return f"memo {__version__}, Python {'.'.join(map(str, sys.version_info[:3]))}, {sys.platform}"
