"""What a manifest says of each piece of code: how it was seen and what it reads, each with a digest of its own.

The digest of a key covers all that a piece of code reaches. Here code counts by its name, and a package without its
version, wherever something else reaches them: so two manifests show which piece differs, and not all that leads to it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CellType, FunctionType, ModuleType
from typing import Any, NamedTuple

from memo.dethash.attribute import attribute
from memo.dethash.code.functions import read_of
from memo.dethash.code.reading import is_read
from memo.dethash.code.source.class_definitions import find_class
from memo.dethash.code.source.definitions import find_definition
from memo.dethash.code.syntax.excerpt import Excerpt
from memo.dethash.columns import pack
from memo.dethash.file import File
from memo.dethash.hashing import digest_bytes
from memo.dethash.node import Apart, Binding, CodeNode, Node
from memo.dethash.opaque import OPAQUE
from memo.dethash.plans import ATOMS, dotted_name
from memo.dethash.registry import Kind, defines
from memo.dethash.walk import Walk
from memo.dethash.weights import Family, Found
from memo.errors import UnhashableError

_EXTERNAL = ("external",)
_BY_NAME = {("standard",): "standard library", ("memo",): "memo", ("unknown",): "name", ("unbound",): "unbound"}


class Read(NamedTuple):
    """One value that a piece of code reads."""

    #: Of the value alone: code in it counts by its name, a package without its version.
    digest: str
    #: The value's type with its module, or what kind of code it is.
    type: str
    #: ``value``, ``code``, ``package``, ``standard library``, ``content`` of a file, ``opaque``, ``unbound``…
    seen: str
    #: What holds it: ``global``, ``captured variable``, ``default``, ``attribute``, ``base class``…
    scope: str
    #: The name of code, or of a step, with its module if it is not the user's own.
    name: str = ""


class Entry(NamedTuple):
    """One function, class or module that the code reaches."""

    kind: str
    name: str
    module: str
    #: The name of its file, without the directory.
    file: str
    #: Of all that it does.
    digest: str
    #: Of its own text alone.
    own: str
    #: ``source``, ``bytecode of Python 3.11``, ``attributes`` or ``VERSION``.
    seen: str
    #: What it reads, by label.
    reads: dict[str, Read]
    #: Its lines, to be cut out when they are wanted; ``None`` if they are not known.
    excerpt: Excerpt | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, and in the place of its lines what these are kept under."""
        fields = self._asdict()
        excerpt: Excerpt | None = fields.pop("excerpt")
        reads = {label: read._asdict() for label, read in self.reads.items()}
        return fields | {"reads": reads, "source": "" if excerpt is None else excerpt.digest}


class Details:
    """Describes what a walk over code met.

    Args:
        walk: the walk.
    """

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        #: Plans in which code counts by its name, and a package without its version.
        self.plans = walk.plans.copy()
        #: The versions of the packages that are reached, by distribution.
        self.packages: dict[str, str] = {}
        #: Without statements that set up a first value, which are a part of who reads it.
        self._met = [(value, node) for value, node in walk.found.code if type(value) is not CodeNode]
        self._code = {id(value): node for value, node in self._met}
        targets = set(self._code)
        for value, node in self._met:
            self.plans.replace(value, Node(("code", _kind(node)), (name_of(value),)))
        for value, taken_apart in walk.plans.nodes():
            if taken_apart.tag == _EXTERNAL:
                distribution, version, name = taken_apart.children
                self.packages[str(distribution)] = str(version)
                self.plans.replace(value, Node(("package",), (distribution, name)))
                targets.add(id(value))
        self._reaching = _reaching(walk.found, targets)

    def is_code(self, value: object) -> bool:
        """Say whether *value* is a piece of code with an entry."""
        return id(value) in self._code

    def entries(self) -> tuple[Entry, ...]:
        """Return what is known of each piece of code, in the order in which it was met."""
        return tuple(self.entry(value, node) for value, node in self._met)

    def entry(self, value: Any, node: CodeNode, digest: str | None = None) -> Entry:
        """Return what is known of one piece of code."""
        own, bindings = self._taken_apart(node)
        seen, excerpt = _seen(value, node)
        return Entry(
            _kind(node),
            name_of(value),
            str(attribute(value, "__module__", "")),
            _file_of(value),
            digest if digest is not None else self._walk.digest_of(value).hex(),
            own,
            seen,
            self.reads(bindings),
            excerpt,
        )

    def reads(self, bindings: Iterable[Binding]) -> dict[str, Read]:
        """Return what is known of values that are read, by label."""
        return {binding.label: self._read(binding) for binding in bindings}

    def _taken_apart(self, node: CodeNode) -> tuple[str, list[Binding]]:
        """Return the digest of what is a piece of code's own, and what it reads."""
        bindings: list[Binding] = []
        own: list[object] = []
        for child in node.children:
            if type(child) is Binding:
                bindings.append(child)
            elif type(child) is Node:  # a class's fields and metaclass
                bindings += [part for part in child.children if type(part) is Binding]
                own.append(Node(child.tag, [part for part in child.children if type(part) is not Binding]))
            else:
                own.append(child)
        if all(type(part) in ATOMS for part in own):
            return digest_bytes(pack([*node.tag, *own])).hex(), bindings
        return self._digest(Node(("own", *node.tag), own)), bindings

    def _read(self, binding: Binding) -> Read:
        value, scope = binding.value, _scope(binding)
        if self._walk.plans.node(binding).tag == OPAQUE:
            return Read(self._digest(self._walk.plans.node(binding)), dotted_name(type(value)), "opaque", scope)
        if id(value) in self._code:
            kind, name = _kind(self._code[id(value)]), name_of(value)
            return Read(digest_bytes(pack([kind, name])).hex(), kind, "code", scope, name)
        digest = self._digest(value)
        if type(value) not in ATOMS and self._walk.plans.kind(type(value))[0] is Kind.ENCODE:
            node = self._walk.plans.node(value)
            if node.tag == _EXTERNAL:
                return Read(digest, _type_of(value), "package", scope, str(node.children[2]))
            if node.tag in _BY_NAME:
                return Read(digest, _type_of(value), _BY_NAME[node.tag], scope, "".join(map(str, node.children)))
        name = name_of(value) if defines(type(value), "__det_code__") else ""  # a step, and what it depends on
        return Read(digest, _type_of(value), "content" if type(value) is File else "value", scope, name)

    def _digest(self, value: object) -> str:
        if id(value) not in self._reaching and id(value) in self._walk.columns.digests:
            return self._walk.columns.digests[id(value)].hex()
        try:
            return Walk(self.plans).digest(value).hex()
        except UnhashableError:  # nothing that only explains may fail where the key did not
            return ""


