"""A graph that was handed in, read as a network: which node is which neuron, which edge a weight.

Neurons that have other names than the statement's are found all the same where there is only one
way to read them, so that a wrong name costs the check of the names and nothing else.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks import Failed, Graph, GraphEdge
from grader.checks.numbers import short

LETTERS = "iho"
Neuron = tuple[int, int]  # layer, and place in it
Place = tuple[int, int, int]  # matrix, line, column

_NUMBERED = re.compile(r"(\D{0,40})(\d{1,4})")


@dataclass(frozen=True)
class Drawing:
    """What a submission's graph shows."""

    graph: Graph
    sizes: tuple[int, ...]  # how many neurons each layer has to have
    neurons: dict[str, Neuron]  # layer and place of each node that is one, by its name
    as_asked: bool  # whether the neurons have the names that the statement asks for
    links: dict[Place, list[GraphEdge]]  # visible ones for each weight: one where all is well
    stray: tuple[GraphEdge, ...]  # visible ones between two neurons that stand for no weight

    def forward(self, edge: GraphEdge) -> bool:
        """Say whether an edge was added from the left layer to the right one."""
        return self.neurons[edge.tail][0] < self.neurons[edge.head][0]


def names_of(sizes: Sequence[int]) -> list[list[str]]:
    """Return the names that the neurons have to have, layer by layer."""
    return [[f"{LETTERS[k]}{n}" for n in range(size)] for k, size in enumerate(sizes)]


def places_of(w1: np.ndarray, w2: np.ndarray) -> Iterator[tuple[Place, float]]:
    """Yield the place of each weight, and the weight."""
    for matrix, weights in enumerate((w1, w2)):
        for i, line in enumerate(weights.tolist()):
            for j, weight in enumerate(line):
                yield (matrix, i, j), weight


def visible(edge: GraphEdge) -> bool:
    """Say whether an edge is drawn: invisible ones only keep nodes in their places."""
    return "invis" not in edge.attributes.get("style", "").lower()


def read_drawing(value: Any, w1: np.ndarray, w2: np.ndarray) -> Drawing:
    """Read what `show_net` returned for these weights, or raise `Failed`."""
    if value is None:
        raise Failed(
            "`show_net` returned None.",
            hint="Return the graph itself: `return graph`. Drawing it into a file is left to "
            "`snapshots`.",
        )
    if not isinstance(value, Graph):
        kind = getattr(value, "type_name", None) or short(value)
        raise Failed(
            f"`show_net` has to return a pygraphviz.AGraph, not {kind}.",
            hint="Make one by `pygraphviz.AGraph(...)`, and return it.",
        )
    sizes = (*w1.shape, w2.shape[1])
    neurons, as_asked = _neurons(value, sizes)
    links: dict[Place, list[GraphEdge]] = defaultdict(list)
    stray = []
    for edge in filter(visible, value.edges):
        if edge.tail not in neurons or edge.head not in neurons:
            continue
        (left, i), (right, j) = sorted((neurons[edge.tail], neurons[edge.head]))
        if right == left + 1 and i < sizes[left] and j < sizes[right]:
            links[left, i, j].append(edge)
        else:
            stray.append(edge)
    return Drawing(value, sizes, neurons, as_asked, dict(links), tuple(stray))


def _neurons(graph: Graph, sizes: tuple[int, ...]) -> tuple[dict[str, Neuron], bool]:
    """Return which nodes are neurons, and whether they are all named as asked."""
    names = [node.name for node in graph.nodes]
    asked = {
        name: (LETTERS.index(found[1]), int(found[2]))
        for name in names
        if (found := _NUMBERED.fullmatch(name)) and found[1] and found[1] in LETTERS
        if f"{found[1]}{int(found[2])}" == name
    }
    if all(name in asked for layer in names_of(sizes) for name in layer):
        return asked, True
    return _otherwise_named(graph, sizes) or asked, False


def _otherwise_named(graph: Graph, sizes: tuple[int, ...]) -> dict[str, Neuron]:
    """Return the neurons where each layer has a prefix of its own and consecutive numbers.

    Or where all of them are numbered through, layer after layer. Empty where neither holds.
    """
    ends = {name for edge in graph.edges for name in (edge.tail, edge.head)}
    groups: dict[str, dict[int, str]] = defaultdict(dict)
    for node in graph.nodes:
        found = _NUMBERED.fullmatch(node.name)
        if found and node.name in ends:
            groups[found[1]][int(found[2])] = node.name
    asked = {
        LETTERS.index(name): len(group) for name, group in groups.items() if name in [*LETTERS]
    }
    if len(asked) == len(groups) and any(sizes[k] != count for k, count in asked.items()):
        return {}  # the names are right, and the layers have the wrong sizes
    rows = [
        [group[number] for number in sorted(group)]
        for group in groups.values()
        if min(group) in (0, 1) and max(group) - min(group) == len(group) - 1
    ]
    if len(rows) == 1 and len(rows[0]) == sum(sizes):
        starts = [sum(sizes[:k]) for k in range(len(sizes))]
        rows = [rows[0][start : start + size] for start, size in zip(starts, sizes, strict=True)]
    by_size = {len(row): row for row in rows}
    if len(by_size) != len(rows) or not set(sizes) <= set(by_size):
        return {}
    return {
        name: (layer, place)
        for layer, size in enumerate(sizes)
        for place, name in enumerate(by_size[size])
    }
