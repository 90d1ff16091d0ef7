"""networkx' graphs: nodes, edges and attributes count; caches, views and the order of insertion do not."""

from __future__ import annotations

from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests

nx = pytest.importorskip("networkx")


def graph(kind: Any = None) -> Any:
    """Return a small graph with attributes of each kind."""
    made = (kind or nx.Graph)(name="small")
    made.add_edge("a", "b", weight=1)
    made.add_edge("b", ("c", 1), weight=2.5)
    made.add_node("alone", tags=["x"])
    return made


def changed(change: Any) -> Any:
    made = graph()
    change(made)
    return made


def test_no_two_different_values_share_a_digest():
    kinds = {kind.__name__: graph(kind) for kind in (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph)}
    doubled = graph(nx.MultiGraph)
    doubled.add_edge("a", "b", weight=1)
    keyed = graph(nx.MultiGraph)
    keyed.add_edge("a", "b", key="k", weight=1)
    assert [] == alike_in(
        kinds
        | {
            "doubled": doubled,
            "keyed": keyed,
            "reversed": graph(nx.DiGraph).reverse(),
            "empty": nx.Graph(),
            "empty directed": nx.DiGraph(),
            "dict": nx.to_dict_of_dicts(graph()),
            "a weight": changed(lambda made: made["a"]["b"].update(weight=2)),
            "a float weight": changed(lambda made: made["a"]["b"].update(weight=1.0)),
            "a node": changed(lambda made: made.add_node("z")),
            "a node attribute": changed(lambda made: made.nodes["alone"].update(tags=["y"])),
            "a loop": changed(lambda made: made.add_edge("a", "a")),
            "an edge gone": changed(lambda made: made.remove_edge("a", "b")),
            "another name": changed(lambda made: made.graph.update(name="other")),
            "an attribute of the object": changed(lambda made: setattr(made, "note", 1)),
            "int nodes": nx.Graph([(1, 2)]),
            "float nodes": nx.Graph([(1.0, 2.0)]),
        }
    )


@pytest.mark.parametrize("kind", ["Graph", "DiGraph", "MultiGraph", "MultiDiGraph"])
def test_copies_and_used_ones_have_the_digest(kind):
    made = graph(getattr(nx, kind))
    before, after = before_and_after(
        made,
        lambda g: (g.adj, g.nodes, g.edges, g.degree),
        lambda g: (g.pred, g.succ, g.in_edges) if g.is_directed() else None,
        lambda g: list(nx.dfs_edges(g)),
        repr,
    )
    assert before == after
    assert {before} == digests(made.copy(), nx.freeze(made.copy()), *copies(made))


def test_the_order_in_which_nodes_and_edges_were_added_does_not_count():
    one = nx.Graph([("a", "b"), ("b", "c")])
    other = nx.Graph([("c", "b"), ("b", "a")])
    assert list(one) != list(other)
    assert det_hash(one) == det_hash(other)
    assert det_hash(nx.DiGraph(one)) == det_hash(nx.DiGraph(other))
    assert det_hash(nx.DiGraph([("a", "b")])) != det_hash(nx.DiGraph([("b", "a")]))


@pytest.mark.parametrize("kind", ["Graph", "DiGraph", "MultiGraph"])
def test_a_view_is_the_graph_that_it_shows(kind):
    made = graph(getattr(nx, kind))
    part = made.subgraph(["a", "b"])
    assert det_hash(part) == det_hash(part.copy())
    assert det_hash(part) != det_hash(made)
    if made.is_directed():
        assert det_hash(nx.reverse_view(made)) == det_hash(made.reverse())


def test_a_subclass_counts_and_so_does_what_it_keeps():
    class Roads(nx.Graph):
        region = ""

    def roads(region: str) -> Any:
        made = Roads([("a", "b")])
        made.region = region
        return made

    assert 3 == len(digests(nx.Graph([("a", "b")]), roads("north"), roads("south")))
    before, after = before_and_after(roads("north"), lambda g: (g.adj, g.nodes, g.edges))
    assert before == after == det_hash(roads("north"))


def test_graphs_whose_nodes_are_graphs_or_that_contain_themselves_have_a_digest():
    inner = nx.freeze(nx.Graph([(1, 2)]))
    assert det_hash(nx.Graph([(inner, 1)])) == det_hash(nx.Graph([(inner, 1)]))

    def knot() -> Any:
        made = graph()
        made.graph["itself"] = made
        return made

    assert det_hash(knot()) == det_hash(knot())
    assert det_hash(knot()) != det_hash(graph())
