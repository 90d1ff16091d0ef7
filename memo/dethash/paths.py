"""Where a value sits inside another, as Python would reach it: for errors only, so it may be slow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from memo.dethash.node import Node
from memo.dethash.plans import Plans
from memo.dethash.registry import Kind
from memo.dethash.weights import Found

#: The label of a child whose keys are its parent's attributes.
ATTRIBUTES = "."
#: The label of a child that is a dict's entry or all of them.
ENTRIES = "="
#: The label of the list of a dict's values beside that of its keys.
VALUES = ".values()"
#: The label of a set's member.
MEMBER = "{...}"
#: A key longer than this is shortened.
KEY_LENGTH = 60


def path_to(plans: Plans, found: Found, root: object, culprit: object, name: str) -> str:
    """Return the way from *root*, called *name*, to *culprit*."""
    kids = {id(value): inner for value, inner in found.kids()}
    came: dict[int, tuple[Any, str]] = {id(root): (None, "")}
    queue: list[tuple[Any, str]] = [(root, "")]
    for value, context in queue:
        if value is culprit:
            break
        parent, _ = came[id(value)]
        wanted = {id(kid) for kid in kids.get(id(value), ())}
        if not wanted:
            continue  # a leaf, or another value that has no form and so cannot be taken apart
        for child, label in _labelled(plans, value, context, parent):
            if id(child) in wanted and id(child) not in came:
                came[id(child)] = (value, _step(plans, value, child, label))
                queue.append((child, label))
    steps: list[str] = []
    here: Any = culprit
    while here is not None and id(here) in came:
        here, label = came[id(here)]
        steps.append(label)
    return name + "".join(reversed(steps))


def _step(plans: Plans, value: Any, child: object, label: str) -> str:
    """Return how a path goes on from *value* to *child*, whose own children may be spelled as those of *value*."""
    if label == ATTRIBUTES and not isinstance(child, dict | Node):
        return ".__reduce_ex__()[2]" if plans.node(value).tag[0] == "reduced" else ".__getstate__()"
    return "" if label in (ATTRIBUTES, ENTRIES, VALUES) else label


def _labelled(plans: Plans, value: Any, context: str, parent: Any) -> Iterator[tuple[object, str]]:
    """Iterate over the children of *value* with their labels; *context* is its own label in *parent*."""
    entries = plans.mapping(value)
    if entries is not None:
        as_attributes = context == ATTRIBUTES or plans.kind(type(value))[0] is Kind.ATTRIBUTES
        for key, item in entries.items():
            yield item, _attribute(key) if as_attributes else f"[{spell_key(key)}]"
        if all(type(key) is str for key in entries):
            return  # else its keys may be containers, and then it is taken apart into its entries
    if context == ENTRIES and type(value) is tuple:
        key, item = value
        yield key, ".keys()[...]"
        yield item, f"[{spell_key(key)}]"
    elif context == VALUES:
        keys: Any = plans.node(parent).children[0]
        yield from ((child, f"[{spell_key(key)}]") for key, child in zip(keys, value, strict=True))
    elif plans.kind(type(value))[0] is Kind.SEQUENCE:
        yield from ((child, f"[{place}]") for place, child in enumerate(value))
    else:
        node = plans.node(value)
        labels = node.labels or () if isinstance(node, Node) else ()
        is_dict = node.tag[0] in ("mapping", "entries")
        is_set = isinstance(node, Node) and node.unordered
        for place, child in enumerate(node.children):
            default = ENTRIES if is_dict else MEMBER if is_set else f"[{place}]"
            yield child, labels[place] if place < len(labels) else default


def _attribute(key: object) -> str:
    return f".{key}" if isinstance(key, str) and key.isidentifier() else f".__dict__[{spell_key(key)}]"


def spell_key(key: object) -> str:
    """Return a dict's key as source code, in double quotes; of a container its type."""
    if isinstance(key, str):
        text = json.dumps(key, ensure_ascii=not key.isprintable())
    else:
        text = repr(key) if type(key) in (int, float, bool, bytes, type(None)) else f"<{type(key).__qualname__}>"
    return text if len(text) <= KEY_LENGTH else text[: KEY_LENGTH - 1] + "…"
