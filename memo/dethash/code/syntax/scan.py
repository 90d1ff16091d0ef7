"""Scopes of names in a syntax tree, resolved as the compiler does: alike on every Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from memo.dethash.code.source.parsing import parse
from memo.dethash.code.syntax.expressions import (
    Dotted,
    base_of,
    beginning_of,
    dotted_of,
    dotted_of_class,
    dotted_of_getattr,
    is_globals,
    is_own_module,
    named_module_of,
    pairs_of,
    parameter_names,
    without_subscripts,
)
from memo.dethash.code.syntax.scope import Import, Scope

#: Methods that change a builtin container in place.
MUTATORS = frozenset({
    "add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft", "insert",
    "intersection_update", "move_to_end", "pop", "popitem", "popleft", "remove", "reverse", "rotate", "setdefault",
    "sort", "subtract", "symmetric_difference_update", "update", "__setitem__", "__delitem__", "__ior__", "__iadd__",
})  # fmt: skip
#: Functions that change their first argument in place.
FILLERS = frozenset({
    "delitem", "heapify", "heappop", "heappush", "heappushpop", "heapreplace", "insort", "insort_left", "insort_right",
    "setitem", "shuffle",
})  # fmt: skip
#: Methods to which a text may say ``@name`` for a variable of their caller, as those of pandas do.
QUERIES = frozenset({"query", "eval"})
_MENTIONED = re.compile(r"@([^\W\d]\w*(?:\.[^\W\d]\w*)*)")
#: What a read of names that are made at run time is called, before the letters that these begin with.
MADE = "globals() "
#: Before how something is filled that is found in another thing by subscript, as in ``a[b].append(c)``.
INSIDE = "[]."


Todo = Iterator[tuple[ast.AST, Scope]]


def filled_by(call: ast.Call) -> tuple[ast.expr, str] | None:
    """Return what a call fills, and by which method or function, if that is known to fill builtin containers."""
    called = dotted_of(call.func)
    if isinstance(call.func, ast.Attribute) and call.func.attr in MUTATORS:
        return call.func.value, call.func.attr
    return (call.args[0], called[-1]) if called is not None and called[-1] in FILLERS and call.args else None


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
        for target, value in pairs_of(node):
            yield from self._given(target, value, scope)

    def _given(self, target: ast.expr, value: ast.expr, scope: Scope) -> Todo:
        name = target.id if isinstance(target, ast.Name) else None
        dotted, module = dotted_of(value), named_module_of(value)
        if name is not None and module is not None:  # as good as an import statement
            self.imports.add(Import(module, None, 0))
            self._bind_import(scope, name, Import(module, None, 0))
        elif name is not None and dotted is not None:
            scope.bind(name, dotted)
            self.stores.append((scope, (name,)))
            yield value, scope
        else:
            yield target, scope
            yield value, scope

    def _annotated(self, node: Any, scope: Scope) -> Todo:
        if scope.kind == "class":
            yield node.annotation, scope
        if node.value is None:
            yield node.target, scope
        else:
            yield from self._given(node.target, node.value, scope)

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
            base, attributes = base_of(node)
            if isinstance(node.ctx, ast.Load) and self._is_module(base, attributes, scope):
                return
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
        if self._is_module(node, (), scope):
            return
        if is_globals(node.value):
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
        if (filled := filled_by(node)) is not None:
            self._fill(scope, *filled)
        elif self._is_module(node, (), scope):
            return
        elif (read := dotted_of_getattr(node)) is not None:
            self.reads.append((scope, read))
            yield from ((part, scope) for part in [node.func, *node.args[2:]])
            return
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
                yield parse(text.value.strip(), mode="eval").body, scope
        else:
            self._name_made(None)

    def _name_made(self, name: ast.expr | None, *, is_read: bool = True) -> None:
        """Note a global that is read, or assigned, by a name which an expression makes, if that is known."""
        is_known = isinstance(name, ast.Constant) and isinstance(name.value, str)
        dotted = (name.value if is_known else MADE + beginning_of(name),)  # type: ignore[union-attr]
        (self.reads if is_read else self.stores).append((Scope("function"), dotted))

    def _is_module(self, node: ast.AST, attributes: Dotted, scope: Scope) -> bool:
        """Say whether *node* is a module that is named by a text; what is read of it, or else all of it, is noted."""
        if is_own_module(node):
            self.reads.append((Scope("function"), attributes or (MADE,)))
            return True
        module = named_module_of(node)
        if module is None:
            return False
        found, bound = Import(module, None, 0), f"import {module}"
        self.imports.add(found)
        scope.bind(bound)
        scope.imports.setdefault(bound, []).append(found)
        self.reads.append((scope, (bound, *attributes)))
        return True

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
