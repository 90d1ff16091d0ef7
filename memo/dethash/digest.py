"""``det_hash`` itself, and the digest of an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from memo.dethash.hashing import blake3
from memo.dethash.plans import Plans, SpelledTag, class_name
from memo.dethash.tiny import atom_bytes, tiny_bytes
from memo.errors import UnhashableError

if TYPE_CHECKING:
    from memo.dethash.walk import Walk


def det_hash(obj: object) -> str:
    """Compute the deterministic hash of an arbitrary Python object.

    Equal values have equal digests in every process, on every supported Python; different values differ.

    Args:
        obj: any object that has a deterministic form.

    Returns:
        64 hexadecimal digits.

    Raises:
        UnhashableError: *obj* or something in it has no deterministic form; the error says where and what to do.

    .. versionadded:: 0.1
    """
    try:
        tiny = tiny_bytes(obj)
        return blake3(tiny).digest().hex() if tiny is not None else walk_by(Plans()).digest(obj).hex()
    except Exception as error:
        _name_culprit(error, obj, "value")
        raise


def walk_by(plans: Plans) -> Walk:
    """Return what takes values apart as *plans* say; it is imported when the first is met that is not tiny."""
    from memo.dethash.walk import Walk

    return Walk(plans)


class ValueDigest(NamedTuple):
    """An argument's digest, the first-party classes whose instances are in it, and how it was found.

    The walk knows the digests of the argument's large parts; it is ``None`` for what was too small for one.
    """

    digest: str
    classes: tuple[type, ...]
    walk: Walk | None = None


def value_digest(value: object, name: str = "value") -> ValueDigest:
    """Compute the digest of an argument for a step's key.

    It differs from :func:`det_hash` in one thing: first-party classes appear by their qualified name without the
    module, so that a class may move. What they do is the key's affair: their code is hashed beside it.

    Args:
        value: the argument.
        name: the argument's name, with which an error's path begins.

    Raises:
        UnhashableError: the value has no deterministic form.
    """
    try:
        tiny = tiny_bytes(value)
        if tiny is not None:
            return ValueDigest(blake3(tiny).digest().hex(), ())
        plans = Plans(without_module)
        walk = walk_by(plans)
        digest = walk.digest(value, name).hex()
    except Exception as error:
        _name_culprit(error, value, name)
        raise
    if not plans.classes:
        return ValueDigest(digest, (), walk)
    own = [cls for cls in plans.classes if is_first_party_class(cls)]
    return ValueDigest(digest, tuple(sorted(own, key=lambda cls: (cls.__qualname__, cls.__module__))), walk)


def atom_digest(value: object) -> str:
    """Return the digest of an argument that is one of `ATOMS`: what :func:`value_digest` says of it, and quicker."""
    short = atom_bytes(value)
    return value_digest(value).digest if short is None else blake3(short).digest().hex()


def _name_culprit(error: Exception, value: object, name: str) -> None:
    """Raise what names a class in *value* that cannot be looked up, if there is one and nothing was named yet."""
    if not isinstance(error, UnhashableError):
        from memo.dethash.lookups import refusal  # hardly ever

        named = refusal(value, name)
        if named is not None:
            raise named from error


def without_module(cls: type) -> SpelledTag:
    """Return how an argument's digest names a class: a first-party one without its module."""
    return ("", cls.__qualname__) if is_first_party_class(cls) else class_name(cls)


def is_first_party_class(cls: type) -> bool:
    """Say whether the user's own project defines *cls*."""
    from memo.dethash.code.party import is_first_party

    return is_first_party(cls)
