"""A call's key: what the step does and what it is given, as one digest."""

from __future__ import annotations

from typing import Any, NamedTuple

from memo.dethash import ValueDigest, class_digest, det_hash, value_digest
from memo.key.origin import Origin

#: Counts the forms that keys have had; a change is a major release.
KEY_VERSION = 1


class ArgumentRecord(NamedTuple):
    """One bound argument: its name, its type with the module, and its digest with those of the classes in it."""

    name: str
    type: str
    digest: str


class CallKey(NamedTuple):
    """The key of one call and what it is made of."""

    key: str
    code_digest: str
    arguments: tuple[ArgumentRecord, ...]


class StepIdentity(NamedTuple):
    """What a key says about the step itself.

    Attributes:
        code_digest: the digest of the code that counts.
        version: stands for the code.
        origin: tells steps apart that their code does not.
    """

    code_digest: str
    version: str | None = None
    origin: Origin | None = None

    def parts(self) -> list[str]:
        """Return what is hashed."""
        version = [] if self.version is None else ["version", self.version]
        return [self.code_digest, *version, *(["origin", *_origin_parts(self.origin)] if self.origin else [])]


def _origin_parts(origin: Origin) -> list[str]:
    if origin.name is not None:
        return ["named", origin.project, origin.name]
    return [origin.project, origin.module, origin.qualname]


def make_key(identity: StepIdentity, names: tuple[str, ...], values: tuple[Any, ...]) -> CallKey:
    """Compute the key of a call.

    Args:
        identity: what counts of the step itself.
        names: the names of the parameters that count.
        values: their values.

    Raises:
        UnhashableError: an argument has no deterministic form; the error's path begins with its name.
    """
    arguments = tuple(map(_record, names, values))
    digests = sorted((argument.name, argument.digest) for argument in arguments)
    parts = ("memo key", KEY_VERSION, tuple(identity.parts()), *digests)
    return CallKey(det_hash(parts), identity.code_digest, arguments)


def _record(name: str, value: Any) -> ArgumentRecord:
    cls = type(value)
    type_name = cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
    return ArgumentRecord(name, type_name, _with_classes(value_digest(value, name)))


def _with_classes(value: ValueDigest) -> str:
    """Return an argument's digest together with what the first-party classes in it do."""
    if not value.classes:
        return value.digest
    return det_hash((value.digest, *(class_digest(cls) for cls in value.classes)))
