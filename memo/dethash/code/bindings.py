"""The values that a function's names stand for: one binding for each name or attribute chain that it reads."""

from __future__ import annotations

import builtins
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property, partial
from types import CellType, FunctionType, ModuleType, SimpleNamespace
from typing import Any, NamedTuple

from memo.dethash.attribute import attribute
from memo.dethash.code.attached import held_by_module, is_own
from memo.dethash.code.imports import attribute_of_module, resolve_import
from memo.dethash.code.named import UNBOUND, named, named_module
from memo.dethash.code.party import STANDARD, is_first_party, party_of
from memo.dethash.code.source.marimo import prefix_of
from memo.dethash.code.state.attributes import apart_from_state
from memo.dethash.code.syntax.names import Chain, Uses
from memo.dethash.code.syntax.scan import MADE
from memo.dethash.instances import PLAIN_ACCESS
from memo.dethash.node import Binding, Node, Variable
from memo.dethash.opaque import is_logger
from memo.dethash.registry import defines

#: What a module is called and where it lies: moving it changes nothing.
_WHERE = frozenset({
    "__name__", "__file__", "__path__", "__package__", "__spec__", "__loader__", "__cached__", "__builtins__",
    "__debug__", "__warningregistry__",
})  # fmt: skip
#: What holds state of the process: it does not count, and no more so where it was imported from its module.
_OF_PROCESS = (("os", "environ"), ("os", "environb"), ("sys", "argv"), ("sys", "path"), ("sys", "modules"))
#: What reads attributes without running code of the class's own; before Python 3.13 a namespace has one for itself.
_PLAIN_ACCESS = (PLAIN_ACCESS, SimpleNamespace.__getattribute__)


class Found(NamedTuple):
    """Where a chain leads."""

    label: str
    value: object
    #: What holds the value.
    variable: Variable | None
    #: The attributes that were not followed: the value has them.
    rest: tuple[str, ...]
    #: The variables on the way, and what each held.
    trail: tuple[tuple[Variable, object], ...] = ()


Look = Callable[[str], tuple[object, Variable | None] | None]


def bindings_of(
    uses: Uses, look: Look, namespace: dict[str, Any], function: FunctionType | None = None
) -> list[Binding]:
    """Return what a piece of code reads, in the order of its labels.

    Args:
        uses: the names and attributes.
        look: returns the value of a name and the variable that holds it; ``None`` for a builtin.
        namespace: the code's globals.
        function: the function whose code it is, if it is one's.
    """
    for found in sorted(uses.imports, key=str):  # importing one may fill the registry of another
        resolve_import(found, namespace)
    out: dict[str, Found] = {}
    members: dict[str, set[str | None]] = defaultdict(set)
    for chain in _with_names_made(uses.reads, namespace):
        found_chain = follow(_up_to_function(chain, uses, look), look, namespace)
        if found_chain is not None:
            out.setdefault(found_chain.label, found_chain)
            called = "__call__" if chain in uses.calls else None
            members[found_chain.label].add(found_chain.rest[0] if found_chain.rest else called)
    bindings = [_binding(out[label], members[label], function) for label in sorted(out)]
    return [*bindings, *_holders(uses, look, namespace)]


def _up_to_function(chain: Chain, uses: Uses, look: Look) -> Chain:
    """Return *chain* without an attribute that the code itself gives to a function, which has it or not yet."""
    if isinstance(chain.root, str) and Chain(chain.root, chain.attributes[:1]) in uses.stores:
        found = look(chain.root)
        if found is not None and isinstance(found[0], FunctionType):
            return Chain(chain.root)
    return chain


def _with_names_made(reads: Iterable[Chain], namespace: dict[str, Any]) -> Iterator[Chain]:
    for chain in reads:
        if isinstance(chain.root, str) and chain.root.startswith(MADE):
            yield from map(Chain, names_made(chain.root, namespace))
        else:
            yield chain


def names_made(root: str, namespace: dict[str, Any]) -> list[str]:
    """Return the names of the user's own functions and classes that a name made at run time may be one of.

    Args:
        root: what a read of such a name is called.
        namespace: the globals.
    """
    start = root.removeprefix(MADE)
    return [name for name, value in list(namespace.items()) if name.startswith(start) and _is_own_code(value)]


def _is_own_code(value: object) -> bool:
    return (issubclass(type(value), type | FunctionType) and is_first_party(value)) or defines(
        type(value), "__det_code__"
    )


def _binding(found: Found, members: set[str | None], function: FunctionType | None) -> Binding:
    """Return the binding of a value.

    Args:
        found: where it is.
        members: the methods and attributes of it that are used; ``None`` is in there if it is used in other ways, too.
        function: whose code it is.
    """
    variable = found.variable
    if variable is None:
        return Binding(found.label, found.value, trail=found.trail)
    has_first = isinstance(variable.holder, dict | type | CellType)
    before = partial(_first_value, variable, function) if has_first else None
    value = found.value
    methods = [name for name in members if name is not None]
    is_whole = isinstance(value, type | ModuleType | FunctionType | Node) or is_logger(value)
    if len(methods) == len(members) and not is_whole:
        first = None if before is None else _first_value(variable, function, methods)
        value = apart_from_state(value, methods, first) or value
    return Binding(found.label, value, variable, before, found.trail)


