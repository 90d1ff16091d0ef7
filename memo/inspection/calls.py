"""How two calls of one step differ: by version, by code, by what is captured, by arguments and where inside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from memo.inspection.change import Change
from memo.inspection.difference import compare_manifests, without_repeats
from memo.inspection.trees import Spot, detail_of, differing_spots

if TYPE_CHECKING:
    from memo.inspection.kept import Kept
    from memo.store import Argument, Metadata

#: What data of another shape raises: a later memo wrote it, or somebody else.
_MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)
#: Of a step of which a version stands for all that counts.
_NO_CODE: dict[str, Any] = {
    "digest": "", "code": "off", "entries": [], "depends_on": {}, "packages": {}, "held": [], "reads": [],
}  # fmt: skip


def compare_calls(before: Metadata, after: Metadata, kept: Kept) -> list[Change]:
    """Return what differs between two calls; nothing if they are one."""
    if before.key == after.key:
        return []
    of_step = list(_step(before, after, kept))
    given = [each for each in _arguments(before, after, kept) if not any(_follows(each, change) for change in of_step)]
    found = without_repeats([*of_step, *given])
    if not found:  # the way in which keys are made is another one, or an entry tells too little
        made = tuple(filter(None, (before.made_by, after.made_by)))
        found.append(Change(kind="key", name="", before=before.key, after=after.key, details=made))
    return found


def _follows(argument: Change, change: Change) -> bool:
    """Say whether a change of an argument is only what another one of the step makes of the call."""
    if change.kind == "default":
        return (argument.name, argument.before, argument.after) == (change.name, change.before, change.after)
    if (change.kind, change.name) == ("option", "key"):  # something else is hashed than the arguments
        return None in (change.before, change.after)
    return change.is_step and f"parameter {argument.name} {argument.verb()}" in change.details


def _step(before: Metadata, after: Metadata, kept: Kept) -> Iterator[Change]:
    if before.origin != after.origin:
        yield Change(kind="step", name="", before=before.origin, after=after.origin)
    if before.version != after.version:
        yield Change(kind="version", name="", before=before.version, after=after.version)
        if before.version is None or after.version is None:
            return  # the code counts in one of them only
    yield from _code(before.code_digest, after.code_digest, kept, of_step=True)
    old = dict(zip(before.captured[::2], before.captured[1::2], strict=False))
    new = dict(zip(after.captured[::2], after.captured[1::2], strict=False))
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield Change(kind="captured variable", name=name.lstrip("."), before=old.get(name), after=new.get(name))


def _code(before: str, after: str, kept: Kept, *, of_step: bool) -> Iterator[Change]:
    """Return what differs between the code of two digests."""
    if before == after:
        return
    found, what = _compared(before, after, kept, of_step=of_step)
    yield from found or [Change(kind="code", name="", before=before, after=after, details=(what,), is_step=of_step)]


def _compared(before: str, after: str, kept: Kept, *, of_step: bool, in_one: bool = True) -> tuple[list[Change], str]:
    """Return how the manifests of two digests differ, and why that may not be known."""
    old, new = (kept.manifest(digest) if digest else _NO_CODE for digest in (before, after))
    if old is None or new is None:
        return [], "what it is made of is not kept"
    try:
        found = compare_manifests(old, new, kept.source, of_step=of_step, in_one=in_one)
    except _MALFORMED:
        return [], "what is kept of it cannot be read"
    return found, "what is kept of it does not tell where"


def _arguments(before: Metadata, after: Metadata, kept: Kept) -> Iterator[Change]:
    old = {argument.name: argument for argument in before.arguments}
    new = {argument.name: argument for argument in after.arguments}
    for name in [*new, *(name for name in old if name not in new)]:
        was, now = old.get(name), new.get(name)
        counted, counts = was is not None and was.counts, now is not None and now.counts
        if was is not None and now is not None and was.digest != now.digest and (counted or counts):
            found = list(_argument(was, now, kept))
            yield from found or [Change(kind="argument", name=name, before=was.digest, after=now.digest)]
        elif counted != counts:
            option = "skip_defaults" if was is not None and now is not None else "ignore"
            if option == "skip_defaults" or (_has(before, name, kept) and _has(after, name, kept)):
                how = "counts now" if counts else "does not count any more"
                yield Change(kind="option", name=option, before="", after="", details=(f"argument {name} {how}",))
            else:
                digests = [each.digest if each is not None and each.counts else None for each in (was, now)]
                yield Change(kind="argument", name=name, before=digests[0], after=digests[1])


def _has(call: Metadata, name: str, kept: Kept) -> bool:
    """Say whether the function that was called is known to have a parameter of that *name*."""
    manifest = kept.manifest(call.code_digest) if call.code_digest else None
    with suppress(*_MALFORMED):
        source = kept.source(manifest["entries"][0]) if manifest else None
        return source is not None and name in source.parameters()
    return False


def _argument(was: Argument, now: Argument, kept: Kept) -> Iterator[Change]:
    """Return what differs between two values of one argument: the values, their classes, the code that they bring."""
    of_classes = list(_classes(was, now, kept))
    yield from of_classes
    old, new = was.value or was.digest, now.value or now.digest
    if old == new:
        return
    spots: list[Spot] = []
    with suppress(*_MALFORMED):
        spots = differing_spots(was.tree, now.tree) if was.tree and now.tree else []
    is_another = any(not spot.path and spot.detail.startswith("from ") for spot in spots)  # not the same one, edited
    brought = not is_another and kept.manifest(old) is not None and kept.manifest(new) is not None
    if brought and spots:
        found, _ = _compared(old, new, kept, of_step=False, in_one=False)
        yield from (change.of_argument(now.name) for change in found)
    elif brought:
        yield from (change.of_argument(now.name) for change in _code(old, new, kept, of_step=False))
    is_told = any("VERSION" in change.details for change in of_classes)
    for spot in spots:
        if not (is_told and spot.path.endswith(".VERSION")):
            details = (spot.detail,) if spot.detail else ()
            name = now.name + spot.path
            yield Change(kind="argument", name=name, before=spot.before, after=spot.after, details=details)
    if not brought and not spots:
        detail = detail_of(was.type, now.type)
        details = (detail,) if detail else ()
        yield Change(kind="argument", name=now.name, before=old, after=new, details=details)


def _classes(was: Argument, now: Argument, kept: Kept) -> Iterator[Change]:
    """Return what differs between the classes of two values, each of which may have moved."""
    classes = {_qualname(name): digest for name, digest in was.classes}
    for name, digest in ((_qualname(name), digest) for name, digest in now.classes):
        if name in classes:
            yield from (change.of_argument(now.name) for change in _code(classes[name], digest, kept, of_step=False))


def _qualname(name: str) -> str:
    return name.rpartition(":")[2]
