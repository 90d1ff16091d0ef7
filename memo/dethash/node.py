"""What an encoder returns: a value taken apart, one level deep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

#: What kind of value a node is. A class in a tag stands for its module and qualified name.
Tag = tuple[str | type, ...]
#: What identifies a variable in this process: the id of what holds it, and its name.
Place = tuple[int, str]


class Node(NamedTuple):
    """A value as a tag and the values it is made of.

    Two values with different tags never share a digest. The children are any values: the walk encodes them, so an
    encoder never recurses.
    """

    tag: Tag
    children: Sequence[object] = ()
    #: The children's order does not count (sets).
    unordered: bool = False
    #: What each child is called in an error's path, such as ``.weight``; ``[0]``, ``[1]``… without.
    labels: Sequence[str] | None = None


class CodeNode(NamedTuple):
    """A function or class as a value: what it does.

    A code node is always entered by its own digest, so each has one that a manifest can list.
    """

    tag: Tag
    children: Sequence[object]
    #: The variables and containers that this code assigns or fills: they are its state, not its identity.
    rebinds: frozenset[Place] = frozenset()
    #: Those of a class by the method that does so: it is the code's state if the code may call that.
    by_method: frozenset[tuple[str, Place]] = frozenset()
    #: Of statements that put something into a variable, into which: another process may have to be told of them.
    first: First | None = None


#: The tag of a code node of which only the digest is known, its only child: the code is in another process.
KNOWN: Tag = ("known",)
#: Stands for the name of a container's content, whatever variables hold it: ``(id(container), CONTENT)`` is filled.
CONTENT = "[]"


class Variable(NamedTuple):
    """Where a value is kept: a namespace, cell, function, class or instance, and the name in there."""

    holder: Any
    name: str

    @property
    def place(self) -> Place:
        """What identifies the variable in this process."""
        return id(self.holder), self.name


class First(NamedTuple):
    """What statements put something into: a variable that they set up, or something that modules do to it later."""

    variable: Variable
    #: The function that reads it, if it belongs to one around that.
    function: Any = None
    #: The methods that only change its state, in order.
    methods: tuple[str, ...] = ()
    is_later: bool = False


class Binding(NamedTuple):
    """A name that a piece of code reads and the value it has: one tracked dependency of a function or class.

    It becomes opaque when tracked code itself rebinds or fills it (the variable's place is in some code node's
    ``rebinds``): then its label counts, and what it was *before* any of that.
    """

    #: The dotted path as the code spells it: ``config.LR``.
    label: str
    value: object
    #: What holds the value, if that is known.
    variable: Variable | None = None
    #: Returns what stands for the variable's first value where the present one is the code's own doing.
    before: Callable[[], object] | None = None
    #: The variables on the way to the value, itself included, and what each held.
    trail: tuple[tuple[Variable, object], ...] = ()


class Apart(NamedTuple):
    """An instance of which code only calls methods: it counts apart from the attributes that these change."""

    value: Any
    #: The names of those attributes.
    state: tuple[str, ...]
    #: The other attributes, and instances in there apart from their own state.
    others: dict[Any, object]
    #: What stands for the value that the variable had at first, from which the state began.
    first: object


class AsUsual(NamedTuple):
    """A value to be encoded without its own ``det_hash_object`` or ``__det_hash__``."""

    value: object