def _holders(uses: Uses, look: Look, namespace: dict[str, Any]) -> Iterator[Binding]:
    """Return what is only assigned to, attribute by attribute: the code of its class counts, its state does not."""
    found_holders = {
        found.label: found for chain in uses.holders if (found := follow(chain, look, namespace)) is not None
    }
    for label, found in sorted(found_holders.items()):
        if isinstance(found.value, ModuleType | FunctionType | Node):
            continue
        value = found.value if isinstance(found.value, type) or found.rest else Node(("holder", type(found.value)))
        yield Binding(f"{label} (assigned to)", value, None, None, found.trail)


def _first_value(variable: Variable, function: FunctionType | None = None, methods: Collection[str] = ()) -> object:
    from memo.dethash.code.state.first_values import first_value  # it uses this file

    return first_value(variable, function, methods)


def look_in_function(function: FunctionType) -> Look:
    """Return how *function* finds the value of a name that is not its own."""
    namespace = function.__globals__
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    prefix = prefix_of(function.__code__)

    def look(name: str) -> tuple[object, Variable | None] | None:
        if name in cells:
            return cell_value(cells[name]), Variable(cells[name], name)
        if prefix and name.startswith("_") and prefix + name in namespace:
            name = prefix + name
        return look_in_globals(name, namespace)

    return look


def look_in_globals(name: str, namespace: dict[str, Any]) -> tuple[object, Variable | None] | None:
    """Return the value of a global and the variable that holds it; ``None`` for a builtin."""
    if name in _WHERE:
        return None
    if name in namespace:
        return namespace[name], Variable(namespace, name)
    if hasattr(builtins, name):
        return None
    return Node(UNBOUND), Variable(namespace, name)


def cell_value(cell: CellType) -> object:
    """Return what a closure's cell holds."""
    try:
        return cell.cell_contents
    except ValueError:
        return Node(UNBOUND)


def follow(chain: Chain, look: Look, namespace: dict[str, Any]) -> Found | None:
    """Return where *chain* leads, through modules and plain instances; ``None`` for a builtin."""
    if isinstance(chain.root, str):
        found = look(chain.root)
        if found is None:
            return None
        label = chain.root
    else:
        found = resolve_import(chain.root, namespace)
        dots = "." * chain.root.level
        label = f"import {dots}{'.'.join(filter(None, (chain.root.module, chain.root.name)))}"
    value, variable = found
    rest = chain.attributes
    trail = [] if variable is None else [(variable, value)]
    while rest:
        step = _step(value, rest[0])
        if step is None:
            break
        (value, variable), label, rest = step, f"{label}.{rest[0]}", rest[1:]
        if variable is not None:
            trail.append((variable, value))
    if isinstance(value, ModuleType) and party_of(value).kind != "first":
        there = held_by_module(value, rest)
        trail += there
        if there and is_own(there[-1][1]):
            (variable, value), label, rest = there[-1], ".".join((label, *rest[: len(there)])), rest[len(there) :]
        else:
            value = named_module(value.__name__)
    of_process = next((f"{module}.{name}" for module, name in _OF_PROCESS if value is _there(module, name)), None)
    if of_process is not None:
        value, variable = named(STANDARD, of_process), None
    return Found(label, value, variable, rest, tuple(trail))


def _there(module: str, name: str) -> object:
    return vars(sys.modules[module]).get(name, UNBOUND)


def _step(value: object, name: str) -> tuple[object, Variable | None] | None:
    if isinstance(value, ModuleType):
        if party_of(value).kind != "first":
            held = vars(value).get(name)
            return (
                (held, Variable(vars(value), name)) if _is_own_code(held) else None
            )  # put there in the place of theirs
        if name == "__dict__":
            return None
        return (None, None) if name in _WHERE else attribute_of_module(value, name)
    if isinstance(value, FunctionType):
        attributes: dict[str, Any] = vars(value)
        return (attributes[name], Variable(value, name)) if name in attributes else None
    return attribute_of_class(value, name) if isinstance(value, type) else attribute_of_instance(value, name)


def attribute_of_class(cls: type, name: str) -> tuple[object, Variable] | None:
    """Return what the body of a class of the user's own sets up, as those of settings do, if it is no method."""
    own = vars(cls)
    if type(cls) is not type or name not in own or name[:2] == "__" or own.get("VERSION") is not None:
        return None
    return None if defines(type(own[name]), "__get__") or not is_first_party(cls) else (own[name], Variable(cls, name))


def attribute_of_instance(value: Any, name: str) -> tuple[object, Variable] | None:
    """Return an instance's own attribute, if reading it runs no code."""
    cls = type(value)
    if isinstance(value, type) or cls.__getattribute__ not in _PLAIN_ACCESS:
        return None
    attributes = attribute(value, "__dict__")
    if not isinstance(attributes, dict) or name not in attributes:
        return None
    in_class = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)
    if hasattr(type(in_class), "__set__") or hasattr(type(in_class), "__delete__"):
        return None
    if isinstance(in_class, cached_property):  # what it found before stands for nothing but the rest
        return None
    return attributes[name], Variable(value, name)


def module_bindings(module: ModuleType) -> list[Binding]:
    """Return everything that a first-party module has: what counts where a module is used as a value."""
    names = [name for name in sorted(vars(module)) if name not in _WHERE and name != "__doc__"]
    held = [Variable(vars(module), name) for name in names if not _is_foreign_module(vars(module)[name])]
    cls = () if type(module) is ModuleType else (Binding("class", type(module)),)
    return [
        *cls,
        *(Binding(f".{each.name}", each.holder[each.name], each, partial(_first_value, each)) for each in held),
    ]


def _is_foreign_module(value: object) -> bool:
    """Say whether *value* is a module of somebody else's: the code that uses it says so itself."""
    return isinstance(value, ModuleType) and party_of(value).kind != "first"
