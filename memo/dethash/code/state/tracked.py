"""What the code that was met changes when it runs, and what modules did to that when they were imported."""

from __future__ import annotations

from collections.abc import Iterable
from types import FunctionType, MethodType
from typing import Any

from memo.dethash.code.functions import analyse
from memo.dethash.code.state.at_import import done_at_import
from memo.dethash.code.state.containers import first_content
from memo.dethash.code.state.first_values import Statements
from memo.dethash.code.state.told import told
from memo.dethash.node import CONTENT, Binding, CodeNode, First, Node, Place


class Tracked:
    """The code that was met.

    A method that no code names is not called by any, though its class was met: what it changes is no state, such as
    what a class method has registered that only decorators call. But where the walk began with an argument, or with its
    class, any method may be: the code that gets the argument was not met.

    Args:
        code: the functions, classes and modules.
        roots: what the walk began with; nothing if that was a value.
        known: statements of modules as code, as the walk's plans keep them: what is read there is then one thing.
    """

    def __init__(
        self,
        code: list[tuple[Any, CodeNode]],
        roots: Iterable[object],
        known: dict[tuple[int, int], tuple[object, CodeNode | None]],
    ) -> None:
        self._known = known
        functions = [value for value, _ in code if type(value) is FunctionType]
        self._names = frozenset[str]().union(*(analyse(function).names for function in functions))
        methods = {
            id(getattr(held, "__func__", held)): name
            for value, _ in code
            if isinstance(value, type)
            for name, held in vars(value).items()
        }
        began_with = [root.__func__ if type(root) is MethodType else root for root in roots]
        self._is_for_others = not began_with or any(isinstance(root, type) for root in began_with)
        kept = set(map(id, began_with))
        self._idle = {
            number for number, name in methods.items() if number not in kept and not self._may_be_called(name)
        }
        self._running = {id(function) for function in functions} - self._idle
        #: The variables and containers that it assigns or fills.
        self.changes = frozenset[Place]().union(
            *(node.rebinds for value, node in code if id(value) not in self._idle),
            {place for _, node in code for method, place in node.by_method if self._may_be_called(method)},
        )
        self._done: dict[Place, list[Statements]] | None = None

    def _may_be_called(self, method: str) -> bool:
        return self._is_for_others or method in self._names or (method.startswith("__") and method.endswith("__"))

    def changes_value_of(self, binding: Binding) -> bool:
        """Say whether what *binding* stands for is assigned or filled."""
        return binding.variable is not None and not self.changes.isdisjoint(_places(binding))

    def first_content(self, binding: Binding) -> list[str]:
        """Return the digest of what a container held that a program has put in the place of a module's own, if any."""
        if binding.variable is None or binding.variable.place in self.changes:  # the code itself may have put it there
            return []
        content = first_content(binding.variable)
        return [content] if content else []

    def done_to(self, binding: Binding) -> Node | None:
        """Return what modules have done to the value of *binding* through code that was not met."""
        if binding.variable is None:
            return None
        first = First(binding.variable, is_later=True)
        if known := told(first):
            return Node(("at import",), known, unordered=True)
        if self._done is None:
            self._done = done_at_import(lambda function: id(function) in self._running)
        done = {id(each.nodes): each for place in _places(binding) for each in self._done.get(place, ())}
        made = [_apart(self._code_of(each), binding.value, first) for each in done.values()]
        return Node(("at import",), made, unordered=True) if made else None

    def _code_of(self, done: Statements) -> CodeNode | None:
        """Return statements of a module as code, the same each time: two variables may be filled with each other."""
        place = id(done.nodes), id(done.namespace)
        if place not in self._known:
            self._known[place] = done, done.as_code()
        return self._known[place][1]


def _apart(code: CodeNode | None, value: object, first: First) -> CodeNode | None:
    """Return code without what it reads of *value*, which it fills."""
    if code is None:
        return None
    children = [child for child in code.children if type(child) is not Binding or child.value is not value]
    return code._replace(children=tuple(children), first=first) if children else None


def _places(binding: Binding) -> set[Place]:
    return {(id(binding.value), CONTENT), *([] if binding.variable is None else [binding.variable.place])}
