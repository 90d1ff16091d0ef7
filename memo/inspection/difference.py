"""How two code manifests differ: the pieces that were edited, and not all that leads to them.

Manifests come as plain data, as the store keeps them: one of them may be of code that is not there any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from memo.inspection.change import Change
from memo.inspection.kept import Source

Manifest = dict[str, Any]
Piece = dict[str, Any]
#: Returns the lines that are kept of a piece of code.
SourceOf = Callable[[Piece], Source | None]

_CONTEXT_LINES = 2
#: What dataclasses and named tuples make of their fields.
_OF_FIELDS = frozenset({"__match_args__", "_fields", "_field_defaults"})
_REACHED_BY_WAYS = frozenset({"function", "class", "module", "global", "import", "attribute", "package"})


def compare_manifests(
    before: Manifest, after: Manifest, source_of: SourceOf, *, of_step: bool = True, in_one: bool = True
) -> list[Change]:
    """Return what differs between two manifests; nothing if they are one.

    Args:
        before: the manifest before.
        after: the manifest after.
        source_of: returns the lines of a piece of code.
        of_step: whether they are of one step, and not of a class or of what else an argument brings.
        in_one: whether code that only one of them reaches is told where nothing that is in both differs.
    """
    if before["digest"] == after["digest"]:
        return []
    if before["code"] != after["code"]:  # all else follows from it
        return [Change(kind="option", name="code", before=before["code"], after=after["code"])]
    comparison = _Comparison(before, after, source_of, of_step=of_step)
    return comparison.changes() or (list(comparison.leftovers()) if in_one else [])


class _Comparison:
    """Two manifests side by side."""

    def __init__(self, before: Manifest, after: Manifest, source_of: SourceOf, *, of_step: bool) -> None:
        self._before = before
        self._after = after
        self._source_of = source_of
        self._of_step = of_step
        self._pairs, self._gone, self._new = _aligned(before["entries"], after["entries"], rooted=self._is_rooted())
        #: Which of docstrings and annotations only one of them reads.
        self._newly_read = {*before["reads"]} ^ {*after["reads"]}
        #: Some code is another one, so that more or fewer variables may be its state.
        self._is_edited = bool(self._gone or self._new) or any(old["own"] != new["own"] for old, new in self._pairs)

    def _is_rooted(self) -> bool:
        """Say whether the first piece of both is the step itself."""
        return self._of_step and self._after["code"] != "off"

    def changes(self) -> list[Change]:
        """Return what differs of what is in both."""
        out = [change for old, new in self._pairs for change in self._piece(old, new)]
        out += self._reads(*_unmoved(self._before["depends_on"], self._after["depends_on"]), "", "", always=True)
        out += self._packages(self._before["packages"], self._after["packages"])
        held_before, held_after = set(self._before["held"]), set(self._after["held"])
        out += [Change(kind="registered code", name=name, before=name) for name in sorted(held_before - held_after)]
        out += [Change(kind="registered code", name=name, after=name) for name in sorted(held_after - held_before)]
        return out

    def _piece(self, old: Piece, new: Piece) -> Iterator[Change]:
        if new["kind"] == "class":
            yield from self._class(old, new)
            return
        is_same = old["own"] == new["own"] and old["seen"] == new["seen"]
        if not is_same and not self._only_documented(old, new):
            details = () if old["seen"] == new["seen"] else (f"seen as {old['seen']}, now as {new['seen']}",)
            yield self._code(old, new, details)
        yield from self._reads(old["reads"], new["reads"], _spelled(new), new["file"], always=is_same)

    def _class(self, old: Piece, new: Piece) -> Iterator[Change]:
        """Return one change for a class: an attribute, a field and its default go together."""
        reads = [*self._reads(old["reads"], new["reads"], "", "", always=True)]
        if self._newly_read:
            reads = [change for change in reads if change.name != "__doc__"]
        if not {change.name for change in reads} <= _OF_FIELDS:
            reads = [change for change in reads if change.name not in _OF_FIELDS]
        own = old["own"] != new["own"] and not self._only_documented(old, new)
        if own or reads:
            yield self._code(old, new, tuple(dict.fromkeys(_detail(change) for change in reads)))

    def _code(self, old: Piece, new: Piece, details: tuple[str, ...]) -> Change:
        is_step = self._is_rooted() and new is self._after["entries"][0]
        own = (old["own"], new["own"]) if old["own"] != new["own"] else (old["digest"], new["digest"])
        return Change(
            kind=new["kind"],
            name=new["name"],
            before=own[0],
            after=own[1],
            where=new["file"] or new["module"],
            details=(*details, *self._parameters(old, new)) if is_step else details,
            diff=self._diff(old, new),
            is_step=is_step,
        )

    def _reads(
        self, old: dict[str, Piece], new: dict[str, Piece], reader: str, where: str, *, always: bool
    ) -> Iterator[Change]:
        """Return the values that differ.

        Args:
            old: what was read.
            new: what is read.
            reader: what reads them.
            where: its file.
            always: whether a name that only one of them reads is a change; it is none where the code itself differs.
        """
        for label in sorted(old.keys() | new.keys()):
            was, now = old.get(label), new.get(label)
            if was is None or now is None:
                if not always:
                    continue
            elif self._is_same(was, now):
                continue
            known = now or was or {}
            yield Change(
                kind=str(known["scope"]),
                name=shown_name(label),
                before=None if was is None else _told(was, now),
                after=None if now is None else _told(now, was),
                reader=reader,
                where=where,
                details=_types(was, now),
            )

    def _is_same(self, was: Piece, now: Piece) -> bool:
        """Say whether two values are one, or differ only in what is told elsewhere."""
        became_state = (was["seen"] == "opaque") != (now["seen"] == "opaque") and self._is_edited
        return was["digest"] == now["digest"] or became_state or self._is_step(now)

    def _is_step(self, read: Piece) -> bool:
        """Say whether code reads the step itself: what that depends on is told of it, and not of who calls it."""
        is_step = self._is_rooted() and read["seen"] == "value" and read["name"] == self._after["entries"][0]["name"]
        return bool(is_step and self._before["depends_on"] != self._after["depends_on"])

    def _packages(self, old: dict[str, str], new: dict[str, str]) -> Iterator[Change]:
        for name in sorted(old.keys() & new.keys()):
            if old[name] != new[name]:
                yield Change(kind="package", name=name, before=old[name], after=new[name])

    def _only_documented(self, old: Piece, new: Piece) -> bool:
        """Say whether two texts differ by documentation alone that counts only since something reads it."""
        if not self._newly_read or old["seen"] != new["seen"] or old["own"] == new["own"]:
            return False
        before, after = self._source_of(old), self._source_of(new)
        return before is not None and after is not None and before.undocumented() == after.undocumented()

    def _parameters(self, old: Piece, new: Piece) -> Iterator[str]:
        """Return which parameters only one of two functions has."""
        before, after = self._source_of(old), self._source_of(new)
        if before is not None and after is not None:
            was, now = before.parameters(), after.parameters()
            yield from (f"parameter {name} is new" for name in now if name not in was)
            yield from (f"parameter {name} is gone" for name in was if name not in now)

    def _diff(self, old: Piece, new: Piece) -> tuple[str, ...]:
        before, after = self._source_of(old), self._source_of(new)
        if before is None or after is None:
            return ()
        from difflib import unified_diff  # for who asks for it

        was, now = (source.spelled().splitlines() for source in (before, after))
        return tuple(unified_diff(was, now, "before", "after", n=_CONTEXT_LINES, lineterm=""))[2:]

    def leftovers(self) -> Iterator[Change]:
        """Return what is left to say where nothing that is in both differs."""
        for piece in self._gone:
            yield Change(kind=piece["kind"], name=piece["name"], before=piece["own"], where=piece["file"])
        for piece in self._new:
            yield Change(kind=piece["kind"], name=piece["name"], after=piece["own"], where=piece["file"])
        old, new = self._before["packages"], self._after["packages"]
        for name in sorted(old.keys() ^ new.keys()):
            yield Change(kind="package", name=name, before=old.get(name), after=new.get(name))
        for what in sorted({*self._before["reads"]} ^ {*self._after["reads"]}):
            yield Change(
                kind="use", name=f"of {what}", before=None if what in self._after["reads"] else what, after=what
            )


def _aligned(
    before: list[Piece], after: list[Piece], *, rooted: bool
) -> tuple[list[tuple[Piece, Piece]], list[Piece], list[Piece]]:
    """Return the pieces that are in both, each with its counterpart, and those that are in one only.

    A piece's counterpart has its name, and its module unless the piece has moved. Of several with one name, such as
    lambdas, those that are alike go together, and the others in their order. The step itself goes with itself.
    """
    pairs = [(before[0], after[0])] if rooted and before and after else []
    gone, new = before[len(pairs) :], after[len(pairs) :]
    for fields in (("kind", "module", "name", "digest"), ("kind", "module", "name"), ("kind", "name")):
        waiting: dict[tuple[str, ...], list[Piece]] = defaultdict(list)
        for piece in new:
            waiting[tuple(piece[field] for field in fields)].append(piece)
        left = []
        for piece in gone:
            counterparts = waiting[tuple(piece[field] for field in fields)]
            if counterparts:
                pairs.append((piece, counterparts.pop(0)))
            else:
                left.append(piece)
        gone, new = left, [piece for pieces in waiting.values() for piece in pieces]
    return pairs, gone, new


def _unmoved(old: dict[str, Piece], new: dict[str, Piece]) -> tuple[dict[str, Piece], dict[str, Piece]]:
    """Return what a step was told to depend on without what is in both at different places; all if only places differ.

    What is added or gone moves what comes after it.
    """
    gone = {label: read for label, read in old.items() if new.get(label, {}).get("digest") != read["digest"]}
    added = {label: read for label, read in new.items() if old.get(label, {}).get("digest") != read["digest"]}
    for label, read in list(gone.items()):
        moved = next((other for other, each in added.items() if each["digest"] == read["digest"]), None)
        if moved is not None:
            del gone[label], added[moved]
    return (gone, added) if gone or added else (old, new)


def _spelled(piece: Piece) -> str:
    return f"{piece['name']}()" if piece["kind"] == "function" else f"{piece['kind']} {piece['name']}"


def without_repeats(changes: Iterable[Change]) -> list[Change]:
    """Return *changes* with what is reached by several ways once, under its first name."""
    changes = list(changes)
    of_classes = {f".{each.name}.{detail}" for each in changes if each.kind == "class" for detail in each.details}
    found: dict[object, Change] = {}
    for place, change in enumerate(changes):
        same: object = place
        if change.before and change.after and change.kind in _REACHED_BY_WAYS:
            same = (change.name.rpartition(".")[2], change.before, change.after)
        if change.kind != "global" or not f".{change.name}".endswith(
            tuple(of_classes)
        ):  # which a class is said to hold
            found.setdefault(same, change)
    return list(found.values())


def shown_name(label: str) -> str:
    """Return what a variable is called, without what tells how it is read."""
    for mark in ("import ", "field ", "keyword ", "base "):
        label = label.removeprefix(mark)
    return label.lstrip(".").removesuffix("=")


def _detail(change: Change) -> str:
    """Return what differs about a class."""
    if change.kind == "base class":
        return f"base class {change.before or 'none'} became {change.after or 'none'}"
    return change.name + (" is new" if change.before is None else " is gone" if change.after is None else "")


def _types(was: Piece | None, now: Piece | None) -> tuple[str, ...]:
    if was is None or now is None:
        return ()
    old, new = _type(was), _type(now)
    return () if old == new else (f"from {old} to {new}",)


def _told(read: Piece, other: Piece | None) -> str:
    """Return what stands for a value: a name that tells it from the *other* one, or its digest."""
    is_name = read["name"] and (other is None or read["name"] != other["name"])
    return str(read["name"] if is_name else read["digest"])


def _type(read: Piece) -> str:
    """Return the type of a value; of code what it is called."""
    return f"{read['type']} {read['name']}" if read["seen"] == "code" else read["name"] or read["type"]
