"""The code manifest: everything that a function's behaviour is made of, as one digest and as a list to compare."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any, NamedTuple

from memo.dethash.attribute import attribute
from memo.dethash.code.entries import Details, Entry, Read, function_of, name_of
from memo.dethash.code.functions import analyse, looks_at_members, own_code, read_by
from memo.dethash.code.named import named
from memo.dethash.code.party import is_first_party, party_of_module
from memo.dethash.code.reading import MEMBERS, reading
from memo.dethash.code.registered import registered_elsewhere
from memo.dethash.code.source.texts import remember_loaded_modules
from memo.dethash.code.syntax.bytecode import nested
from memo.dethash.code.syntax.excerpt import Excerpt
from memo.dethash.code.unseen import unseen
from memo.dethash.columns import pack
from memo.dethash.hashing import digest_bytes
from memo.dethash.node import Apart, Binding, CodeNode, Node
from memo.dethash.opaque import Opaque
from memo.dethash.plans import Plans, SpelledTag, class_name, dotted_name
from memo.dethash.walk import Walk


@dataclass(frozen=True, slots=True)
class CodeManifest:
    """What a function's behaviour is made of.

    Attributes:
        digest: 64 hexadecimal digits; it changes when the behaviour may.
        code: how far the code is followed: ``deep``, ``own`` or ``off``.
        entries: the code that is reached, the function itself first.
        depends_on: what the step was told to depend on, by place, or by the name of an option.
        held: the names of code that only a registry which the code fills holds.
        packages: the versions of the packages that are reached, by distribution.
        opaque: what is read and does not count.
        reads: which of docstrings and annotations the code reads.
    """

    digest: str
    code: str
    entries: tuple[Entry, ...]
    depends_on: dict[str, Read]
    held: tuple[str, ...]
    packages: dict[str, str]
    opaque: tuple[Opaque, ...]
    reads: frozenset[str]

    def excerpts(self) -> dict[str, Excerpt]:
        """Return the lines of the code, by what :meth:`to_dict` calls their ``source``."""
        return {entry.excerpt.digest: entry.excerpt for entry in self.entries if entry.excerpt is not None}

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest as plain data for JSON, without the lines of the code."""
        return {
            "digest": self.digest,
            "code": self.code,
            "entries": [entry.to_dict() for entry in self.entries],
            "depends_on": {label: read._asdict() for label, read in self.depends_on.items()},
            "held": list(self.held),
            "packages": dict(self.packages),
            "opaque": [opaque._asdict() for opaque in self.opaque],
            "reads": sorted(self.reads),
        }


class Walked(NamedTuple):
    """A manifest and the walk that made it."""

    manifest: CodeManifest
    walk: Walk


class Made(NamedTuple):
    """A walk over a function's code: what it began with, its outcome, and the code that only state holds."""

    walk: Walk
    root: Node
    digest: str
    in_state: list[object]


def walk_code(function: Any, *, code: str = "deep", depends_on: Sequence[object] = ()) -> Walked:
    """Compute what *function*'s behaviour is made of, and keep the walk: a guard watches what it met.

    Args:
        function: a function, a class, or anything callable.
        code: ``"deep"`` follows everything that the function reaches; ``"own"`` takes the function's own code only;
            ``"off"`` none.
        depends_on: more functions, classes or values that the behaviour depends on and that cannot be seen. What its
            ``names`` call otherwise, by place, is told by that name; it counts by its place all the same.
    """
    remember_loaded_modules()
    reads: frozenset[str] = frozenset()
    while True:
        with reading(reads):
            made = _walk(function, code, depends_on)
            found = reads.union(*(_reads_of(value, node) for value, node in made.walk.found.code))
            if found == reads:
                return Walked(_manifest(made, function, reads, getattr(depends_on, "names", {})), made.walk)
        reads = found


def _manifest(made: Made, function: Any, reads: frozenset[str], names: Mapping[int, str]) -> CodeManifest:
    bare = CodeManifest(made.digest, str(made.root.tag[1]), (), {}, (), {}, _opaque(made.walk), reads)
    try:
        return _described(bare, made, function, names)
    except Exception:
        logging.getLogger("memo").debug("memo cannot describe the code of %s", name_of(function), exc_info=True)
        return bare


def _described(bare: CodeManifest, made: Made, function: Any, names: Mapping[int, str]) -> CodeManifest:
    """Return the manifest with what explains it."""
    details = Details(made.walk)
    entries = details.entries()
    bindings = [child for child in made.root.children if type(child) is Binding]
    itself = made.root.children[0]
    if type(itself) is CodeNode:  # the function's own code, which is no function any more
        entries = (details.entry(function, itself, made.walk.digest_of(itself).hex()), *entries)
    elif itself is not None and not details.is_code(itself):  # such as a partial
        bindings.insert(0, Binding("itself", itself))
    depends_on = details.reads(bindings)
    for place, name in names.items():
        depends_on[name] = depends_on.pop(f"depends on {place}")._replace(scope="option")
    return replace(
        bare,
        entries=entries,
        depends_on=depends_on,
        held=tuple(map(name_of, made.in_state)),
        packages=details.packages,
        opaque=tuple(sorted({*bare.opaque, *_unseen(made.walk)})),
    )


