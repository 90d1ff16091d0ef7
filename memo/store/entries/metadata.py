"""What is known about an entry besides its value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple


class Argument(NamedTuple):
    """One bound argument of the call that an entry answers; its value is nowhere in the store.

    Attributes:
        name: the parameter's name.
        type: the value's type, with its module.
        digest: the value's digest, with those of the classes in it.
        value: the value's digest alone, where it is another one.
        classes: the user's own classes in it, by name, with the digests of their code: manifests are kept under them.
        tree: what the value is made of: label, match, type, digest and parts of each part; empty for what has none.
        counts: whether it is part of the key.
    """

    name: str
    type: str
    digest: str
    value: str = ""
    classes: tuple[tuple[str, str], ...] = ()
    tree: Sequence[Any] = ()
    counts: bool = True


class Metadata(NamedTuple):
    """What an entry says about itself.

    Attributes:
        key: what the entry is found by.
        origin: the step that made it: project, module and qualified name.
        code_digest: the digest of the step's code; the store keeps the manifest under it.
        arguments: the bound arguments, in the order of the signature.
        version: the step's version, if it has one.
        result_type: the result's type, with its module; filled in by the store where it is empty.
        result_digest: the result's digest, where it has one.
        results: path and digest of the containers in the result, as far as they are few.
        seconds: how long the step took.
        created: when it ended, in seconds since 1970.
        format: the format that the result is stored in; filled in by the store.
        captured: names and digests of what the step's function captures, where a version stands for its code.
        cause: why the step ran, if not because there was no such entry: ``told``, or what was wrong with the entry.
        made_by: the versions of memo and of Python.
        tags: the labels that the step was given.
        raised: whether an exception is stored in the place of a result.
        shown: what the run wrote, warned and logged, in order, where its step shows that again.
    """

    key: str
    origin: str
    code_digest: str = ""
    arguments: tuple[Argument, ...] = ()
    version: str | None = None
    captured: tuple[str, ...] = ()
    cause: str = ""
    made_by: str = ""
    tags: tuple[str, ...] = ()
    raised: bool = False
    shown: tuple[list[Any], ...] = ()
    results: tuple[tuple[str, str], ...] = ()
    result_type: str = ""
    result_digest: str | None = None
    seconds: float = 0.0
    created: float = 0.0
    format: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as for JSON."""
        return self._asdict() | {"arguments": [argument._asdict() for argument in self.arguments]}


class EntryInfo(NamedTuple):
    """One entry in a listing: what can be told without its value and without all of its metadata.

    Attributes:
        key: what the entry is found by.
        origin: the step that made it.
        bytes: what it takes in the store.
        seconds: how long the step took.
        created: when it ended, in seconds since 1970.
        format: the format that the result is stored in; empty where the entry's beginning cannot be read.
        used: when it was last stored or found, in seconds since 1970, to the hour.
        tags: the labels that the step was given.
        is_newer: whether only a newer memo can read it.
    """

    key: str
    origin: str
    bytes: int
    seconds: float
    created: float
    format: str
    used: float = 0.0
    tags: tuple[str, ...] = ()
    is_newer: bool = False

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as for JSON."""
        return self._asdict()


class Counters(NamedTuple):
    """How often a step was answered from the store, and what that saved; approximate, as they are kept in batches.

    Attributes:
        hits: calls that the store answered.
        misses: calls that ran the step.
        seconds_saved: the time that the hits would have taken.
    """

    hits: int = 0
    misses: int = 0
    seconds_saved: float = 0.0

    def __add__(self, other: Counters) -> Counters:  # type: ignore[override]  # not of any tuples
        return Counters(self.hits + other.hits, self.misses + other.misses, self.seconds_saved + other.seconds_saved)


# The fields that the entry's header does not hold already.
_encode = json.JSONEncoder(separators=(",", ":")).encode
_decoder = json.JSONDecoder()
_TAGS = b'{"tags":'
_TEXTS = ("code_digest", "version", "result_type", "result_digest", "cause", "made_by")
_texts_of = attrgetter(*_TEXTS)


def encode_metadata(metadata: Metadata, *, result_type: str) -> bytes:
    """Return what an entry's header does not hold already as JSON."""
    fields: dict[str, object] = {"tags": metadata.tags} if metadata.tags else {}  # first: see tags_at
    fields |= zip(_TEXTS, _texts_of(metadata), strict=True)
    fields["result_type"] = result_type
    fields["arguments"] = [_encode_argument(argument) for argument in metadata.arguments]
    for name in ("captured", "results", "raised", "shown"):
        if getattr(metadata, name):
            fields[name] = getattr(metadata, name)
    return _encode(fields).encode()


def _encode_argument(argument: Argument) -> list[object]:
    """Return an argument as a list that ends with the last field that says something."""
    if argument.counts and not (argument.value or argument.classes or argument.tree):
        return [argument.name, argument.type, argument.digest]
    more: list[object] = [argument.value, argument.classes, argument.tree, argument.counts]
    while more and more[-1] in ("", (), [], True):
        more.pop()
    return [argument.name, argument.type, argument.digest, *more]


def _decode_argument(
    name: str,
    type_: str,
    digest: str,
    value: str = "",
    classes: Any = (),
    tree: Any = None,
    counts: Any = True,
    *_: Any,
) -> Argument:
    pairs = tuple((str(cls), str(code)) for cls, code in classes)
    return Argument(name, type_, digest, value, pairs, tree or (), bool(counts))


def decode_metadata(
    data: bytes,
    *,
    key: str,
    origin: str,
    seconds: float,
    created: float,
    format: str,  # noqa: A002 - the field's name
) -> Metadata:
    """Return the metadata in *data* and in the header's fields.

    Fields that this version of memo does not know are left out: a later one may have written them.

    Raises:
        ValueError: *data* is not what :func:`encode_metadata` or a later version of it writes.
    """
    fields = json.loads(data)
    try:
        return Metadata(
            key=key,
            origin=origin,
            seconds=seconds,
            created=created,
            format=format,
            arguments=tuple(_decode_argument(*argument) for argument in fields.get("arguments", ())),
            captured=tuple(fields.get("captured", ())),
            tags=tuple(map(str, fields.get("tags", ()))),
            raised=bool(fields.get("raised", False)),
            shown=tuple(each for each in fields.get("shown", ()) if isinstance(each, list) and each),
            results=tuple((str(path), str(digest)) for path, digest in fields.get("results", ())),
            **{name: fields[name] for name in _TEXTS if name in fields},
        )
    except (AttributeError, TypeError) as error:
        raise ValueError(f"metadata of another shape: {error}") from error


def tags_at(start: bytes) -> tuple[str, ...] | None:
    """Return the tags in metadata of which *start* is the beginning; ``None`` if they go on after it."""
    if not start.startswith(_TAGS):
        return () if len(start) >= len(_TAGS) else None
    try:
        tags, _ = _decoder.raw_decode(start[len(_TAGS) :].decode())
    except (ValueError, RecursionError):  # the latter of bytes that somebody planted
        return None
    return tuple(map(str, tags)) if isinstance(tags, list) else ()


def type_name(value: object) -> str:
    """Return the name of the value's type, with its module unless that is ``builtins``."""
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
