"""Scopes of names in a syntax tree, resolved as the compiler does: alike on every Python."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: A name and attributes, as in ``a.b.c``.
Dotted = tuple[str, ...]

#: Methods that change a builtin container in place.
MUTATORS = frozenset({
    "add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft", "insert",
    "intersection_update", "move_to_end", "pop", "popitem", "popleft", "remove", "reverse", "rotate", "setdefault",
    "sort", "subtract", "symmetric_difference_update", "update", "__setitem__", "__delitem__", "__ior__", "__iadd__",
})  # fmt: skip
#: Functions that change their first argument in place.
FILLERS = frozenset({
    "heapify", "heappop", "heappush", "heappushpop", "heapreplace", "insort", "insort_left", "insort_right", "shuffle",
})  # fmt: skip
#: Functions that import the module which their first argument names.
IMPORTERS = frozenset({"import_module", "__import__"})
#: Before how something is filled that is found in another thing by subscript, as in ``a[b].append(c)``.
INSIDE = "[]."


class Import(NamedTuple):
    """What an import statement binds a name to: a module, or what a module calls *name*."""

    module: str
    name: str | None
    level: int


@dataclass(eq=False)
class Scope:
    """A function, class or comprehension, and the names that it binds."""

    kind: str
    parent: Scope | None = None
    own: set[str] = field(default_factory=set)
    declared_global: set[str] = field(default_factory=set)
    declared_nonlocal: set[str] = field(default_factory=set)
    imports: dict[str, list[Import]] = field(default_factory=dict)

    def around_comprehensions(self) -> Scope:
        """Return the scope that ``:=`` binds in."""
        scope = self
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        return scope

    def find(self, name: str) -> Scope | None:
        """Return the scope that *name* belongs to when read here; ``None``: one that is not in the tree."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.declared_global:
                return None
            if (scope is self or scope.kind != "class") and name in scope.own - scope.declared_nonlocal:
                return scope
            scope = scope.parent
        return None


Todo = Iterator[tuple[ast.AST, Scope]]