def as_sent(manifest: CodeManifest, digest: str) -> CodeManifest:
    """Return the manifest, as it counts here, of code whose *digest* is known where it was sent from.

    If it is another one here, some of what the code reads is, or did not go along. Then it is neither that of the code
    over there, nor one which an edit over there leaves as it is.
    """
    if digest in ("", manifest.digest):
        return manifest
    return replace(manifest, digest=digest_bytes(pack(["sent", manifest.digest, digest])).hex())


def manifest_of_value(digest: str, walk: Walk) -> tuple[CodeManifest, Plans]:
    """Return what code and which packages an argument brings, and plans in which they count by their names.

    Args:
        digest: the argument's digest.
        walk: the walk that made it.
    """
    details = Details(walk)
    entries = details.entries()
    made = CodeManifest(digest, "value", entries, {}, (), details.packages, tuple(sorted(_unseen(walk))), frozenset())
    return made, details.plans


def _reads_of(value: object, node: CodeNode) -> frozenset[str]:
    """Return which of docstrings and annotations some code reads: by a name that says so, or through an alias."""
    own = analyse(value).reads if type(value) is FunctionType else frozenset[str]()
    if type(value) is FunctionType and looks_at_members(value):
        own |= {MEMBERS}
    return own.union(*(read_by(child.value) for child in node.children if type(child) is Binding))


def _walk(function: Any, code: str, depends_on: Sequence[object]) -> Made:
    classes: list[type] = []
    in_state: list[object] = []
    elsewhere: dict[int, CodeNode] = {}
    while True:
        plans = Plans(_spelling(classes))
        walk = Walk(plans)
        root = Node(
            ("code", code),
            (
                _root(function, code),
                *(Binding(f"depends on {place}", value) for place, value in enumerate(depends_on)),
                Node(("classes of instances",), tuple(map(_instance_code, classes)), unordered=True),
                Node(("code in state",), tuple(in_state), unordered=True),
                Node(("registered elsewhere",), tuple(elsewhere.values()), unordered=True),
            ),
        )
        digest = walk.digest(root, "code").hex()
        met = sorted(plans.classes, key=lambda cls: (cls.__module__, cls.__qualname__))
        new_classes = [cls for cls in met if cls not in classes]
        new_in_state = _code_in_state(walk) if code == "deep" else []
        functions = [value for value, _ in walk.found.code if type(value) is FunctionType]
        new_elsewhere = registered_elsewhere(functions, elsewhere) if code == "deep" else {}
        if not new_classes and not new_in_state and not new_elsewhere:
            return Made(walk, root, digest, in_state)
        classes += new_classes
        in_state += new_in_state
        elsewhere |= new_elsewhere


def _code_in_state(walk: Walk) -> list[object]:
    """Return the first-party code that only state holds.

    What a registry holds counts, though the code fills it: a function, a class, the class of an instance. What the code
    itself made while it ran does not: its definition is inside of code that is reached anyway.
    """
    reached = {id(value) for value, _ in walk.found.code}
    functions = (value for value, _ in walk.found.code if type(value) is FunctionType)
    codes = {id(code) for function in functions for code in nested(function.__code__)}
    return [
        value
        for number, value in walk.met.items()
        if number not in reached
        and isinstance(value, type | FunctionType)
        and is_first_party(value)
        and id(attribute(value, "__code__")) not in codes
    ]


def _root(function: Any, code: str) -> object:
    if code == "deep" or (code == "own" and type(function) is not FunctionType):
        return function
    return own_code(function) if code == "own" else None


def _instance_code(cls: type) -> object:
    """Return what counts of a class of which the code reaches an instance."""
    return cls if is_first_party(cls) else named(party_of_module(cls.__module__), "")


def _spelling(classes: Iterable[type]) -> Any:
    """Return how instances name their classes: without the module, unless two classes share a qualified name."""
    names: dict[str, set[str]] = {}
    for cls in classes:
        names.setdefault(cls.__qualname__, set()).add(cls.__module__)

    def spell(cls: type) -> SpelledTag:
        if not is_first_party(cls) or len(names.get(cls.__qualname__, ())) > 1:
            return class_name(cls)
        return "", cls.__qualname__

    return spell


def _opaque(walk: Walk) -> tuple[Opaque, ...]:
    apart = (
        Opaque(f"{type(apart.value).__qualname__}.{name}", dotted_name(type(apart.value)), "its methods change it")
        for family in walk.found.families()
        for apart in family.members
        if type(apart) is Apart
        for name in apart.state
    )
    return tuple(sorted({*walk.opaque, *apart}))


def _unseen(walk: Walk) -> set[Opaque]:
    functions = [function_of(value) for value, _ in walk.found.code]
    return unseen({id(function): function for function in functions if function is not None}.values())
