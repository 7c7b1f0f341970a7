"""A graph of pygraphviz that a submission returned, as plain data.

Only the submission imports the library, never this module: if the submission has not imported it,
no returned value can be such a graph.
"""

from __future__ import annotations

__all__ = ["plain_graph"]

import sys
from typing import TYPE_CHECKING, Any

from grader.runner.failures import RefusedRequest
from grader.wire import Graph, GraphEdge, GraphNode
from grader.wire.forms import (
    MAX_GRAPH_ATTRIBUTES,
    MAX_GRAPH_EDGES,
    MAX_GRAPH_NODES,
    MAX_GRAPH_TEXT,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


def plain_graph(value: Any) -> Any:
    """Return an ``AGraph`` as a `Graph`, also one in a tuple, list or dict; all else unchanged.

    An attribute that an edge or a node does not set has the graph's default value, as when
    Graphviz draws it.

    Raises
    ------
    RefusedRequest
        Where the graph has more nodes or edges than can be sent.
    """
    kind = getattr(sys.modules.get("pygraphviz"), "AGraph", None)
    if not isinstance(kind, type):
        return value
    if isinstance(value, kind):
        return _plain(value)
    held = list(value.values()) if type(value) is dict else value
    if type(value) not in (dict, list, tuple) or not any(isinstance(one, kind) for one in held):
        return value
    plain = [_plain(one) if isinstance(one, kind) else one for one in held]
    return dict(zip(value, plain, strict=True)) if type(value) is dict else type(value)(plain)


def _plain(graph: Any) -> Graph:
    nodes, edges = graph.nodes(), graph.edges()
    if len(nodes) > MAX_GRAPH_NODES or len(edges) > MAX_GRAPH_EDGES:
        message = (
            f"is a graph of {len(nodes):,} nodes and {len(edges):,} edges: at most "
            f"{MAX_GRAPH_NODES:,} and {MAX_GRAPH_EDGES:,} can be looked at"
        )
        raise RefusedRequest("unsendable", message)
    return Graph(
        bool(graph.is_directed()),
        _texts(graph.graph_attr.items()),
        tuple(GraphNode(_text(node), _texts(node.attr.to_dict().items())) for node in nodes),
        tuple(
            GraphEdge(_text(edge[0]), _text(edge[1]), _texts(edge.attr.to_dict().items()))
            for edge in edges
        ),
    )


def _texts(items: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """Return the attributes that have a value; an empty text means that it was never set."""
    kept = [(_text(key), _text(value)) for key, value in items if value]
    return dict(kept[:MAX_GRAPH_ATTRIBUTES])


def _text(value: Any) -> str:
    return str(value)[:MAX_GRAPH_TEXT].encode("utf-8", "replace").decode()
