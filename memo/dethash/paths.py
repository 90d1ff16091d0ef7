"""Where a value sits inside another, as Python would reach it: for errors only, so it may be slow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from memo.dethash.node import CodeNode
from memo.dethash.plans import Plans
from memo.dethash.registry import Kind
from memo.dethash.weights import Found

#: The label of a child whose keys are its parent's attributes.
ATTRIBUTES = "."
#: A key longer than this is shortened.
KEY_LENGTH = 60


def path_to(plans: Plans, found: Found, root: object, culprit: object, name: str) -> str:
    """Return the way from *root*, called *name*, to *culprit*."""
    kids = {id(value): inner for value, inner in found.kids()}
    came: dict[int, tuple[Any, str]] = {id(root): (None, "")}
    queue: list[tuple[Any, bool]] = [(root, False)]
    for value, as_attributes in queue:
        if value is culprit:
            break
        wanted = {id(kid) for kid in kids.get(id(value), ())}
        for child, label in _labelled(plans, value, as_attributes):
            if id(child) in wanted and id(child) not in came:
                came[id(child)] = (value, "" if label == ATTRIBUTES else label)
                queue.append((child, label == ATTRIBUTES))
    steps: list[str] = []
    here: Any = culprit
    while here is not None and id(here) in came:
        here, label = came[id(here)]
        steps.append(label)
    return name + "".join(reversed(steps))


def _labelled(plans: Plans, value: Any, as_attributes: bool) -> Iterator[tuple[object, str]]:
    kind, _ = plans.kind(type(value))
    if kind is Kind.DICT:
        for key, item in value.items():
            yield item, f".{key}" if as_attributes else f"[{_short(key)}]"
        return
    if kind is Kind.ATTRIBUTES:
        for key, item in vars(value).items():
            yield item, f".{key}"
        return
    if kind is Kind.SEQUENCE:
        children, labels = value, None
    else:
        node = plans.node(value)
        children = node.children
        labels = None if isinstance(node, CodeNode) else node.labels
    for place, child in enumerate(children):
        yield child, labels[place] if labels is not None and place < len(labels) else f"[{place}]"


def _short(key: object) -> str:
    text = repr(key) if isinstance(key, str | int | float | bool | bytes | type(None)) else type(key).__qualname__
    return text if len(text) <= KEY_LENGTH else text[: KEY_LENGTH - 1] + "…"
