"""What a guard is to compare, of all that a walk over code has met."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sized
from functools import partial
from itertools import islice
from types import BuiltinFunctionType, CellType, FunctionType, MethodType, ModuleType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.code.bindings import names_made
from memo.dethash.code.classes import found_anew
from memo.dethash.code.functions import analyse
from memo.dethash.code.imports import imported_modules
from memo.dethash.code.parts import entries, parts_of
from memo.dethash.code.party import is_first_party
from memo.dethash.code.state.cells import is_notebook, name_elsewhere, set_up_by_cells
from memo.dethash.code.state.containers import first_content, name_of_content
from memo.dethash.code.syntax.scan import MADE
from memo.dethash.digest import value_digest
from memo.dethash.node import Apart, AsUsual, Binding, CodeNode, Node, Place, Variable
from memo.dethash.opaque import OPAQUE, is_opaque
from memo.dethash.plans import Long, Plans, plan_for
from memo.dethash.registry import Kind, defines
from memo.dethash.visible import visible_of
from memo.errors import MemoWarning, UnhashableError, warn_user

#: Of what the code fills, so many members are looked at for functions and classes that were registered.
_MOST_REGISTERED = 1000

_MISSING = object()
_REGISTRIES = (dict, list, set)
#: What never changes, or is made of parts that are looked at by themselves.
_SETTLED = (
    Node, CodeNode, AsUsual, Long, Binding, tuple, frozenset, range, slice, ModuleType, MethodType, BuiltinFunctionType,
    property, staticmethod, classmethod,
)  # fmt: skip
#: Modules of the standard library whose values never change.
_SETTLED_MODULES = frozenset({"datetime", "decimal", "fractions", "ipaddress", "pathlib", "re", "uuid", "zoneinfo"})
#: Bytes from which on a global is worth a warning.
_LARGE = 1 << 20

_warned: set[str] = set()


class Watched:
    """What a guard is to compare, sorted by how."""

    def __init__(self, plans: Plans, assigned: frozenset[Place]) -> None:
        self._plans = plans
        self._assigned = assigned
        self.functions: dict[int, FunctionType] = {}
        self.classes: list[type] = []
        self.spaces: dict[int, tuple[Any, dict[str, object]]] = {}
        self.absent: dict[int, tuple[Any, set[str]]] = {}
        self.cells: list[tuple[CellType, object]] = []
        self.keys: list[tuple[Any, frozenset[str]]] = []
        self.parts: list[tuple[Callable[[], list[Any]], list[Any]]] = []
        self.digests: list[tuple[object, str | None]] = []
        #: How the cells of a notebook set up its state.
        self.set_up: dict[str, str] = {}

    def add(self, value: Any) -> None:
        """Note what is to be compared of *value*, one of the things that the walk met."""
        if type(value) is Binding:
            trail = value.trail or (() if value.variable is None else ((value.variable, value.value),))
            is_state = is_opaque(self._plans, value)
            if value.variable is not None and (is_state or type(value.value) is Apart):
                self._add_set_up(value.variable)
            is_assigned = value.variable is None or value.variable.place in self._assigned
            for variable, held in trail[:-1] if is_state and (is_assigned or not _is_global(value)) else trail:
                self._add_variable(variable, held)
            if is_state and type(value.value) in _REGISTRIES:
                self._add_parts(partial(_code_in, value.value))
            elif not is_state:
                _warn_if_large(value.label, value.value)
        elif type(value) is Apart:
            self._add_parts(partial(_others, value.value, value.state))
        elif type(value) is FunctionType:  # what only passes for a function, such as a proxy, is looked at as it is
            self.add_function(value)
        elif issubclass(type(value), type):
            if is_first_party(value):
                self.classes.append(value)
                self._add_keys(value)
                self._add_parts(partial(_bases, value))
        elif issubclass(type(value), ModuleType):
            if is_first_party(value):  # used as a value: all of it counts
                self._add_keys(value)
        else:
            self._add_value(value)

    def add_function(self, function: object) -> None:
        """Note what is to be compared of a function; nothing of one that is not the user's own."""
        if type(function) is not FunctionType or id(function) in self.functions:
            return
        if is_first_party(function):
            self.functions[id(function)] = function
            if vars(function):
                self._add_keys(function)
            if function.__kwdefaults__:
                self._add_parts(partial(entries, function.__kwdefaults__))
        elif "registry" in vars(function):  # functools.singledispatch
            self._add_parts(partial(entries, vars(function)["registry"]))

    def add_builtins(self, number: int) -> None:
        """Note the builtins that a function uses: a global of that name would replace one."""
        function = self.functions[number]
        space = function.__globals__
        known = {*function.__code__.co_freevars, *space}
        roots = {read.root for read in analyse(function).uses.reads if isinstance(read.root, str)}
        self.absent.setdefault(id(space), (space, set()))[1].update(roots - known)
        for root in roots:
            if root.startswith(MADE):
                self._add_parts(partial(_names_made, root, space))

    def add_imports(self, number: int) -> None:
        """Note the modules that a function imports: another one may take their place."""
        function = self.functions[number]
        for name in imported_modules(analyse(function).uses.imports, function.__globals__):
            if name in sys.modules:
                self.spaces.setdefault(id(sys.modules), (sys.modules, {}))[1][name] = sys.modules[name]

    def _add_keys(self, value: Any) -> None:
        self.keys.append((vars(value), frozenset(vars(value))))

    def _add_variable(self, variable: Variable, held: object) -> None:
        holder, name = variable
        if isinstance(holder, CellType):
            self.cells.append((holder, content_of(holder)))
        elif name.endswith("()"):
            self._add_parts(partial(found_anew, variable))
        elif name.endswith("="):  # a default: compared with the function's others
            return
        else:
            space = holder if isinstance(holder, dict) else vars(holder)
            if name in space:
                self.spaces.setdefault(id(holder), (space, {}))[1][name] = held
            else:
                self.absent.setdefault(id(holder), (space, set()))[1].add(name)

    def _add_set_up(self, variable: Variable) -> None:
        holder, name = variable
        if isinstance(holder, dict) and is_notebook(holder):
            self._add_parts(partial(_set_up, holder, name))
            self.set_up[name_elsewhere(name)] = set_up_by_cells(holder, name)
        elif isinstance(holder, dict):
            self.set_up[name_of_content(name)] = first_content(variable)

    def _add_value(self, value: Any) -> None:
        cls = type(value)
        if cls.__module__ in _SETTLED_MODULES:
            return
        if issubclass(cls, _SETTLED) and not (cls.__dictoffset__ and issubclass(cls, tuple | frozenset)):
            return
        if defines(cls, "__det_code__"):
            self.add_function(value.__det_code__())  # the walk met it in the step's place
        parts = parts_of(self._plans, cls)
        if parts is not None:
            self._add_parts(partial(parts, value))
        elif self._plans.kind(cls)[0] is not Kind.ENCODE or self._plans.node(value).tag[:1] != OPAQUE:
            self.digests.append((value, digest_of(value)))
        elif self._plans.node(value).children:
            self._add_parts(partial(_seen_of, value))

    def _add_parts(self, look: Callable[[], list[Any]]) -> None:
        self.parts.append((look, look()))


