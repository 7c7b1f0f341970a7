"""Known mistakes in `show_net`, as the graphs that they give.

`edge_width` and `edge_color` are those of the same file. The graphs are plain data: no library is
needed to make them.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checks import Graph, GraphEdge, Wrong, misconceptions
from grader.wire import GraphNode

Width = Callable[[float], float]
Colour = Callable[[float], str]


INITIAL = "Initial network"
BOXES = ("box_step", "box_loss", "box_rate")
STEPS = "After 25000 steps; after 45000 steps"
SMALL = 0.5
WORDS = {"i": "input", "h": "hidden", "o": "output"}


_DRAWN: list[Any] = []


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


def _picture(change: Callable[[Graph, dict[str, Any]], Graph]) -> Callable[..., Graph]:
    """Return a `show_net` that does something to the right picture."""

    def show_net(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
        net |= {"edge_width": edge_width, "edge_color": edge_color}
        return change(sketch(**net), net)

    return show_net


def _sketch_of(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[..., Graph]:
    """Return a `show_net` that draws another network, or with other functions."""
    return _picture(lambda _, net: sketch(**change(net)))


def _weights(net: dict[str, Any]) -> np.ndarray:
    return np.concatenate([np.ravel(net["w1"]), np.ravel(net["w2"])])


def _turned(net: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: np.transpose(net[name]) for name in names}


def _as_of(net: dict[str, Any], weight: float) -> dict[str, Any]:
    """Return the functions for which every edge looks like that of one weight."""
    names = ("edge_width", "edge_color")
    return {name: lambda _, look=net[name]: look(weight) for name in names}


def _kept(whole: Graph, which: np.ndarray) -> Graph:
    kept = (edge for edge, keep in zip(whole.edges, which, strict=True) if keep)
    return replace(whole, edges=tuple(kept))


def _joined(whole: Graph, *extra: GraphEdge) -> Graph:
    return replace(whole, edges=(*whole.edges, *extra))


def _from_inputs_to_outputs(
    w1: Any, w2: Any, edge_width: Width, edge_color: Colour, **_: Any
) -> tuple[GraphEdge, ...]:
    return edges("i", "o", np.ones((len(w1), np.shape(w2)[1])), edge_width, edge_color)


def _without_outputs(whole: Graph) -> Graph:
    return replace(
        whole,
        nodes=tuple(node for node in whole.nodes if not node.name.startswith("o")),
        edges=tuple(edge for edge in whole.edges if not edge.head.startswith("o")),
    )


def _backwards(whole: Graph) -> Graph:
    return replace(whole, edges=tuple(GraphEdge(e.head, e.tail, e.attributes) for e in whole.edges))


def _renamed(whole: Graph, rename: Callable[[str], str]) -> Graph:
    names = {n.name: n.name if n.name in BOXES else rename(n.name) for n in whole.nodes}
    return replace(
        whole,
        nodes=tuple(replace(node, name=names[node.name]) for node in whole.nodes),
        edges=tuple(GraphEdge(names[e.tail], names[e.head], e.attributes) for e in whole.edges),
    )


def _changed(change: Callable[[dict[str, str]], dict[str, str]]) -> Callable[..., Graph]:
    """Return a `show_net` that gives edges other attributes."""

    def changed(whole: Graph, _: Any) -> Graph:
        looks = (replace(edge, attributes=change(edge.attributes)) for edge in whole.edges)
        return replace(whole, edges=tuple(looks))

    return _picture(changed)


def _drawn_over(whole: Graph, _: Any) -> Graph:
    _DRAWN.extend(nodes([f"picture {len(_DRAWN)}"]))
    return replace(whole, nodes=(*whole.nodes, *_DRAWN))


def _said(*texts: str, zero: bool = True) -> Callable[..., Graph]:
    """Return a `show_net` with other texts in its boxes; without `zero`, none for step 0."""

    def said(whole: Graph, net: dict[str, Any]) -> Graph:
        labels = dict(zip(BOXES, (text.format(**net) for text in texts), strict=True))
        left = (n for n in whole.nodes if zero or net["step"] or n.name != BOXES[0])
        told = (
            replace(node, attributes={"label": labels[node.name]}) if node.name in labels else node
            for node in left
        )
        return replace(whole, nodes=tuple(told))

    return _picture(said)


OF_SHOW_NET = misconceptions(
    "show_net",
    INITIAL,
    counted_from_one=Wrong(
        _picture(lambda whole, _: _renamed(whole, lambda name: f"{name[0]}{int(name[1:]) + 1}")),
        "The neurons are counted from 1: here they are counted from 0, as numpy counts, so that "
        "`i0` is the neuron of the row `w1[0]`.",
    ),
    inputs_joined_to_outputs=Wrong(
        _picture(lambda whole, net: _joined(whole, *_from_inputs_to_outputs(**net))),
        "Edges lead from the inputs straight to the outputs: there are no such weights, "
        "everything goes through the hidden layer.",
    ),
    lines_and_columns_exchanged=Wrong(
        _sketch_of(lambda net: net | _turned(net, "w1", "w2")),
        "The layers have each other's sizes: `w1` has a row for each input and a column for each "
        "hidden neuron, so that `w1.shape` is (d_in, d_hidden).",
        "A_ij means the element at line i and column j",
    ),
    negative_weights_left_out=Wrong(
        _picture(lambda whole, net: _kept(whole, _weights(net) >= 0)),
        "Negative weights have no edge: each weight has one, and the colour shows its sign.",
    ),
    neurons_of_a_layer_joined=Wrong(
        _picture(lambda whole, _: _joined(whole, GraphEdge("h0", "h1", {}))),
        "Neurons of the same layer are joined: there is no weight between them. Where such edges "
        'only keep the neurons in order, make them invisible by `style="invis"`.',
    ),
    other_names=Wrong(
        _picture(lambda whole, _: _renamed(whole, lambda name: f"{WORDS[name[0]]}_{name[1:]}")),
        "The neurons have names of your own: they are called `i0`, `i1`, …, `h0`, … and `o0`, … "
        "What is written in a circle is its `label`, and may be anything.",
    ),
    output_layer_missing=Wrong(
        _picture(lambda whole, _: _without_outputs(whole)),
        "The picture ends with the hidden layer: the weights in `w2` lead on to the outputs.",
        "In our examples we will use a network with three layers",
    ),
    small_weights_left_out=Wrong(
        _picture(lambda whole, net: _kept(whole, np.abs(_weights(net)) > SMALL)),
        "Small weights have no edge: each weight has one, and the width shows that it is small.",
    ),
    w1_drawn_transposed=Wrong(
        _sketch_of(lambda net: net | _turned(net, "w1")),
        "The two loops over `w1` are exchanged: its rows are the inputs and its columns the "
        "hidden neurons, so that `w1[2, 4]` belongs to the edge from `i2` to `h4`.",
        "A_ij means the element at line i and column j",
    ),
    w2_drawn_transposed=Wrong(
        _sketch_of(lambda net: net | _turned(net, "w2")),
        "The two loops over `w2` are exchanged: its rows are the hidden neurons and its columns "
        "the outputs, so that `w2[4, 1]` belongs to the edge from `h4` to `o1`.",
        "A_ij means the element at line i and column j",
    ),
    colour_in_another_attribute=Wrong(
        _changed(lambda edge: {"penwidth": edge["penwidth"], "fillcolor": edge["color"]}),
        "The colour is in another attribute, which Graphviz does not use for lines: it has to be "
        "`color`, spelled in the American way.",
    ),
    colour_not_set=Wrong(
        _changed(lambda edge: {"penwidth": edge["penwidth"]}),
        "No edge has a `color`, and Graphviz draws all of them black.",
    ),
    colours_turned_round=Wrong(
        _sketch_of(lambda net: net | {"edge_color": lambda w: net["edge_color"](-w)}),
        "Every edge has the colour of the other sign: take `edge_color` of the weight as it is.",
    ),
    every_edge_like_the_last=Wrong(
        _sketch_of(lambda net: net | _as_of(net, float(_weights(net)[-1]))),
        "All edges look the same, as where `graph.edge_attr` is set once for all of them. Give "
        "each edge its own `penwidth=` and `color=` in `add_edge`.",
    ),
    width_is_the_weight_itself=Wrong(
        _sketch_of(lambda net: net | {"edge_width": float}),
        "The `penwidth` is the weight itself: call `edge_width` with it.",
    ),
    width_not_set=Wrong(
        _changed(lambda edge: {"color": edge["color"], "width": edge["penwidth"]}),
        "No edge has a `penwidth`, and Graphviz draws all of them 1 point wide: that is the name "
        "of the attribute (neither `width` nor `weight` is).",
    ),
    width_unreadable=Wrong(
        _changed(lambda edge: edge | {"penwidth": f"{edge['penwidth']}pt"}),
        "A `penwidth` is not a plain number, such as 2.5: units, commas and brackets do not belong "
        "in it.",
    ),
    drawn_downwards=Wrong(
        _picture(lambda whole, _: replace(whole, attributes={})),
        "The layers come one below the other, which is how Graphviz draws by itself: set "
        '`rankdir` to "LR", as an attribute of the graph and not of its nodes or edges.',
    ),
    edges_point_backwards=Wrong(
        _picture(lambda whole, _: _backwards(whole)),
        "Edges go from the later layer to the earlier one, and Graphviz puts their beginnings on "
        "the left: add an edge as (input, hidden) and as (hidden, output).",
    ),
    drawn_over_the_last_picture=Wrong(
        _picture(_drawn_over),
        "A picture still shows what was drawn before it: make a new graph inside `show_net`, at "
        "each call, and not once at the top of the file or as a default argument.",
        STEPS,
    ),
    learning_rate_rounded_away=Wrong(
        _said("step {step}", "loss {loss:.2f}", "learning rate {learning_rate:.2f}"),
        "The learning rate is written with two decimals, and a small one becomes 0.00: `:g` keeps "
        "the digits that count.",
    ),
    numbers_under_the_wrong_words=Wrong(
        _said("step {loss:.3f}", "loss {step}", "learning rate {learning_rate}"),
        "The numbers stand in the boxes of each other: compare the order of the arguments, (step, "
        "loss, learning_rate), with the words.",
    ),
    step_zero_left_out=Wrong(
        _said("step {step}", "loss {loss}", "learning rate {learning_rate}", zero=False),
        "At step 0 the box is missing: 0 counts as False, so that `if step:` leaves the first "
        "picture out.",
    ),
    text_without_its_f=Wrong(
        _said("step {{step}}", "loss {loss}", "learning rate {learning_rate}"),
        "A box shows the name of a variable in braces: the text needs an f before its quotes, as "
        'in f"step {step}".',
    ),
)
