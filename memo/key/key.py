"""A call's key: what the step does and what it is given, as one digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from marshal import dumps
from typing import Any, NamedTuple

from memo.dethash import ValueDigest, atom_digest, class_digest, det_hash, reading, value_digest
from memo.dethash.columns import pack
from memo.dethash.hashing import blake3
from memo.dethash.plans import ATOMS
from memo.key.given import GivenArgument, told_of, type_name
from memo.key.origin import Origin

#: Counts the forms that keys have had; a change is a major release.
KEY_VERSION = 1

_EMPTY = pack([])  # as long as what begins any list
_NONE: Mapping[str, str] = {}
_NOTHING: frozenset[str] = frozenset()
_MOST_KNOWN = 1000
_LONGEST_KNOWN = 512  # bytes


class ArgumentRecord(NamedTuple):
    """One bound argument: its name, its type with the module, and its digest with those of the classes in it."""

    name: str
    type: str
    digest: str


class CallKey(NamedTuple):
    """The key of one call and what it is made of.

    Attributes:
        key: the key.
        identity: what the step is.
        names: the parameters that count.
        values: their values.
        found: the values' digests, and how they were found; nothing where all values are scalars.
        digests: the digests with those of the classes in the values.
        skipped: the parameters that do not count at the values that they have.
        reads: what the step's code reads of code that it is given: docstrings, annotations.
    """

    key: str
    identity: StepIdentity
    names: tuple[str, ...]
    values: tuple[Any, ...]
    found: list[ValueDigest]
    digests: tuple[str, ...]
    skipped: frozenset[str]
    reads: frozenset[str]

    @property
    def code_digest(self) -> str:
        """The digest of the code that counts."""
        return self.identity.code_digest

    @property
    def arguments(self) -> tuple[ArgumentRecord, ...]:
        """The bound arguments that count, in the order of the signature."""
        return tuple(map(ArgumentRecord, self.names, map(type_name, map(type, self.values)), self.digests))

    def told(self) -> tuple[GivenArgument, ...]:
        """Return what is told of the arguments; to be asked before the call runs, which may change them."""
        scalars = [] if self.found else [ValueDigest(digest, ()) for digest in self.digests]
        with reading(self.reads):
            return tuple(told_of(self.names, self.values, self.found or scalars, self.digests, self.skipped))

    def without_values(self) -> CallKey:
        """Return the key alone: the call may run for long, and what was found out about its values is large."""
        return self._replace(names=(), values=(), found=[], digests=())


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

    def of(self, code_digest: str, version: str | None, captured: tuple[str, ...]) -> StepIdentity:
        """Return what the step was with another code, version or captured values."""
        return self._replace(code_digest=code_digest, version=version, captured=captured)

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


class Keyer:
    """Makes the keys of one step's calls, as long as the step is the same.

    Keys of a few plain small arguments are remembered: who calls again with them need not wait for a digest.

    Args:
        identity: what counts of the step itself.
        names: the names of the parameters that count.
        defaults: digests of values at which a parameter does not count, as if there were none of its name.
        reads: what the step's code reads of code that it is given, beside what that does.
    """

    __slots__ = ("_before", "_defaults", "_form", "_identity", "_known", "_names", "_places", "_reads", "_start")

    def __init__(
        self,
        identity: StepIdentity,
        names: tuple[str, ...],
        defaults: Mapping[str, str] = _NONE,
        reads: frozenset[str] = _NOTHING,
    ) -> None:
        self._identity = identity
        self._names = names
        self._defaults = defaults
        self._reads = reads
        self._start = start_of(identity)
        self._places = sorted(range(len(names)), key=names.__getitem__)
        self._form = _form(self._start, sorted(names))
        #: The scalars of the last call and their digests: many are the same at the next, such as defaults.
        self._before: tuple[tuple[Any, ...], tuple[str, ...]] = (self,) * len(names), names
        self._known: dict[bytes, CallKey] = {}

    def key(self, values: tuple[Any, ...]) -> CallKey:
        """Compute the key of a call with these *values* of the parameters that count.

        Raises:
            UnhashableError: an argument has no deterministic form; the error's path begins with its name.
        """
        for value in values:
            if type(value) not in ATOMS:
                return self._make(values) if not self._reads else self._make_reading(values)
        spelled = dumps(values, 2)  # tells whatever a digest tells: 1, 1.0 and True, 0.0 and -0.0
        known = self._known.get(spelled)
        if known is not None:
            return known
        before = zip(values, *self._before, strict=True)
        digests = tuple([digest if value is last else atom_digest(value) for value, last, digest in before])
        made = self._with(values, digests, [])
        if len(spelled) <= _LONGEST_KNOWN:
            self._before = values, digests
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[spelled] = made
        return made

    def _make_reading(self, values: tuple[Any, ...]) -> CallKey:
        with reading(self._reads):
            return self._make(values)

    def _make(self, values: tuple[Any, ...]) -> CallKey:
        found = list(map(value_digest, values, self._names))
        return self._with(values, tuple(map(_with_classes, found)), found)

    def _with(self, values: tuple[Any, ...], digests: tuple[str, ...], found: list[ValueDigest]) -> CallKey:
        names, defaults, skipped = self._names, self._defaults, _NOTHING
        if defaults:
            pairs = zip(names, digests, strict=True)
            skipped = frozenset([name for name, digest in pairs if defaults.get(name) == digest])
        if skipped:
            pairs = zip(names, digests, strict=True)
            key = _end_of(self._start, [pair for pair in pairs if pair[0] not in skipped])
        else:
            key = blake3(self._form % tuple([digests[place].encode() for place in self._places])).digest().hex()
        return CallKey(key, self._identity, names, values, found, digests, skipped, self._reads)


def key_of(identity: StepIdentity, arguments: Iterable[tuple[str, str]]) -> str:
    """Compute the key of a call from the names and digests of its arguments, those that count, in any order."""
    return _end_of(start_of(identity), arguments)


def start_of(identity: StepIdentity) -> bytes:
    """Return how the bytes begin of which the keys of a step are digests; what ends them is a list."""
    return pack(["memo key", KEY_VERSION, identity.parts(), []]).removesuffix(pack([]))


def _end_of(start: bytes, arguments: Iterable[tuple[str, str]]) -> str:
    """Compute a key from its *start*, and from the arguments as in :func:`key_of`."""
    by_name = list(chain.from_iterable(sorted(arguments)))
    return blake3(start + pack(by_name)).digest().hex()


def _form(start: bytes, names: list[str]) -> bytes:
    """Return what :func:`_end_of` hashes for arguments with these *names*, with ``%b`` in the place of each digest."""
    blank = "-" * 64
    count = pack([...] * 2 * len(names))[: len(_EMPTY)]
    packed = [pack([name, blank])[len(_EMPTY) : -len(blank)] for name in names]
    return (start + count).replace(b"%", b"%%") + b"".join(part.replace(b"%", b"%%") + b"%b" for part in packed)


def argument_digest(value: Any, name: str) -> str:
    """Return an argument's digest together with what the first-party classes in it do."""
    return _with_classes(value_digest(value, name))


def _with_classes(found: ValueDigest) -> str:
    return with_code(found.digest, *map(class_digest, found.classes)) if found.classes else found.digest


def with_code(value: str, *classes: str) -> str:
    """Return the digest of an argument from that of its value and those of the code of the classes in it."""
    return det_hash((value, *classes)) if classes else value
