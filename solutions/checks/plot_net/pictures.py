"""Pictures for the report: the student's, from checked data, and what it should have been."""

import math
import re
from typing import Any

import numpy as np

from grader.checks import Case, Link, Network, Picture
from grader.checks.graph_colours import rgb

from .drawing import Drawing, names_of, places_of, visible
from .labels import box_texts

MOST_LINKS = 800
MOST_BOXES = 8
MOST_CHARACTERS = 60
LINE_END = re.compile(r"\\[nlr]|\n")
GRAPHVIZ_WIDTH, GRAPHVIZ_COLOUR = 1.0, "#000000"


def width_of(attributes: dict[str, str]) -> float:
    """Return the width of an edge as Graphviz draws it, nan where it is no number."""
    try:
        return float(attributes.get("penwidth", GRAPHVIZ_WIDTH))
    except ValueError:
        return math.nan


def student_picture(drawing: Drawing, title: str = "yours") -> Picture:
    """Return what was handed in: neurons, visible edges between them, and boxes."""
    layers: list[list[tuple[int, str]]] = [[] for _ in drawing.sizes]
    for name, (layer, place) in drawing.neurons.items():
        layers[layer].append((place, name))
    return Picture(
        title=title,
        layers=tuple(tuple(name for _, name in sorted(layer)) for layer in layers),
        links=tuple(
            Link(
                tail=edge.tail,
                head=edge.head,
                width=width if math.isfinite(width := width_of(edge.attributes)) else None,
                color=rgb(edge.attributes.get("color", GRAPHVIZ_COLOUR)) or "",
            )
            for edge in drawing.graph.edges[:MOST_LINKS]
            if visible(edge) and edge.tail in drawing.neurons and edge.head in drawing.neurons
        ),
        boxes=tuple(
            line[:MOST_CHARACTERS]
            for text in box_texts(drawing)
            for line in LINE_END.split(text)
            if line.strip()
        )[:MOST_BOXES],
    )


def expected_picture(
    reference: Any, w1: np.ndarray, w2: np.ndarray, step: int, loss: float, learning_rate: float
) -> Picture:
    """Return what the reference draws, without drawing it."""
    layers = names_of((*w1.shape, w2.shape[1]))
    return Picture(
        title="the reference's",
        layers=tuple(map(tuple, layers)),
        links=tuple(
            Link(
                tail=layers[matrix][i],
                head=layers[matrix + 1][j],
                width=float(reference.edge_width(weight)),
                color=reference.edge_color(weight),
            )
            for (matrix, i, j), weight in places_of(w1, w2)
        ),
        boxes=(f"step: {step}", f"loss: {loss:.4g}", f"learning rate: {learning_rate:g}"),
    )


def show_beside(case: Case, drawing: Drawing, arguments: tuple[Any, ...]) -> None:
    """Put the student's picture and the reference's beside each other into the report."""
    count = sum(map(len, drawing.links.values()))
    weights = drawing.sizes[0] * drawing.sizes[1] + drawing.sizes[1] * drawing.sizes[2]
    case.show(
        Network(
            title="The same network, drawn by both",
            pictures=(student_picture(drawing), expected_picture(case.reference, *arguments)),
            summary=f"Your picture has {len(drawing.neurons)} neurons and {count} lines for "
            f"weights; the network has {sum(drawing.sizes)} and {weights}. Widths and colours are "
            "a matter of taste, and need not be those of the reference.",
        )
    )