def _is_global(binding: Binding) -> bool:
    return binding.variable is not None and isinstance(binding.variable.holder, dict)


def _set_up(namespace: dict[str, Any], name: str) -> list[Any]:
    return [set_up_by_cells(namespace, name)]


def _code_in(registry: Any) -> list[Any]:
    """Return the functions and classes that a container holds which the code itself fills."""
    held = registry.values() if isinstance(registry, dict) else registry
    return [value for value in islice(held, _MOST_REGISTERED) if isinstance(value, FunctionType | type)]


def _names_made(root: str, space: dict[str, Any]) -> list[Any]:
    return [space[name] for name in names_made(root, space)]


def _others(value: Any, state: tuple[str, ...]) -> list[Any]:
    """Return the attributes of an instance that its methods do not change."""
    attributes = plan_for(type(value)).attributes(value)
    return entries({name: held for name, held in attributes.items() if name not in state})


def _seen_of(value: Any) -> list[Any]:
    """Return what counts of a value without a deterministic form."""
    return entries(visible_of(value))


def _bases(cls: type) -> list[Any]:
    return [*cls.__bases__, vars(cls).get("VERSION")]


def content_of(cell: CellType) -> object:
    """Return what a closure's variable holds; a mark if it has no value."""
    try:
        return cell.cell_contents
    except ValueError:
        return _MISSING


def digest_of(value: object) -> str | None:
    """Return the digest of a value; ``None`` if it has none."""
    try:
        return value_digest(value).digest
    except UnhashableError:  # it is opaque
        return None


def _warn_if_large(label: str, value: object) -> None:
    """Warn once of the global *label* if *value* is large; text is not, for it cannot change."""
    if label not in _warned and type(value) not in (str, bytes) and _size(value) > _LARGE:
        _warned.add(label)
        warn_user(
            f"a step reads the global {label}, a {type(value).__qualname__} of {_size(value) / 2**20:.0f} MiB, which "
            f"is looked through at every call: pass it as an argument",
            MemoWarning,
        )


def _size(value: object) -> int:
    cls = type(value)
    size = attribute(value, "nbytes") if defines(cls, "nbytes") else None
    if isinstance(size, int):
        return size
    try:
        return sys.getsizeof(value, 0) if issubclass(cls, Sized) else 0
    except Exception:  # noqa: BLE001  what only warns does not fail for a class's own __sizeof__
        return 0
