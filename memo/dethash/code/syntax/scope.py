"""One scope of names: which names a function, class or comprehension binds, and to what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from memo.dethash.code.syntax.expressions import Dotted


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
