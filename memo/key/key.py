"""A call's key: what the step does and what it is given, as one digest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from memo.dethash import class_digest, det_hash, value_digest
from memo.dethash.columns import pack
from memo.dethash.hashing import digest_bytes
from memo.key.origin import Origin

#: Counts the forms that keys have had; a change is a major release.
KEY_VERSION = 1

_NONE: Mapping[str, str] = {}


class ArgumentRecord(NamedTuple):
    """One bound argument: its name, its type with the module, and its digest with those of the classes in it."""

    name: str
    type: str
    digest: str


class CallKey(NamedTuple):
    """The key of one call and what it is made of."""

    key: str
    code_digest: str
    names: tuple[str, ...]
    types: tuple[type, ...]
    digests: tuple[str, ...]

    @property
    def arguments(self) -> tuple[ArgumentRecord, ...]:
        """The bound arguments that count, in the order of the signature."""
        return tuple(map(ArgumentRecord, self.names, map(_type_name, self.types), self.digests))


class StepIdentity(NamedTuple):
    """What a key says about the step itself.

    Attributes:
        code_digest: the digest of the code that counts.
        version: stands for the code.
        origin: tells steps apart that their code does not.
        captured: tells steps of one origin apart, made by one function with different values.
    """

    code_digest: str
    version: str | None = None
    origin: Origin | None = None
    captured: tuple[str, ...] = ()

    def parts(self) -> list[str]:
        """Return what is hashed: as many parts whatever they are, and in the end what is captured."""
        version = ("no version", "") if self.version is None else ("version", self.version)
        return [self.code_digest, *version, *_origin_parts(self.origin), *self.captured]


def _origin_parts(origin: Origin | None) -> tuple[str, str, str, str]:
    if origin is None:
        return "no origin", "", "", ""
    if origin.name is not None:
        return "named", origin.project, origin.name, ""
    return "origin", origin.project, origin.module, origin.qualname


def make_key(
    identity: StepIdentity, names: tuple[str, ...], values: tuple[Any, ...], defaults: Mapping[str, str] = _NONE
) -> CallKey:
    """Compute the key of a call.

    Args:
        identity: what counts of the step itself.
        names: the names of the parameters that count.
        values: their values.
        defaults: digests of values at which a parameter does not count, as if there were none of its name.

    Raises:
        UnhashableError: an argument has no deterministic form; the error's path begins with its name.
    """
    digests = tuple(map(argument_digest, values, names))
    pairs = sorted(zip(names, digests, strict=True))
    by_name = [text for pair in pairs if not defaults or defaults.get(pair[0]) != pair[1] for text in pair]
    key = digest_bytes(pack(["memo key", KEY_VERSION, identity.parts(), by_name])).hex()
    return CallKey(key, identity.code_digest, names, tuple(map(type, values)), digests)


def argument_digest(value: Any, name: str) -> str:
    """Return an argument's digest together with what the first-party classes in it do."""
    digest, classes = value_digest(value, name)
    return det_hash((digest, *map(class_digest, classes))) if classes else digest


def _type_name(cls: type) -> str:
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
