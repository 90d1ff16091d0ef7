"""What an argument is made of, as a small tree of digests: enough to say later where inside it two calls differ.

The tree tells positions, types, digests and the names that code spells, such as a field's. A dict's key is told by its
place and its digest, for its text may be anybody's. What has more parts than are worth telling is one digest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

from memo.dethash.digest import ValueDigest, walk_by, without_module
from memo.dethash.hashing import digest_bytes
from memo.dethash.node import AsUsual, CodeNode, Node
from memo.dethash.plans import ATOMS, Plans, dotted_name
from memo.dethash.registry import Kind
from memo.dethash.tiny import tiny_bytes
from memo.errors import UnhashableError

if TYPE_CHECKING:
    from memo.dethash.code.manifest import CodeManifest

#: Parts of one argument that are told apart; each takes some 60 bytes.
MOST_PARTS = 40
#: Digits of a part's digest: two parts of one place are compared, nothing is found by it.
DIGITS = 16

#: Parts of a result that are told, and how deep: what a program takes out of it and passes on.
MOST_RESULTS, DEEPEST_RESULT = 16, 2
_SCALARS = frozenset({"NoneType", "bool", "int", "float", "complex", "str", "bytes"})

#: What two trees are compared by, as plain data: label, match, type, digest, parts.
Tree = list[Any]

_EXTERNAL = ("external",)


class Parts(NamedTuple):
    """An argument taken apart.

    Attributes:
        tree: its parts; empty for what has none.
        code: the code and the packages that it brings; ``None`` if there are none.
    """

    tree: Tree
    code: CodeManifest | None


def parts_of(value: object, found: ValueDigest) -> Parts:
    """Take an argument apart.

    Args:
        value: the argument.
        found: its digest, and the walk that made it: that knows the digests of its large parts.
    """
    if type(value) in ATOMS:
        return Parts([], None)
    walk = found.walk or walk_by(Plans(without_module))
    plans, code = walk.plans, None
    known: dict[int, bytes] = walk.columns.digests
    if walk.found.code or any(node.tag == _EXTERNAL for _, node in plans.nodes()):
        from memo.dethash.code.manifest import manifest_of_value  # parsers are loaded when they are needed

        code, plans = manifest_of_value(found.digest, walk)
        known = {}
    tree = _Tree(plans, known, MOST_PARTS).of(value)
    return Parts(tree if tree[4] or code is not None else [], code)


def results_in(value: object, found: ValueDigest) -> list[tuple[str, str]]:
    """Return path and digest of the containers that are in a result, as far as they are few and near its root."""
    if type(value) in ATOMS:
        return []
    walk = found.walk or walk_by(Plans(without_module))
    out: list[tuple[str, str]] = []
    level = [("", _Tree(walk.plans, walk.columns.digests, MOST_RESULTS).of(value))]
    for _ in range(DEEPEST_RESULT):
        level = [(path + part[0], part) for path, parent in level for part in parent[4]]
        out += [(path, part[3]) for path, part in level if not is_scalar(part[2])]
    return out


def is_scalar(type_name: str) -> bool:
    """Say whether values of this type are too common to tell where one came from."""
    return type_name in _SCALARS


class _Tree:
    """Builds one tree, the parts near the root first."""

    def __init__(self, plans: Plans, known: dict[int, bytes], most: int) -> None:
        self._plans = plans
        self._known = known
        self._left = most

    def of(self, root: object) -> Tree:
        tree = self._part(root, "", "")
        waiting = deque([(root, tree)])
        met = {id(root)}
        while waiting:
            value, part = waiting.popleft()
            inside = self._inside(value)
            if len(inside) > self._left:
                continue
            self._left -= len(inside)
            for label, match, child in inside:
                found = self._part(child, label, match)
                part[4].append(found)
                if type(child) not in ATOMS and id(child) not in met:
                    met.add(id(child))
                    waiting.append((child, found))
        return tree

    def _part(self, value: object, label: str, match: str) -> Tree:
        return [label, match, _type_name(value), self._digest(value), []]

    def _digest(self, value: object) -> str:
        tiny = tiny_bytes(value)
        if tiny is not None:
            return digest_bytes(tiny).hex()[:DIGITS]
        digest = self._known.get(id(value))
        try:
            return (digest or walk_by(self._plans).digest(value)).hex()[:DIGITS]
        except UnhashableError:  # nothing that only explains may fail where the key did not
            return ""

    # -- what is inside: label, match and value of each part ------------------------------------------------------

    def _inside(self, value: Any) -> list[tuple[str, str, object]]:
        kind, _ = self._plans.kind(type(value))
        size = len(value) if kind in (Kind.SEQUENCE, Kind.DICT) else 0
        return [] if size > self._left else list(self._children(value, kind))

    def _children(self, value: Any, kind: Kind) -> Iterator[tuple[str, str, object]]:
        if kind is Kind.SEQUENCE:
            yield from ((f"[{place}]", "", child) for place, child in enumerate(value))
        elif kind is Kind.DICT:
            yield from self._entries(value.items())
        elif kind is Kind.ATTRIBUTES:
            yield from self._attributes(type(value), self._plans.attributes[type(value)](value))
        else:
            node = self._plans.node(value)
            if isinstance(node, Node) and not isinstance(node, CodeNode):
                # An instance of a class with a VERSION comes as itself, beside that.
                yield from self._of_node(value.value if type(value) is AsUsual else value, node)

    def _of_node(self, value: Any, node: Node) -> Iterator[tuple[str, str, object]]:
        cls = type(value)
        if node.unordered or (node.labels is None and issubclass(cls, set | frozenset)):
            yield from (("{...}", self._digest(child), child) for child in node.children)
        elif node.labels is None:
            if issubclass(cls, tuple | list) and cls is not Node and len(node.children) == len(value):
                yield from ((f"[{place}]", "", child) for place, child in enumerate(node.children))
            return
        keys = 0
        for label, child in zip(node.labels or (), node.children, strict=False):
            if label.startswith("["):  # a frame's column, whose name may be anybody's text
                yield f"[key {keys}]", self._digest(label), child
                keys += 1
            elif label == ".":
                states = child if type(child) is tuple else (child,)  # with slots, pickle has a pair of dicts
                for state in states:
                    if isinstance(state, dict):
                        yield from self._attributes(cls, state)
            elif label == "=" and isinstance(child, Node):
                yield from self._entries(pair for pair in child.children if isinstance(pair, tuple))
            elif label == "" and type(child) not in ATOMS:
                yield from self._children(child, self._plans.kind(type(child))[0])
            elif label:
                yield label, "", child

    def _entries(self, items: Any) -> Iterator[tuple[str, str, object]]:
        for place, (key, child) in enumerate(items):
            yield f"[key {place}]", self._digest(key), child

    def _attributes(self, cls: type, state: dict[Any, Any]) -> Iterator[tuple[str, str, object]]:
        try:
            names = names_in_code(cls)
        except TypeError:  # a metaclass without a hash, or slots that are no names
            names = frozenset()
        for place, (name, child) in enumerate(state.items()):
            if name in names:
                yield f".{name}", "", child
            else:
                yield f".attribute {place}", self._digest(name), child


@lru_cache(1000)
def names_in_code(cls: type) -> frozenset[str]:
    """Return the names that *cls*'s code spells: its fields and slots, and what its methods read and assign."""
    names: set[str] = set()
    for base in cls.__mro__:
        own = vars(base)
        names.update(own.get("__annotations__", ()), own.get("__dataclass_fields__", ()))
        slots = own.get("__slots__", ())
        names.update([slots] if isinstance(slots, str) else slots)
        for value in own.values():
            function = value.fget if isinstance(value, property) else value
            function = value.__func__ if isinstance(value, staticmethod | classmethod) else function
            if isinstance(function, FunctionType):
                names.update(function.__code__.co_names)
    return frozenset(names)


def _type_name(value: object) -> str:
    own = type(value)
    if own in (FunctionType, BuiltinFunctionType) or issubclass(own, type):
        return f"{dotted_name(own)} {value.__qualname__}"  # type: ignore[attr-defined]
    return dotted_name(own)
