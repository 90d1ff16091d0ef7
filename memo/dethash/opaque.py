"""What code reads and does not count: its own state, and what has no deterministic form.

Such a value is left out as close to itself as possible, so that what lies beside it still counts: of an instance with a
lock all but the lock. In an argument, on the other hand, a value without a deterministic form is an error.
"""

from __future__ import annotations

import sys
from itertools import chain
from typing import Any, NamedTuple

from memo.dethash.instances import EncoderFailedError
from memo.dethash.node import Binding, Node
from memo.dethash.paths import path_to
from memo.dethash.plans import Plans, dotted_name
from memo.dethash.visible import visible_of
from memo.dethash.weights import Found
from memo.errors import UnhashableError

OPAQUE = ("opaque",)


class Opaque(NamedTuple):
    """A value that code reads and that does not count."""

    #: How the code calls it, or what holds it.
    label: str
    type_name: str
    reason: str


def hide(plans: Plans, found: Found, root: object, name: str) -> list[Opaque]:
    """Replace what does not count by nodes that say as much; return what was replaced.

    Raises:
        UnhashableError: a value has no deterministic form, and it is not code that reaches it; or an encoder failed.
    """
    return [
        *_hide_state(plans, found, root),
        *_hide_loggers(plans, found, root),
        *_hide_refused(plans, found, root, name),
    ]


def is_opaque(plans: Plans, binding: Binding) -> bool:
    """Say whether the value of *binding* does not count."""
    return plans.node(binding).tag == OPAQUE


def _hide_state(plans: Plans, found: Found, root: object) -> list[Opaque]:
    if not any(node.rebinds or node.by_method for _, node in found.code):
        return []
    from memo.dethash.code.state.tracked import Tracked  # for who reaches code

    tracked = Tracked(found.code, root.children if type(root) is Node else (), plans.at_import)
    out = []
    gone: set[int] = set()
    bindings = [family.members for family in found.families() if type(family.members[0]) is Binding]
    for binding in chain.from_iterable(bindings):
        if not tracked.changes_value_of(binding) or is_opaque(plans, binding):
            continue
        before = _first_value(plans, binding)
        if before is None and binding.label.endswith("="):
            continue  # a default whose definition cannot be read: what it holds now is all that is known of it
        if before is None and binding.label.startswith("."):
            gone.add(id(binding))
        shown = (binding.label, before, tracked.done_to(binding), *tracked.first_content(binding))
        plans.replace(binding, Node(OPAQUE, shown))
        out.append(Opaque(binding.label, dotted_name(type(binding.value)), "tracked code assigns or fills it"))
    for value, node in found.code:  # an attribute that the code adds: as if it had not done so yet
        children = [child for child in node.children if id(child) not in gone]
        if len(children) < len(node.children):
            plans.replace(value, node._replace(children=children))
    return out


def _first_value(plans: Plans, binding: Binding) -> object:
    """Return how the variable of *binding* is set up, the same code each time: two may be set up with each other."""
    if binding.before is None or binding.variable is None:
        return None
    place = binding.variable.place
    if place not in plans.first_values:
        plans.first_values[place] = binding.before()
    return plans.first_values[place]


def is_logger(value: object) -> bool:
    """Say whether *value* is a logger, or adapts one."""
    logging = sys.modules.get("logging")
    # Not isinstance, for a weak proxy would ask what is gone.
    return logging is not None and issubclass(type(value), logging.Logger | logging.LoggerAdapter)


def _hide_loggers(plans: Plans, found: Found, root: object) -> list[Opaque]:
    """Leave out the loggers that code reads: their names follow their modules, and what they do is no result."""
    if not found.code:
        return []
    families = [family.members for family in found.families() if is_logger(family.members[0])]
    refused = {id(culprit) for culprit, _ in found.refused}  # a logger that logging does not know is not to be pickled
    loggers = [
        logger
        for logger in chain.from_iterable(families)
        if id(logger) in refused or plans.node(logger).tag[:1] != OPAQUE
    ]
    parents = found.parents() if loggers else {}
    out = []
    for logger in loggers:
        bindings = _bindings_above(parents, root, logger)
        if bindings:
            plans.replace(logger, Node((*OPAQUE, "logger")))
            out += [Opaque(binding.label, dotted_name(type(logger)), "it is a logger") for binding in bindings]
    return out


def _hide_refused(plans: Plans, found: Found, root: object, name: str) -> list[Opaque]:
    if not found.refused:
        return []
    parents = found.parents()
    out = []
    for culprit, error in found.refused:
        bindings = _bindings_above(parents, root, culprit)
        if bindings and is_logger(culprit):
            continue  # it was left out as loggers are
        reason = error.reason if isinstance(error, UnhashableError) else str(error)
        if not bindings or isinstance(error, EncoderFailedError):
            path = path_to(plans, found, root, culprit, name)
            raise UnhashableError(path, dotted_name(type(culprit)), reason) from error
        visible = visible_of(culprit)
        for binding in () if visible or _is_own(type(culprit)) else bindings:  # what it was made with counts
            before = binding.before() if binding.before is not None and binding.value is culprit else None
            if before is not None:
                plans.replace(binding, Node(("binding", "made by"), (binding.label, culprit, before)))
        plans.replace(culprit, Node((*OPAQUE, type(culprit)), (visible,) if visible else ()))
        out += [Opaque(binding.label, dotted_name(type(culprit)), reason) for binding in bindings]
    return out


def _is_own(cls: type) -> bool:
    from memo.dethash.code.party import is_first_party  # for who reaches code

    return is_first_party(cls)


def _bindings_above(parents: dict[int, list[Any]], root: object, culprit: object) -> list[Binding]:
    """Return the nearest bindings through which code reaches *culprit*; none if it is not only code that does."""
    bindings: list[Binding] = []
    met = {id(culprit)}
    stack = [culprit]
    while stack:
        here = stack.pop()
        if here is root:
            return []
        for parent in parents[id(here)]:
            if id(parent) in met:
                continue
            met.add(id(parent))
            if type(parent) is Binding:
                bindings.append(parent)
            else:
                stack.append(parent)
    return bindings