def _reaching(found: Found, targets: set[int]) -> set[int]:
    """Return the ids of the containers that are among *targets* or lead to one of them."""
    reaching = set(targets)
    known = -1
    while known < len(reaching):
        known = len(reaching)
        for family in found.families():
            if not reaching.isdisjoint(map(id, family.kids)):
                reaching |= set(_members_reaching(family, reaching))
    return reaching


def _members_reaching(family: Family, reaching: set[int]) -> Iterator[int]:
    start = 0
    for member, count in zip(family.members, family.counts, strict=True):
        if not reaching.isdisjoint(map(id, family.flat[start : start + count])):
            yield id(member)
        start += count


def name_of(value: Any) -> str:
    """Return what a piece of code is called; of a function what it was written as, whatever it wraps."""
    function = function_of(value)
    if function is not None:
        return function.__code__.co_qualname
    name = attribute(value, "__qualname__") or attribute(value, "__name__")
    return str(name or type(value).__qualname__)


def _kind(node: CodeNode) -> str:
    return node.tag[0] if isinstance(node.tag[0], str) else ""


def _type_of(value: object) -> str:
    if type(value) is Apart:
        return dotted_name(type(value.value))
    if type(value) is Node:  # only an instance's class
        cls = next((part for part in value.tag if isinstance(part, type)), None)
        return dotted_name(cls) if cls is not None else "module" if value.tag != ("unbound",) else "nothing"
    return dotted_name(type(value))


def _scope(binding: Binding) -> str:
    label = binding.label
    if binding.variable is not None and isinstance(binding.variable.holder, CellType):
        return "captured variable"
    for mark, scope in (("import ", "import"), ("base ", "base class"), ("field ", "field"), ("keyword ", "option")):
        if label.startswith(mark):
            return scope
    if label.startswith("depends on "):
        return "depends_on"
    if label.startswith(".") or label == "VERSION":
        return "attribute"
    return "default" if label.endswith("=") else "global"


def _seen(value: Any, node: CodeNode) -> tuple[str, Excerpt | None]:
    """Return how a piece of code was seen, and its lines if they are known."""
    if node.tag[1:] == ("version",):
        return "VERSION", None
    if isinstance(value, type):
        defined = find_class(value)
        return "attributes", None if defined is None else Excerpt(defined.node, defined.text, is_read())
    function = function_of(value)
    if function is None:
        return "attributes", None
    definition = find_definition(function)
    if definition is None:
        return f"bytecode of Python {sys.version_info.major}.{sys.version_info.minor}", None
    return "source", Excerpt(definition.node, definition.text, read_of(function))


def function_of(value: Any) -> FunctionType | None:
    """Return the function that is, or is in, a piece of code; a step says which one it stands for."""
    if type(value) is not FunctionType and defines(type(value), "__det_code__"):
        value = value.__det_code__()
    return value if type(value) is FunctionType else None


def _file_of(value: Any) -> str:
    """Return the name of the file of the module that a piece of code is in."""
    function = function_of(value)
    if isinstance(value, ModuleType):
        namespace: dict[str, Any] = vars(value)
    elif function is not None:
        namespace = function.__globals__
    else:
        namespace = getattr(sys.modules.get(str(attribute(value, "__module__", ""))), "__dict__", {})
    file = namespace.get("__file__")
    return Path(file).name if isinstance(file, str) else ""
