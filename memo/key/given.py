"""What a call was given, told for its entry: digests, types and places, and no value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from memo.dethash import ValueDigest, class_manifest, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from memo.dethash import CodeManifest


class GivenArgument(NamedTuple):
    """One bound argument as its entry tells it.

    Attributes:
        name: the parameter's name.
        type: the value's type, with its module.
        digest: the digest that enters the key, with those of the classes in the value.
        value: the digest of the value alone.
        classes: the first-party classes in it, by name, with the digests of their code.
        tree: what it is made of, see :mod:`memo.dethash.parts`.
        counts: whether it is part of the key.
        manifests: the code of the classes, and the code that the value itself brings.
    """

    name: str
    type: str
    digest: str
    value: str
    classes: tuple[tuple[str, str], ...]
    tree: list[Any]
    counts: bool
    manifests: tuple[CodeManifest, ...]


def told_of(
    names: tuple[str, ...],
    values: tuple[Any, ...],
    found: list[ValueDigest],
    digests: tuple[str, ...],
    skipped: frozenset[str],
) -> Iterator[GivenArgument]:
    """Iterate over what is told of a call's arguments; to be asked before the call runs, which may change them."""
    for name, value, of_value, digest in zip(names, values, found, digests, strict=True):
        parts = parts_of(value, of_value)
        manifests = [class_manifest(cls) for cls in of_value.classes]
        classes = [(name_of_class(cls), made.digest) for cls, made in zip(of_value.classes, manifests, strict=True)]
        if parts.code is not None:
            manifests.append(parts.code)
        yield GivenArgument(
            name,
            type_name(type(value)),
            digest,
            of_value.digest,
            tuple(classes),
            parts.tree,
            name not in skipped,
            tuple(manifests),
        )


def name_of_class(cls: type) -> str:
    """Return the module and the qualified name of a class, by which it is found again."""
    return f"{cls.__module__}:{cls.__qualname__}"


def type_name(cls: type) -> str:
    """Return the name of a class, with its module unless that is ``builtins``."""
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
