"""What is known about an entry besides its value."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Argument:
    """One bound argument of the call that an entry answers; its value is nowhere in the store.

    Attributes:
        name: the parameter's name.
        type: the value's type, with its module.
        digest: the value's digest.
    """

    name: str
    type: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What an entry says about itself.

    Attributes:
        key: what the entry is found by.
        origin: the step that made it: project, module and qualified name.
        code_digest: the digest of the step's code; the store keeps the manifest under it.
        arguments: the bound arguments, in the order of the signature.
        version: the step's version, if it has one.
        result_type: the result's type, with its module; filled in by the store where it is empty.
        result_digest: the result's digest, where somebody computed it.
        seconds: how long the step took.
        created: when it ended, in seconds since 1970.
        format: the format that the result is stored in; filled in by the store.
    """

    key: str
    origin: str
    code_digest: str = ""
    arguments: tuple[Argument, ...] = ()
    version: str | None = None
    result_type: str = ""
    result_digest: str | None = None
    seconds: float = 0.0
    created: float = 0.0
    format: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class EntryInfo:
    """One entry in a listing: what can be told without its value and without all of its metadata.

    Attributes:
        key: what the entry is found by.
        origin: the step that made it.
        bytes: what it takes in the store.
        seconds: how long the step took.
        created: when it ended, in seconds since 1970.
        format: the format that the result is stored in; empty where the entry's beginning cannot be read.
    """

    key: str
    origin: str
    bytes: int
    seconds: float
    created: float
    format: str

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Counters:
    """How often a step was answered from the store, and what that saved; approximate, as they are kept in batches.

    Attributes:
        hits: calls that the store answered.
        misses: calls that ran the step.
        seconds_saved: the time that the hits would have taken.
    """

    hits: int = 0
    misses: int = 0
    seconds_saved: float = 0.0

    def __add__(self, other: Counters) -> Counters:
        return Counters(self.hits + other.hits, self.misses + other.misses, self.seconds_saved + other.seconds_saved)


# The fields that the entry's header does not hold already.
_encode = json.JSONEncoder(separators=(",", ":")).encode
_TEXTS = ("code_digest", "version", "result_type", "result_digest")


def encode_metadata(metadata: Metadata, *, result_type: str) -> bytes:
    """Return what an entry's header does not hold already as JSON."""
    fields: dict[str, object] = {name: getattr(metadata, name) for name in _TEXTS}
    fields["result_type"] = result_type
    fields["arguments"] = [(argument.name, argument.type, argument.digest) for argument in metadata.arguments]
    return _encode(fields).encode()


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
            arguments=tuple(Argument(name, type_, digest) for name, type_, digest, *_ in fields.get("arguments", ())),
            **{name: fields[name] for name in _TEXTS if name in fields},
        )
    except (AttributeError, TypeError) as error:
        raise ValueError(f"metadata of another shape: {error}") from error