class Scan:
    """Every name that a syntax tree reads, assigns or fills, with the scope where it does so."""

    def __init__(self) -> None:
        self.reads: list[tuple[Scope, Dotted]] = []
        self.stores: list[tuple[Scope, Dotted]] = []
        #: What is filled by subscript (``[]``), by a method or by a function of that name.
        self.fills: list[tuple[Scope, Dotted, str]] = []
        #: What it assigns attributes to.
        self.holders: list[tuple[Scope, Dotted]] = []
        self.calls: list[tuple[Scope, Dotted]] = []
        self.imports: set[Import] = set()

    def run(self, node: ast.AST, scope: Scope) -> None:
        """Scan *node*, which is in *scope*."""
        stack = [(node, scope)]
        while stack:
            item, scope = stack.pop()
            visit = _VISITORS.get(type(item))
            if visit is not None:
                stack += visit(self, item, scope)
            else:
                stack += ((child, scope) for child in ast.iter_child_nodes(item))

    def run_body(self, node: Any, scope: Scope) -> None:
        """Scan the body of a function, whose *scope* this is."""
        for part, inside in list(self._body(node, scope)):
            self.run(part, inside)

    def importing(self, name: str) -> list[Scope]:
        """Return the scopes in which an import statement binds the global *name*."""
        return [
            scope
            for scope, dotted in self.stores
            if dotted == (name,) and name in scope.declared_global & scope.imports.keys()
        ]

    # -- scopes ---------------------------------------------------------------------------------------------------

    def _definition(self, node: Any, scope: Scope) -> Todo:
        scope.own.add(node.name)
        yield from ((decorator, scope) for decorator in node.decorator_list)
        yield from self._function(node, scope)

    def _function(self, node: Any, scope: Scope) -> Todo:
        defaults = [*node.args.defaults, *node.args.kw_defaults]
        yield from ((default, scope) for default in defaults if default is not None)
        yield from self._body(node, Scope("function", scope))

    def _body(self, node: Any, inner: Scope) -> Todo:
        inner.own.update(parameter_names(node))
        statements = [node.body] if isinstance(node, ast.Lambda) else node.body
        yield from ((part, inner) for part in [*getattr(node, "type_params", ()), *statements])

    def _class(self, node: Any, scope: Scope) -> Todo:
        scope.own.add(node.name)
        yield from ((part, scope) for part in [*node.decorator_list, *node.bases, *node.keywords])
        inner = Scope("class", scope)
        yield from ((part, inner) for part in [*getattr(node, "type_params", ()), *node.body])

    def _comprehension(self, node: Any, scope: Scope) -> Todo:
        inner = Scope("comprehension", scope)
        yield node.generators[0].iter, scope
        for place, generator in enumerate(node.generators):
            iterated = [generator.iter] if place else []
            yield from ((part, inner) for part in [generator.target, *iterated, *generator.ifs])
        made = [getattr(node, part, None) for part in ("elt", "key", "value")]
        yield from ((part, inner) for part in made if part is not None)

    # -- what binds names -----------------------------------------------------------------------------------------

    def _global(self, node: Any, scope: Scope) -> Todo:
        scope.declared_global.update(node.names)
        yield from ()

    def _nonlocal(self, node: Any, scope: Scope) -> Todo:
        scope.declared_nonlocal.update(node.names)
        yield from ()

    def _binds_its_name(self, node: Any, scope: Scope) -> Todo:
        name = getattr(node, "rest" if isinstance(node, ast.MatchMapping) else "name")
        if name is not None:
            scope.own.add(name)
        yield from ((child, scope) for child in ast.iter_child_nodes(node))

    def _import(self, node: Any, scope: Scope) -> Todo:
        for alias in node.names:
            self.imports.add(Import(alias.name, None, 0))
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            self._bind_import(scope, alias.asname or module, Import(module, None, 0))
        yield from ()

    def _import_from(self, node: Any, scope: Scope) -> Todo:
        for alias in node.names:
            found = Import(node.module or "", alias.name, node.level)
            self.imports.add(found)
            self._bind_import(scope, alias.asname or alias.name, found)
        yield from ()

    def _bind_import(self, scope: Scope, name: str, found: Import) -> None:
        scope.own.add(name)
        scope.imports.setdefault(name, []).append(found)
        self.stores.append((scope, (name,)))

    def _walrus(self, node: Any, scope: Scope) -> Todo:
        yield node.target, scope.around_comprehensions()
        yield node.value, scope

    def _annotated(self, node: Any, scope: Scope) -> Todo:
        parts = [node.target, node.value, node.annotation if scope.kind == "class" else None]
        yield from ((part, scope) for part in parts if part is not None)

    def _augmented(self, node: Any, scope: Scope) -> Todo:
        dotted = dotted_of(node.target)
        if dotted is not None:
            self.reads.append((scope, dotted))
        yield node.target, scope
        yield node.value, scope

    # -- what reads and fills -------------------------------------------------------------------------------------

    def _name(self, node: Any, scope: Scope) -> Todo:
        if isinstance(node.ctx, ast.Load):
            self.reads.append((scope, (node.id,)))
        else:
            scope.own.add(node.id)
            self.stores.append((scope, (node.id,)))
        yield from ()

    def _attribute(self, node: Any, scope: Scope) -> Todo:
        dotted = dotted_of(node)
        if dotted is None:
            yield node.value, scope
        elif isinstance(node.ctx, ast.Load):
            self.reads.append((scope, dotted))
        else:
            self.stores.append((scope, dotted))
            self.holders.append((scope, dotted[:-1]))

    def _subscript(self, node: Any, scope: Scope) -> Todo:
        dotted = dotted_of(_without_subscripts(node))
        if dotted is not None and not isinstance(node.ctx, ast.Load):
            self.fills.append((scope, dotted, "[]"))
        yield node.value, scope
        yield node.slice, scope

    def _call(self, node: Any, scope: Scope) -> Todo:
        dotted = dotted_of(node.func)
        if dotted is not None:
            self.calls.append((scope, dotted))
        if isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            self._fill(scope, node.func.value, node.func.attr)
        elif dotted is not None and dotted[-1] in FILLERS and node.args:
            self._fill(scope, node.args[0], dotted[-1])
        elif dotted is not None and dotted[-1] in IMPORTERS and node.args:
            self._import_by_name(scope, node.args[0])
        yield from ((child, scope) for child in ast.iter_child_nodes(node))

    def _import_by_name(self, scope: Scope, name: ast.expr) -> None:
        """Take ``import_module("a.b")`` for a read of all of that module: what is done with it is anybody's guess."""
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and not name.value.startswith("."):
            found, bound = Import(name.value, None, 0), f"import {name.value}"
            self.imports.add(found)
            scope.own.add(bound)
            scope.imports.setdefault(bound, []).append(found)
            self.reads.append((scope, (bound,)))

    def _fill(self, scope: Scope, node: ast.expr, how: str) -> None:
        inside = _without_subscripts(node)
        dotted = dotted_of(inside)
        if dotted is not None:
            self.fills.append((scope, dotted, how if inside is node else INSIDE + how))


def _without_subscripts(node: ast.AST) -> ast.AST:
    """Return what is filled at ``node``, however deep inside: ``a.b`` of ``a.b[c][d]``."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def dotted_of(node: ast.AST) -> Dotted | None:
    """Return the names of ``a.b.c``; ``None`` for what does not begin with a name."""
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


def defaults_of(node: Any) -> dict[str, ast.expr]:
    """Return the expressions of a function's defaults by parameter."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {argument.arg: default for argument, default in pairs if default is not None}


# ruff: noqa: SLF001 - the visitors are Scan's own methods, by the kind of node
_VISITORS: dict[type, Callable[[Scan, Any, Scope], Todo]] = {
    ast.FunctionDef: Scan._definition,
    ast.AsyncFunctionDef: Scan._definition,
    ast.Lambda: Scan._function,
    ast.ClassDef: Scan._class,
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), Scan._comprehension),
    ast.Global: Scan._global,
    ast.Nonlocal: Scan._nonlocal,
    **dict.fromkeys((ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping), Scan._binds_its_name),
    **{
        getattr(ast, name): Scan._binds_its_name
        for name in ("TypeVar", "ParamSpec", "TypeVarTuple")
        if hasattr(ast, name)
    },
    ast.Import: Scan._import,
    ast.ImportFrom: Scan._import_from,
    ast.NamedExpr: Scan._walrus,
    ast.AnnAssign: Scan._annotated,
    ast.AugAssign: Scan._augmented,
    ast.Name: Scan._name,
    ast.Attribute: Scan._attribute,
    ast.Subscript: Scan._subscript,
    ast.Call: Scan._call,
}
