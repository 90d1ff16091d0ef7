"""Which variables a cell reads before it assigns them, and which it assigns, found from its syntax tree.

A variable that may be read before it is assigned, on whichever way through the cell, is read from outside. What a
function reads that the cell defines is read where the cell mentions the function.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, Final

from memo.dethash.code.syntax.names import uses_of, uses_of_statement

#: Names that are certainly assigned; ``None`` where the cell does not come, so that all might be.
Known = frozenset[str] | None

FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
#: What the names of context managers that go on after an exception have in them.
_SUPPRESSING: Final = ("suppress", "ignor", "raises")


class Names:
    """The names in the statements of a cell.

    Args:
        body: the statements.

    Attributes:
        read: the variables that are read from outside, in order.
        assigned: what is assigned, be it once or in some cases only.
        certain: what is assigned or defined in the end, whichever way was taken.
        entered: what ``with`` assigns.
        deleted: what is deleted.
        changed: the names of what is assigned to in part: ``x`` in ``x.a = 1`` and in ``x[0] = 1``.
    """

    def __init__(self, body: Iterable[ast.stmt]) -> None:
        self.read: dict[str, None] = {}
        self.assigned: set[str] = set()
        self.entered: set[str] = set()
        self.deleted: set[str] = set()
        self.changed: dict[str, None] = {}
        #: What the functions that the cell defines read, as long as nothing mentions them.
        self._waiting: dict[str, frozenset[str]] = {}
        self._breaks: list[list[Known]] = []
        known = self._block(body, frozenset())
        self.certain = frozenset(self.assigned) if known is None else known

    def _block(self, body: Iterable[ast.stmt], known: Known) -> Known:
        for statement in body:
            if known is None:
                return None
            visit = _STATEMENTS.get(type(statement))
            known = self._parts(statement, known) if visit is None else visit(self, statement, known)
        return known

    def _load(self, name: str, known: frozenset[str]) -> None:
        if name not in known:
            self.read[name] = None
        for free in self._waiting.pop(name, ()):
            self._load(free, known)

    def _load_all(self, names: Iterable[str], known: frozenset[str]) -> None:
        for name in sorted(names):
            self._load(name, known)

    # -- expressions, in the order in which they are evaluated ------------------------------------------------------

    def _expression(self, node: ast.AST | None, known: frozenset[str]) -> frozenset[str]:
        if node is None or isinstance(node, ast.Name):
            self._load_all([] if node is None else [node.id], known)
            return known
        if isinstance(node, ast.Lambda):
            known = self._each([*node.args.defaults, *node.args.kw_defaults], known)
            self._load_all(free_names(node), known)
            return known
        if isinstance(node, _COMPREHENSIONS):
            self._load_all(free_names(node), known)
            self.assigned |= {part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr)}
            return known
        if isinstance(node, ast.NamedExpr):
            return self._target(node.target, self._expression(node.value, known))
        if isinstance(node, ast.BoolOp):
            return self._first_for_certain(node.values, 1, known)
        if isinstance(node, ast.Compare):
            return self._first_for_certain([node.left, *node.comparators], 2, known)
        if isinstance(node, ast.IfExp):
            known = self._expression(node.test, known)
            return self._expression(node.body, known) & self._expression(node.orelse, known)
        return self._parts(node, known)

    def _parts(self, node: ast.AST, known: frozenset[str]) -> frozenset[str]:
        return self._each(ast.iter_child_nodes(node), known)

    def _each(self, nodes: Iterable[ast.AST | None], known: frozenset[str]) -> frozenset[str]:
        return reduce(lambda known, node: self._expression(node, known), nodes, known)

    def _first_for_certain(self, nodes: list[ast.expr], count: int, known: frozenset[str]) -> frozenset[str]:
        known = self._each(nodes[:count], known)
        self._each(nodes[count:], known)
        return known

    def _target(self, node: ast.AST, known: frozenset[str]) -> frozenset[str]:
        if isinstance(node, ast.Name):
            self.assigned.add(node.id)
            self._waiting.pop(node.id, None)
            return known | {node.id}
        if isinstance(node, ast.Attribute | ast.Subscript):
            self.changed.update(dict.fromkeys(root_names(node)))
            return self._parts(node, known)
        return reduce(lambda known, part: self._target(part, known), ast.iter_child_nodes(node), known)

    # -- statements -----------------------------------------------------------------------------------------------

    def _assign(self, node: Any, known: frozenset[str]) -> Known:
        known = self._expression(node.value, known)
        return reduce(lambda known, target: self._target(target, known), node.targets, known)

    def _augmented(self, node: Any, known: frozenset[str]) -> Known:
        if isinstance(node.target, ast.Name):  # += on a list changes it in place
            self._load(node.target.id, known)
        return self._target(node.target, self._expression(node.value, known))

    def _annotated(self, node: Any, known: frozenset[str]) -> Known:
        return known if node.value is None else self._target(node.target, self._expression(node.value, known))

    def _delete(self, node: Any, known: frozenset[str]) -> Known:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._load(target.id, known)
                self.deleted.add(target.id)
                known -= {target.id}
            else:
                known = self._target(target, known)
        return known

    def _function(self, node: Any, known: frozenset[str]) -> Known:
        arguments = node.args
        known = self._each([*node.decorator_list, *arguments.defaults, *arguments.kw_defaults], known)
        self._wait(node, free_names(node), known)
        return known | {node.name}

    def _class(self, node: Any, known: frozenset[str]) -> Known:
        known = self._each([*node.decorator_list, *node.bases, *(each.value for each in node.keywords)], known)
        outside = self.assigned.copy(), self.deleted.copy()
        self._block([each for each in node.body if not isinstance(each, FUNCTIONS)], known)
        self.assigned, self.deleted = outside
        methods = [each for each in ast.walk(node) if isinstance(each, (*FUNCTIONS, ast.Lambda))]
        self._wait(node, frozenset().union(*map(free_names, methods)), known)
        return known | {node.name}

    def _wait(self, node: Any, free: frozenset[str], known: frozenset[str]) -> None:
        if node.decorator_list:  # a decorator may call it
            self._load_all(free - {node.name}, known)
        else:
            self._waiting[node.name] = free - {node.name}

    def _import(self, node: Any, known: frozenset[str]) -> Known:
        return known | bound_by(node)

    def _for(self, node: Any, known: frozenset[str]) -> Known:
        known = self._expression(node.iter, known)
        self._breaks.append([])
        inside = self._block(node.body, self._target(node.target, known))
        self._breaks.pop()
        known = known if inside is None else known & inside
        self._block(node.orelse, known)
        return known

    def _while(self, node: Any, known: frozenset[str]) -> Known:
        known = self._expression(node.test, known)
        self._breaks.append([])
        inside = self._block(node.body, known)
        left = self._breaks.pop()
        self._block(node.orelse, known)
        if isinstance(node.test, ast.Constant) and node.test.value:
            return _merged(left)
        return known if inside is None else known & inside

    def _if(self, node: Any, known: frozenset[str]) -> Known:
        known = self._expression(node.test, known)
        return _merged([self._block(node.body, known), self._block(node.orelse, known)])

    def _with(self, node: Any, known: frozenset[str]) -> Known:
        for item in node.items:
            known = self._expression(item.context_expr, known)
            if item.optional_vars is not None:
                self.entered |= {part.id for part in ast.walk(item.optional_vars) if isinstance(part, ast.Name)}
                known = self._target(item.optional_vars, known)
        inside = self._block(node.body, known)
        return known if suppresses(node) else inside

    def _try(self, node: Any, known: frozenset[str]) -> Known:
        done = self._block(node.body, known)
        ways = [self._block(node.orelse, done)]
        for handler in node.handlers:
            inside = self._expression(handler.type, known)
            ways.append(self._block(handler.body, inside if handler.name is None else inside | {handler.name}))
        known_after, finally_ = _merged(ways), self._block(node.finalbody, known)
        return None if known_after is None or finally_ is None else known_after | finally_

    def _match(self, node: Any, known: frozenset[str]) -> Known:
        known = self._expression(node.subject, known)
        ways: list[Known] = []
        for case in node.cases:
            named = {name for part in ast.walk(case.pattern) if (name := _bound_in_pattern(part)) is not None}
            self.assigned |= named
            inside = self._parts(case.pattern, known) | named
            ways.append(self._block(case.body, self._expression(case.guard, inside)))
        last = node.cases[-1]
        is_any = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
        return _merged(ways if is_any else [*ways, known])

    def _raise(self, node: Any, known: frozenset[str]) -> Known:
        self._parts(node, known)
        return None

    def _break(self, node: Any, known: frozenset[str]) -> Known:  # noqa: ARG002 - as the others
        if self._breaks:
            self._breaks[-1].append(known)
        return None

    def _continue(self, node: Any, known: frozenset[str]) -> Known:  # noqa: ARG002 - as the others
        return None


def _merged(ways: Iterable[Known]) -> Known:
    """Return what is certain whichever way was taken."""
    found = [way for way in ways if way is not None]
    return frozenset.intersection(*found) if found else None


def _bound_in_pattern(part: ast.AST) -> str | None:
    name = part.rest if isinstance(part, ast.MatchMapping) else getattr(part, "name", None)
    return name if isinstance(name, str) else None


def suppresses(node: ast.AST) -> bool:
    """Say whether a ``with`` may go on after an exception."""
    items = node.items if isinstance(node, ast.With | ast.AsyncWith) else ()
    texts = (ast.unparse(item.context_expr).lower() for item in items)
    return any(word in text for text in texts for word in _SUPPRESSING)


def free_names(node: ast.AST) -> frozenset[str]:
    """Return the names that a function or an expression reads from outside of itself."""
    is_function = isinstance(node, (*FUNCTIONS, ast.Lambda))
    uses = uses_of(node) if is_function else uses_of_statement(ast.Expr(node))  # type: ignore[arg-type]
    return frozenset(chain.root for chain in uses.reads if isinstance(chain.root, str))


def root_names(node: ast.AST) -> list[str]:
    """Return the name that ``a.b[0].c`` begins with, if it begins with one."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return [node.id] if isinstance(node, ast.Name) else []


