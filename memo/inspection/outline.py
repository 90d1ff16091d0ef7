"""An explanation as an outline, for people to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from memo.inspection.accepted import accepted_text
from memo.inspection.difference import shown_name
from memo.render import Line, ago, human_count, human_seconds

if TYPE_CHECKING:
    from memo.inspection.change import Change
    from memo.inspection.explanation import Explanation
    from memo.inspection.lineages import Lineage, Link
    from memo.render import Style
    from memo.store import Argument, Metadata

#: Digits of a digest that are shown: enough to see that two differ, and to type.
DIGITS = 12
#: Lines of one source diff.
MOST_LINES = 40


def outline(explanation: Explanation) -> Line:
    """Return an explanation as an outline."""
    call = explanation.call
    parts = [
        *_answer(explanation),
        *([Line(f'version "{call.version}" stands for the code')] if call.version is not None else []),
        *(_captured(call.captured)),
        *(_code(explanation.code, "code") if explanation.code is not None else []),
        _arguments(call, explanation.brought),
        *_time(explanation.seconds),
    ]
    return Line(call.origin, "title", f"key {call.key[:DIGITS]}", tuple(parts))


def change_line(change: Change) -> Line:
    """Return a change with its source diff below."""
    shown = [Line(line, _style_of(line)) for line in change.diff[:MOST_LINES] if not line.startswith("@@")]
    if len(change.diff) > MOST_LINES:
        shown.append(Line(f"{len(change.diff) - MOST_LINES} more lines", "source"))
    aside = " → ".join(short(digest) for digest in (change.before, change.after) if digest)
    return Line(str(change), "bad", aside, tuple(shown))


def lineage_lines(lineage: Lineage) -> list[Line]:
    """Return what an entry was made from and what was made from it."""
    made = [
        Line(title, "title", parts=tuple(_link(link, is_source=is_source) for link in links))
        for title, links, is_source in (
            ("made from", lineage.sources, True),
            ("was made into", lineage.products, False),
        )
        if links
    ]
    return made or [Line("nothing stored was made into it, and nothing from it")]


def _link(link: Link, *, is_source: bool) -> Line:
    part = f"{link.part} of its result" if link.part else "its result"
    how = f"{part} was the argument {link.argument}" if is_source else f"its argument {link.argument} was {part}"
    above = ", see above" if link.is_known else ""
    parts = tuple(_link(each, is_source=is_source) for each in link.links)
    return Line(f"{link.entry.origin}: {how}{above}", aside=f"key {link.entry.key[:DIGITS]}", parts=parts)


def short(digest: str) -> str:
    """Return the beginning of a digest; a name or a version as it is."""
    is_digest = len(digest) >= 16 and not digest.strip("0123456789abcdef")  # those of parts are short ones
    return digest[:DIGITS] if is_digest else digest


def _answer(explanation: Explanation) -> Iterator[Line]:
    entry = explanation.entry
    if entry is not None and not explanation.ran:
        accepted = [Line(accepted_text(each)) for each in explanation.accepted]
        parts = [*_facts(entry), Line(f"a hit saves {human_seconds(entry.seconds)}"), *accepted]
        yield Line("stored", "good", parts=tuple(parts))
        return
    why = [*(Line(reason, "bad") for reason in explanation.reasons), *map(change_line, explanation.changes)]
    if explanation.nearest is not None:
        near = explanation.nearest
        what = "the nearest entry before" if explanation.ran else "the nearest entry"
        why.append(Line(f"told apart from {what}, made {ago(near.created)}", aside=f"key {near.key[:DIGITS]}"))
    if entry is not None:
        yield Line("ran because", "title", parts=tuple(why))
        yield Line("its result is stored", "good", parts=tuple(_facts(entry)))
        for each in explanation.accepted:
            yield Line(f"{human_count(len(each.keys), 'call', 'calls')} more {accepted_text(each)}")
    else:
        yield Line("not stored", "bad", parts=tuple(why))


def _facts(entry: Metadata) -> Iterator[Line]:
    by = f" by {entry.made_by}" if entry.made_by else ""
    yield Line(f"made {ago(entry.created)}{by}")
    what = f"raised {entry.result_type}, stored" if entry.raised else entry.result_type or "its result"
    yield Line(f"took {human_seconds(entry.seconds)}; {what} as {entry.format}")
    if entry.tags:
        yield Line(f"tagged {', '.join(entry.tags)}")


def _captured(captured: tuple[str, ...]) -> Iterator[Line]:
    if captured:
        values = [
            Line(name.lstrip("."), aside=short(digest))
            for name, digest in zip(captured[::2], captured[1::2], strict=False)
        ]
        yield Line("captured", parts=tuple(values))


def _code(manifest: dict[str, Any], title: str) -> Iterator[Line]:
    """Return what a manifest tells; what a store keeps may be of another shape, and is left out then."""
    digest = short(str(manifest.get("digest", "")))
    entries = _dicts(manifest.get("entries"))
    depends = [_read(label, read) for label, read in _items(manifest.get("depends_on"))]
    yield Line(title, "title", digest, (*map(_entry, entries), *depends), is_folded=True)
    packages = [f"{name}=={version}" if version else name for name, version in _items(manifest.get("packages"))]
    if packages:
        yield Line("packages, by version", "title", parts=tuple(map(Line, packages)), is_folded=True)
    opaque = [
        Line(f"{each.get('label')}: {each.get('type_name')}", aside=str(each.get("reason")))
        for each in _dicts(manifest.get("opaque"))
    ]
    if opaque:
        yield Line("opaque: read, and no part of the key", "title", parts=tuple(opaque), is_folded=True)


def _entry(entry: dict[str, Any]) -> Line:
    name = f"{entry.get('name')}()" if entry.get("kind") == "function" else f"{entry.get('kind')} {entry.get('name')}"
    where = f" ({entry.get('file')})" if entry.get("file") else ""
    reads = [_read(label, read) for label, read in _items(entry.get("reads"))]
    return Line(f"{name}{where}: {entry.get('seen')}", aside=short(str(entry.get("digest"))), parts=tuple(reads))


def _read(label: str, read: Any) -> Line:
    if not isinstance(read, dict):
        return Line(label)
    seen, scope = str(read.get("seen")), str(read.get("scope"))
    name = f"{scope} {shown_name(label)}".removesuffix(" 0")  # the first base class is the usual one
    if scope == "depends_on":
        name = f"depends_on[{label.rpartition(' ')[2]}]"
    if seen == "code":
        return Line(f"{name}: {read.get('type')} {read.get('name')}")
    how = {"package": "by the package's version", "value": "by value", "content": "by its content"}.get(seen, seen)
    what = read.get("name") or read.get("type")
    return Line(f"{name}: {what}, {how}", aside=short(str(read.get("digest"))))


def _arguments(call: Metadata, brought: dict[str, list[dict[str, Any]]]) -> Line:
    lines = [_argument(argument, brought.get(argument.name, [])) for argument in call.arguments]
    return Line("arguments", "title", parts=tuple(lines)) if lines else Line("no arguments")


def _argument(argument: Argument, manifests: Iterable[dict[str, Any]]) -> Line:
    counts = "" if argument.counts else ", at a value named in skip_defaults: no part of the key"
    code = [line for manifest in manifests for line in _code(manifest, "code that it brings")]
    return Line(f"{argument.name}: {argument.type}{counts}", aside=short(argument.digest), parts=tuple(code))


def _time(seconds: dict[str, float]) -> Iterator[Line]:
    if seconds:
        parts = [Line(f"{what}: {took * 1000:.2f} ms") for what, took in seconds.items()]
        total = sum(seconds.values()) * 1000
        yield Line(f"the key and the lookup took {total:.2f} ms", parts=tuple(parts), is_folded=True)


def _style_of(line: str) -> Style:
    return "added" if line.startswith("+") else "removed" if line.startswith("-") else "source"


def _items(value: Any) -> list[tuple[str, Any]]:
    return [(str(name), each) for name, each in value.items()] if isinstance(value, dict) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list | tuple) else []
