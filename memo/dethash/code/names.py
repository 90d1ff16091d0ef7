"""Which names outside itself a function reads, through which attributes, and which it assigns or fills.

Scopes are resolved as Python does it, on the syntax tree of the code that is loaded, so that every Python finds the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: Methods that change a builtin container in place.
MUTATORS = frozenset({
    "add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft", "insert",
    "intersection_update", "move_to_end", "pop", "popitem", "popleft", "remove", "reverse", "rotate", "setdefault",
    "sort", "subtract", "symmetric_difference_update", "update", "write", "writelines",
    "__setitem__", "__delitem__", "__ior__", "__iadd__",
})  # fmt: skip


class Import(NamedTuple):
    """What an import statement binds a name to: a module, or what a module calls *name*."""

    module: str
    name: str | None
    level: int


class Chain(NamedTuple):
    """A name outside the function, or what the function imports, and the attributes that are read from it."""

    root: str | Import
    attributes: tuple[str, ...] = ()


class Fill(NamedTuple):
    """What is filled: by subscript (``[]``) or by a method that changes builtin containers."""

    chain: Chain
    how: str


class Uses(NamedTuple):
    """What a function does with names that are not its own."""

    reads: frozenset[Chain]
    #: What it assigns or deletes: a name, or an attribute.
    stores: frozenset[Chain]
    fills: frozenset[Fill]
    #: Everything that it imports.
    imports: frozenset[Import]
    #: The parameters that it fills: a mutable default may be its memory.
    filled_parameters: frozenset[str]


@dataclass
class _Scope:
    kind: str
    parent: _Scope | None
    own: set[str] = field(default_factory=set)
    outer: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    imports: dict[str, list[Import]] = field(default_factory=dict)

    def bind(self, name: str) -> None:
        self.own.add(name)

    def function(self) -> _Scope:
        """Return the scope that a walrus binds in."""
        scope = self
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        return scope

    def find(self, name: str) -> _Scope | None:
        """Return the scope that *name* belongs to when read here; ``None``: one outside the function."""
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.outer:
                return None
            visible = scope is self or scope.kind != "class"
            if visible and name in scope.own and name not in scope.nonlocals:
                return scope
            scope = scope.parent
        return None


#: A name and attributes, as in ``a.b.c``.
Dotted = tuple[str, ...]


class _Scan:
    def __init__(self) -> None:
        self.reads: list[tuple[_Scope, Dotted]] = []
        self.stores: list[tuple[_Scope, Dotted]] = []
        self.fills: list[tuple[_Scope, Dotted, str]] = []
        self.imports: set[Import] = set()

    def holders(self, name: str) -> list[_Scope]:
        """Return the scopes in which an import statement binds the global *name*."""
        return [
            scope for scope, dotted in self.stores if dotted == (name,) and name in scope.outer & scope.imports.keys()
        ]

    def run(self, node: ast.AST, scope: _Scope) -> None:
        stack: list[tuple[Any, _Scope]] = [(node, scope)]
        while stack:
            item, scope = stack.pop()
            stack += self._visit(item, scope)

    def _visit(self, node: ast.AST, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        method = getattr(self, f"_visit_{type(node).__name__}", None)
        if method is not None:
            yield from method(node, scope)
        else:
            for child in ast.iter_child_nodes(node):
                yield child, scope

    # -- scopes ---------------------------------------------------------------------------------------------------

    def _visit_FunctionDef(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        scope.bind(node.name)
        yield from ((decorator, scope) for decorator in node.decorator_list)
        yield from self.enter(node, scope)

    _visit_AsyncFunctionDef = _visit_FunctionDef

    def _visit_Lambda(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        yield from self.enter(node, scope)

    def enter(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        """Visit a function's defaults outside and its body inside."""
        arguments = node.args
        yield from (
            (default, scope) for default in [*arguments.defaults, *arguments.kw_defaults] if default is not None
        )
        inner = _Scope("function", scope)
        yield from self.body(node, inner)

    def body(self, node: Any, inner: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        for name in parameter_names(node):
            inner.bind(name)
        yield from ((parameter, inner) for parameter in getattr(node, "type_params", ()))
        statements = [node.body] if isinstance(node, ast.Lambda) else node.body
        yield from ((statement, inner) for statement in statements)

    def _visit_ClassDef(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        scope.bind(node.name)
        yield from ((part, scope) for part in [*node.decorator_list, *node.bases, *node.keywords])
        inner = _Scope("class", scope)
        yield from ((part, inner) for part in [*getattr(node, "type_params", ()), *node.body])

    def _visit_comprehension(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        inner = _Scope("comprehension", scope)
        first, *others = node.generators
        yield first.iter, scope
        yield first.target, inner
        yield from ((condition, inner) for condition in first.ifs)
        for other in others:
            yield from ((part, inner) for part in (other.target, other.iter, *other.ifs))
        yield from (
            (getattr(node, part), inner) for part in ("elt", "key", "value") if getattr(node, part, None) is not None
        )

    _visit_ListComp = _visit_SetComp = _visit_DictComp = _visit_GeneratorExp = _visit_comprehension

    # -- bindings -------------------------------------------------------------------------------------------------

    def _visit_Global(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        scope.outer.update(node.names)
        yield from ()

    def _visit_Nonlocal(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        scope.nonlocals.update(node.names)
        yield from ()

    def _visit_ExceptHandler(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        for name in (getattr(node, "name", None), getattr(node, "rest", None)):
            if name is not None:
                scope.bind(name)
        yield from ((child, scope) for child in ast.iter_child_nodes(node))

    _visit_MatchAs = _visit_MatchStar = _visit_MatchMapping = _visit_ExceptHandler
    _visit_TypeVar = _visit_ParamSpec = _visit_TypeVarTuple = _visit_ExceptHandler

    def _visit_Import(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        for alias in node.names:
            whole = Import(alias.name, None, 0)
            self.imports.add(whole)
            bound = whole if alias.asname else Import(alias.name.partition(".")[0], None, 0)
            self._bind_import(scope, alias.asname or bound.module, bound)
        yield from ()

    def _visit_ImportFrom(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        for alias in node.names:
            found = Import(node.module or "", alias.name, node.level)
            self.imports.add(found)
            self._bind_import(scope, alias.asname or alias.name, found)
        yield from ()

    def _bind_import(self, scope: _Scope, name: str, found: Import) -> None:
        scope.bind(name)
        scope.imports.setdefault(name, []).append(found)
        self.stores.append((scope, (name,)))

    def _visit_NamedExpr(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        yield node.target, scope.function()
        yield node.value, scope

    def _visit_AnnAssign(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        yield node.target, scope
        if node.value is not None:
            yield node.value, scope
        if scope.kind == "class":
            yield node.annotation, scope

    def _visit_AugAssign(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        chain = chain_of(node.target)
        if chain is not None:
            self.reads.append((scope, chain))
        yield node.target, scope
        yield node.value, scope

    def _visit_Name(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        if isinstance(node.ctx, ast.Load):
            self.reads.append((scope, (node.id,)))
        else:
            scope.bind(node.id)
            self.stores.append((scope, (node.id,)))
        yield from ()

    def _visit_Attribute(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        chain = chain_of(node)
        if chain is None:
            yield node.value, scope
        elif isinstance(node.ctx, ast.Load):
            self.reads.append((scope, chain))
        else:
            self.stores.append((scope, chain))
            self.reads.append((scope, chain))

    def _visit_Subscript(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        chain = chain_of(node.value)
        if chain is not None and not isinstance(node.ctx, ast.Load):
            self.fills.append((scope, chain, "[]"))
        yield node.value, scope
        yield node.slice, scope

    def _visit_Call(self, node: Any, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
        chain = chain_of(node.func)
        if chain is not None and len(chain) > 1 and chain[-1] in MUTATORS:
            self.fills.append((scope, chain[:-1], chain[-1]))
        yield from ((child, scope) for child in ast.iter_child_nodes(node))


def chain_of(node: ast.AST) -> Dotted | None:
    """Return ``a.b.c`` as a chain; ``None`` for what does not begin with a name."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id, *reversed(attributes)) if isinstance(node, ast.Name) else None


def parameter_names(node: Any) -> list[str]:
    """Return the names of a function's parameters."""
    arguments = node.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return [argument.arg for argument in given if argument is not None]


def uses_of(node: Any, owner: str | None = None) -> Uses:
    """Return what a function does with names that are not its own.

    Args:
        node: the function or lambda; its decorators, defaults and annotations are not part of what it does.
        owner: the class around it, for private names.
    """
    scan = _Scan()
    root = _Scope("function", None)
    for statement, scope in list(scan.body(node, root)):
        scan.run(statement, scope)
    return _uses(scan, root, frozenset(parameter_names(node)), owner)


def uses_of_statement(node: ast.stmt) -> Uses:
    """Return what a module's statement reads; what it assigns is outside, too."""
    scan = _Scan()
    root = _Scope("class", None)
    scan.run(node, root)
    return _uses(scan, root, frozenset(), None)


def _uses(scan: _Scan, root: _Scope, parameters: frozenset[str], owner: str | None) -> Uses:
    def chains(scope: _Scope, dotted: Dotted) -> Iterator[Chain]:
        name, *attributes = _mangled(dotted, owner)
        home = scope.find(dotted[0])
        if home is None or (home.kind == "class" and home is scope):  # a class body may read a global of the same name
            yield Chain(name, tuple(attributes))
        for holder in [home] if home is not None else scan.holders(dotted[0]):
            yield from (Chain(found, tuple(attributes)) for found in holder.imports.get(dotted[0], ()))

    return Uses(
        frozenset(chain for place, dotted in scan.reads for chain in chains(place, dotted)),
        frozenset(chain for place, dotted in scan.stores for chain in chains(place, dotted)),
        frozenset(Fill(chain, how) for place, dotted, how in scan.fills for chain in chains(place, dotted)),
        frozenset(scan.imports),
        frozenset(
            dotted[0]
            for place, dotted, _ in scan.fills
            if len(dotted) == 1 and dotted[0] in parameters and place.find(dotted[0]) is root
        ),
    )


def _mangled(dotted: Dotted, owner: str | None) -> Dotted:
    """Return the names as the compiler spells private ones inside the class *owner*."""
    if owner is None or not owner.strip("_"):
        return dotted
    prefix = f"_{owner.lstrip('_')}"
    return tuple(prefix + name if name.startswith("__") and not name.endswith("__") else name for name in dotted)
