"""What a run leaves beside its result, so that somebody can ask later why it ran: digests, manifests, source texts."""

from __future__ import annotations

import logging
import sys
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

from memo.store import Argument

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
    """Keep each manifest that the store does not have, and the texts of its code."""
    for manifest in manifests:
        if not store.has_manifest(manifest.digest):
            texts = {own: partial(text_of, make) for own, make in manifest.texts.items()}
            store.save_manifests({**texts, manifest.digest: manifest.to_dict})


def text_of(make: Callable[[], str]) -> dict[str, object]:
    """Return a source text as it is kept: it has a manifest's place, under the digest of the text alone."""
    return {"text": make()}


@cache
def made_by() -> str:
    """Return what makes entries in this process."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        own = version("memoize-step")
    except PackageNotFoundError:  # a copy of the sources
        own = "of no version"
    return f"memo {own}, Python {'.'.join(map(str, sys.version_info[:3]))}, {sys.platform}"
