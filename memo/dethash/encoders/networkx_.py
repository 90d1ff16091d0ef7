"""Encoder of networkx' graphs: nodes and edges with their attributes, which are dicts and have no order."""

from __future__ import annotations

from typing import Any

import networkx as nx
from networkx.classes.function import frozen

from memo.dethash.instances import call_user, state_reader
from memo.dethash.node import Node
from memo.dethash.registry import encoder

#: What a graph or a view of one keeps beside what a subclass or a user added.
_KEPT = frozenset({
    "graph", "_node", "_adj", "_succ", "_pred", "_graph", "_NODE_OK", "_EDGE_OK", "frozen", "__networkx_cache__",
})  # fmt: skip


@encoder(nx.Graph, whole=True)
def encode_graph(graph: Any) -> Node:
    """Encode a graph of any kind; a view of one is what it shows, and whether it is frozen does not count."""
    cls = type(graph)
    state = call_user("__getstate__", state_reader(cls, nx.Graph), graph)
    if isinstance(state, dict):
        state = {name: part for name, part in state.items() if name not in _KEPT and part is not frozen}
    nodes, neighbours = graph._node, graph._adj  # noqa: SLF001  the public views are caches, made by their first use
    if graph.is_multigraph():
        edges = {node: {other: dict(data) for other, data in found.items()} for node, found in neighbours.items()}
    else:
        edges = {node: dict(found) for node, found in neighbours.items()}
    labels = (".graph", ".nodes", ".adj", ".")
    return Node(("networkx", cls), (dict(graph.graph), dict(nodes), edges, state), labels=labels)