def bound_by(node: ast.AST) -> frozenset[str]:
    """Return the names that an import or a definition binds."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return frozenset(alias.asname or alias.name.partition(".")[0] for alias in node.names if alias.name != "*")
    name = getattr(node, "name", None)
    return frozenset({name}) if isinstance(name, str) else frozenset()


# ruff: noqa: SLF001 - the visitors are the class's own methods, by the kind of node
_STATEMENTS: dict[type, Callable[[Names, Any, frozenset[str]], Known]] = {
    ast.Assign: Names._assign,
    ast.AugAssign: Names._augmented,
    ast.AnnAssign: Names._annotated,
    ast.Delete: Names._delete,
    ast.FunctionDef: Names._function,
    ast.AsyncFunctionDef: Names._function,
    ast.ClassDef: Names._class,
    ast.Import: Names._import,
    ast.ImportFrom: Names._import,
    ast.For: Names._for,
    ast.AsyncFor: Names._for,
    ast.While: Names._while,
    ast.If: Names._if,
    ast.With: Names._with,
    ast.AsyncWith: Names._with,
    ast.Try: Names._try,
    ast.TryStar: Names._try,
    ast.Match: Names._match,
    ast.Raise: Names._raise,
    ast.Break: Names._break,
    ast.Continue: Names._continue,
}
