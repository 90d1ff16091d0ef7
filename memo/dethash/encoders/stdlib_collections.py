"""Encoders of what ``collections`` adds to the builtin containers."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any

from memo.dethash.node import Node
from memo.dethash.paths import VALUES
from memo.dethash.registry import encoder
from memo.dethash.unordered import entries


@encoder(defaultdict, subclasses=True)
def encode_defaultdict(value: defaultdict[Any, Any]) -> Node:
    """Encode what makes missing values, and the entries; their order does not count."""
    children = (value.default_factory, entries(dict.items(value)))
    return Node(("defaultdict",), children, labels=(".default_factory", ""))


@encoder(OrderedDict, subclasses=True)
def encode_ordered_dict(value: OrderedDict[Any, Any]) -> Node:
    """Encode the entries in their order, and attributes."""
    keys = list(OrderedDict.keys(value))
    attributes = vars(value) if type(value) is OrderedDict else {}
    children = (keys, [dict.__getitem__(value, key) for key in keys], attributes)
    return Node(("OrderedDict",), children, labels=(".keys()", VALUES, "."))


@encoder(Counter, subclasses=True)
def encode_counter(value: Counter[Any]) -> Node:
    """Encode the counts; a count of zero is not a missing one, and their order does not count."""
    return Node(("Counter",), (entries(dict.items(value)),), labels=("",))


_MAXLEN: Any = deque.maxlen.__get__


@encoder(deque, subclasses=True)
def encode_deque(value: deque[Any]) -> Node:
    """Encode the greatest length and the items."""
    return Node(("deque",), (_MAXLEN(value), list(deque.__iter__(value))), labels=(".maxlen", ""))
