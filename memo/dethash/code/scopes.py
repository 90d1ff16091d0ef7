"""Scopes of names in a syntax tree, resolved as the compiler does: alike on every Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from memo.dethash.code.expressions import (
    Dotted,
    beginning_of,
    dotted_of,
    dotted_of_class,
    is_globals,
    parameter_names,
    without_subscripts,
)

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
#: Methods to which a text may say ``@name`` for a variable of their caller, as those of pandas do.
QUERIES = frozenset({"query", "eval"})
_MENTIONED = re.compile(r"@([^\W\d]\w*(?:\.[^\W\d]\w*)*)")
#: What a read of names that are made at run time is called, before the letters that these begin with.
MADE = "globals() "
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
    #: What its names are bound to, time and again: ``None`` where that is no other name or attribute.
    bound: dict[str, list[Dotted | None]] = field(default_factory=dict)

    def bind(self, name: str, value: Dotted | None = None) -> None:
        """Note that *name* is bound here, to *value* if that is a name or an attribute of one."""
        self.own.add(name)
        scope: Scope | None = self
        while scope is not None:
            scope.bound.setdefault(name, []).append(value if scope is self else None)
            scope = scope.parent if name in self.declared_nonlocal else None

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

    def meant(self, dotted: Dotted) -> tuple[Scope, Dotted]:
        """Return what *dotted* means, and in which scope: ``self.a.c`` for ``b.c`` if ``b`` is never but ``self.a``."""
        scope, met = self, set[tuple[int, str]]()
        while (home := scope.find(dotted[0])) is not None and home.kind == "function":
            values = home.bound.get(dotted[0], [])
            if len(values) != 1 or values[0] is None or (id(home), dotted[0]) in met:
                break
            met.add((id(home), dotted[0]))
            scope, dotted = home, (*values[0], *dotted[1:])
        return scope, dotted


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
        #: What is handed to functions, with these and the parameter's place or name.
        self.handed: list[tuple[Scope, Dotted, int | str, Dotted]] = []
        self.imports: set[Import] = set()
        #: What texts mention, which is read where it is queried.
        self.mentions: list[tuple[Scope, Dotted]] = []
        self.is_queried = False

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
        scope.bind(node.name)
        yield from ((decorator, scope) for decorator in node.decorator_list)
        yield from self._function(node, scope)

    def _function(self, node: Any, scope: Scope) -> Todo:
        defaults = [*node.args.defaults, *node.args.kw_defaults]
        yield from ((default, scope) for default in defaults if default is not None)
        yield from self._body(node, Scope("function", scope))

    def _body(self, node: Any, inner: Scope) -> Todo:
        for name in parameter_names(node):
            inner.bind(name)
        statements = [node.body] if isinstance(node, ast.Lambda) else node.body
        yield from ((part, inner) for part in [*getattr(node, "type_params", ()), *statements])

    def _class(self, node: Any, scope: Scope) -> Todo:
        scope.bind(node.name)
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
            scope.bind(name)
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
        scope.bind(name)
        scope.imports.setdefault(name, []).append(found)
        self.stores.append((scope, (name,)))

    def _walrus(self, node: Any, scope: Scope) -> Todo:
        yield node.target, scope.around_comprehensions()
        yield node.value, scope

    def _assign(self, node: Any, scope: Scope) -> Todo:
        value = dotted_of(node.value)
        if value is not None and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            scope.bind(name, value)
            self.stores.append((scope, (name,)))
            yield node.value, scope
        else:
            yield from ((part, scope) for part in [*node.targets, node.value])

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
            scope.bind(node.id)
            self.stores.append((scope, (node.id,)))
        yield from ()

    def _attribute(self, node: Any, scope: Scope) -> Todo:
        dotted = dotted_of(node)
        if dotted is None:
            yield node.value, scope
            if not isinstance(node.ctx, ast.Load) and (of_class := dotted_of_class(node)) is not None:
                self.stores.append((scope, of_class))
        elif isinstance(node.ctx, ast.Load):
            self.reads.append((scope, dotted))
        else:
            self.stores.append((scope, dotted))
            self.holders.append((scope, dotted[:-1]))

    def _subscript(self, node: Any, scope: Scope) -> Todo:
        inside = without_subscripts(node)
        dotted = dotted_of(inside) or dotted_of_class(inside)
        if dotted is not None and not isinstance(node.ctx, ast.Load):
            self.fills.append((scope, dotted, "[]"))
        if dotted_of(node.value) == ("sys", "modules"):
            self._import_by_name(scope, node.slice)
        elif is_globals(node.value):
            self._name_made(node.slice, is_read=isinstance(node.ctx, ast.Load))
            yield node.slice, scope
            return
        yield node.value, scope
        yield node.slice, scope

    def _call(self, node: Any, scope: Scope) -> Todo:
        dotted = dotted_of(node.func)
        if dotted is not None:
            self.calls.append((scope, dotted))
            arguments = [*enumerate(node.args), *((keyword.arg, keyword.value) for keyword in node.keywords)]
            given = [(parameter, dotted_of(argument)) for parameter, argument in arguments]
            self.handed += [
                (scope, dotted, parameter, name) for parameter, name in given if parameter is not None and name
            ]
        if isinstance(node.func, ast.Attribute) and node.func.attr in QUERIES:
            self.is_queried = True
        if isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            self._fill(scope, node.func.value, node.func.attr)
        elif dotted is not None and dotted[-1] in FILLERS and node.args:
            self._fill(scope, node.args[0], dotted[-1])
        elif dotted is not None and dotted[-1] in IMPORTERS and node.args:
            self._import_by_name(scope, node.args[0])
        elif is_globals(node):
            self._name_made(None)
        elif dotted == ("eval",) and len(node.args) == 1:
            yield from self._evaluated(node.args[0], scope)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "get" and is_globals(node.func.value):
            self._name_made(node.args[0] if node.args else None)
            yield from ((argument, scope) for argument in node.args)
            return
        yield from ((child, scope) for child in ast.iter_child_nodes(node))

    def _constant(self, node: Any, scope: Scope) -> Todo:
        if isinstance(node.value, str) and "@" in node.value:
            self.mentions += ((scope, tuple(name.split("."))) for name in _MENTIONED.findall(node.value))
        yield from ()

    def _evaluated(self, text: ast.expr, scope: Scope) -> Todo:
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            with suppress(SyntaxError, ValueError):
                yield ast.parse(text.value.strip(), mode="eval").body, scope
        else:
            self._name_made(None)

    def _name_made(self, name: ast.expr | None, *, is_read: bool = True) -> None:
        """Note a global that is read, or assigned, by a name which an expression makes, if that is known."""
        is_known = isinstance(name, ast.Constant) and isinstance(name.value, str)
        dotted = (name.value if is_known else MADE + beginning_of(name),)  # type: ignore[union-attr]
        (self.reads if is_read else self.stores).append((Scope("function"), dotted))

    def _import_by_name(self, scope: Scope, name: ast.expr) -> None:
        """Take ``import_module("a.b")`` for a read of all of that module: what is done with it is anybody's guess."""
        if isinstance(name, ast.Name) and name.id == "__name__":
            self._name_made(None)
        elif isinstance(name, ast.Constant) and isinstance(name.value, str) and not name.value.startswith("."):
            found, bound = Import(name.value, None, 0), f"import {name.value}"
            self.imports.add(found)
            scope.bind(bound)
            scope.imports.setdefault(bound, []).append(found)
            self.reads.append((scope, (bound,)))

    def _fill(self, scope: Scope, node: ast.expr, how: str) -> None:
        inside = without_subscripts(node)
        dotted = dotted_of(inside) or dotted_of_class(inside)
        if dotted is not None:
            self.fills.append((scope, dotted, how if inside is node else INSIDE + how))


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
    ast.Assign: Scan._assign,
    ast.AnnAssign: Scan._annotated,
    ast.AugAssign: Scan._augmented,
    ast.Name: Scan._name,
    ast.Attribute: Scan._attribute,
    ast.Subscript: Scan._subscript,
    ast.Call: Scan._call,
    ast.Constant: Scan._constant,
}
