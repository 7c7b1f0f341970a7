"""A graph travels as names, edges and attributes, within caps, and arrives as nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from grader.runner.failures import RefusedRequest
from grader.runner.graphs import plain_graph
from grader.wire import Graph, GraphEdge, GraphNode, WireError, decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable

EMPTY: list[Any] = [True, {}, [], []]
NO_GRAPHVIZ = "graphviz: run scripts/setup_graphs"


def test_a_graph_arrives_as_it_was_sent() -> None:
    graph = Graph(
        directed=False,
        attributes={"rankdir": "LR", "label": "α\n\x00"},
        nodes=(GraphNode("i0", {}), GraphNode("", {"shape": "box"})),
        edges=(GraphEdge("i0", "h0", {"penwidth": "nan"}), GraphEdge("i0", "h0", {})),
    )
    tree, buffers = encode([graph])
    assert decode(json.loads(json.dumps(tree)), buffers) == [graph]


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        EMPTY[:3],
        [1, {}, [], []],
        [True, [], [], []],
        [True, {"a": 1}, [], []],
        [True, {"a": {"list": []}}, [], []],
        [True, {}, {}, []],
        [True, {}, [["a"]], []],
        [True, {}, [["a", None]], []],
        [True, {}, [[1, {}]], []],
        [True, {}, [], [["a", "b"]]],
        [True, {}, [], [["a", 2, {}]]],
        [True, {}, [["a", {}]] * 2_001, []],
        [True, {}, [], [["a", "b", {}]] * 20_001],
        [True, {str(k): "" for k in range(65)}, [], []],
    ],
)
def test_a_graph_of_another_form_is_refused(content: object) -> None:
    with pytest.raises(WireError):
        decode({"graph": content}, [])


def test_long_texts_are_cut_and_lone_surrogates_replaced() -> None:
    content = [True, {"x" * 5_000: "y" * 5_000}, [["\ud800", {}]], []]
    graph = decode({"graph": content}, [])
    assert graph.attributes == {"x" * 1_000: "y" * 1_000}
    assert graph.nodes[0].name == "?"


def test_what_is_no_graph_is_left_alone() -> None:
    values: list[Any] = [None, "digraph {}", [1], {"nodes": []}]
    for value in values:
        assert plain_graph(value) is value


# ---------------------------------------------------------------------------- from pygraphviz


def test_defaults_reach_every_node_and_edge_that_has_no_value_of_its_own() -> None:
    pygraphviz = pytest.importorskip("pygraphviz", reason=NO_GRAPHVIZ)
    graph = pygraphviz.AGraph(rankdir="LR")
    graph.edge_attr["color"] = "red"
    graph.add_edge("h0", "i0", penwidth=0.5)
    graph.add_edge("i0", "h1", color="blue")
    graph.add_node("box", label="step 1")
    plain = plain_graph(graph)
    assert (plain.directed, plain.attributes) == (False, {"rankdir": "LR"})
    assert [node.name for node in plain.nodes] == ["h0", "i0", "h1", "box"]
    assert plain.nodes[3].attributes["label"] == "step 1"
    assert plain.edges == (
        GraphEdge("h0", "i0", {"color": "red", "penwidth": "0.5"}),
        GraphEdge("i0", "h1", {"color": "blue"}),
    )
    assert decode(*encode(plain)) == plain


@pytest.mark.parametrize("wrap", [list, tuple, lambda pair: dict(zip("ab", pair, strict=True))])
def test_a_graph_beside_something_else_arrives_as_one(wrap: Callable[[list[Any]], Any]) -> None:
    pygraphviz = pytest.importorskip("pygraphviz", reason=NO_GRAPHVIZ)
    graph = pygraphviz.AGraph(directed=True)
    graph.add_edge("i0", "h0")
    got = plain_graph(wrap([graph, "net.png"]))
    assert got == wrap([plain_graph(graph), "net.png"])
    assert "<AGraph>" in repr(got)


def test_parallel_edges_are_all_there() -> None:
    pygraphviz = pytest.importorskip("pygraphviz", reason=NO_GRAPHVIZ)
    graph = pygraphviz.AGraph(strict=False, directed=True)
    graph.add_edges_from([("a", "b"), ("a", "b")])
    assert len(plain_graph(graph).edges) == 2


def test_a_graph_beyond_the_caps_is_refused_in_words() -> None:
    pygraphviz = pytest.importorskip("pygraphviz", reason=NO_GRAPHVIZ)
    graph = pygraphviz.AGraph()
    graph.add_nodes_from(range(2_001))
    with pytest.raises(RefusedRequest, match="2,001 nodes and 0 edges"):
        plain_graph(graph)
