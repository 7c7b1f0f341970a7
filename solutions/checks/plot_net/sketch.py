"""A right picture as plain data, for wrong ones to be made from."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from grader.checks import Graph, GraphEdge
from grader.wire import GraphNode

BOXES = ("box_step", "box_loss", "box_rate")


def nodes(names: Iterable[str]) -> tuple[GraphNode, ...]:
    """Return nodes without attributes, each name once."""
    return tuple(GraphNode(name, {}) for name in dict.fromkeys(names))


def edges(
    left: str,
    right: str,
    weights: Any,
    edge_width: Callable[[float], float],
    edge_color: Callable[[float], str],
) -> tuple[GraphEdge, ...]:
    """Return an edge for each weight of a matrix."""
    return tuple(
        GraphEdge(
            f"{left}{i}",
            f"{right}{j}",
            {"penwidth": f"{float(edge_width(w)):.4f}", "color": edge_color(w)},
        )
        for (i, j), w in np.ndenumerate(np.asarray(weights, dtype=float))
    )


def sketch(
    edge_width: Callable[[float], float],
    edge_color: Callable[[float], str],
    w1: Any,
    w2: Any,
    step: int,
    loss: float,
    learning_rate: float,
) -> Graph:
    """Return the picture of a network, with these two functions for widths and colours."""
    drawn = edges("i", "h", w1, edge_width, edge_color)
    drawn += edges("h", "o", w2, edge_width, edge_color)
    texts = (f"step {step}", f"loss {loss:.4g}", f"learning rate {learning_rate:g}")
    boxes = (GraphNode(n, {"label": t}) for n, t in zip(BOXES, texts, strict=True))
    neurons = nodes(name for edge in drawn for name in (edge.tail, edge.head))
    return Graph(True, {"rankdir": "LR"}, (*neurons, *boxes), drawn)
