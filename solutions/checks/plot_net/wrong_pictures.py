"""Known mistakes in `show_net`, as the graphs that they give.

`edge_width` and `edge_color` are those of the same file. The graphs are plain data: no library is
needed to make them.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checks import Graph, GraphEdge, misconception

from .sketch import BOXES, edges, nodes, sketch

Width = Callable[[float], float]
Colour = Callable[[float], str]


INITIAL = "Initial network"
STEPS = "After 25000 steps; after 45000 steps"
SMALL = 0.5


# ---------------------------------------------------------------------------- nodes and edges


@misconception(of="show_net", lecture=INITIAL)
def counted_from_one(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """The neurons are counted from 1: here they are counted from 0, as numpy counts, so that `i0`
    is the neuron of the line `w1[0]`.
    """
    whole = sketch(edge_width, edge_color, **net)
    return _renamed(whole, lambda name: f"{name[0]}{int(name[1:]) + 1}")


@misconception(of="show_net", lecture=INITIAL)
def inputs_joined_to_outputs(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """Edges lead from the inputs straight to the outputs: there are no such weights, everything
    goes through the hidden layer.
    """
    whole = sketch(edge_width, edge_color, **net)
    extra = edges(
        "i", "o", np.ones((len(net["w1"]), np.shape(net["w2"])[1])), edge_width, edge_color
    )
    return replace(whole, edges=(*whole.edges, *extra))


@misconception(of="show_net", lecture="A_ij means the element at line i and column j")
def lines_and_columns_exchanged(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """The layers have each other's sizes: `w1` has a line for each input and a column for each
    hidden neuron, so that `w1.shape` is (d_in, d_hidden).
    """
    turned = {name: np.transpose(net[name]) for name in ("w1", "w2")}
    return sketch(edge_width, edge_color, **(net | turned))


@misconception(of="show_net", lecture=INITIAL)
def negative_weights_left_out(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """Negative weights have no edge: each weight has one, and the colour shows its sign."""
    whole = sketch(edge_width, edge_color, **net)
    weights = _weights(net)
    kept = [e for e, w in zip(whole.edges, weights, strict=True) if w >= 0]
    return replace(whole, edges=tuple(kept))


@misconception(of="show_net", lecture=INITIAL)
def neurons_of_a_layer_joined(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """Neurons of the same layer are joined: there is no weight between them. Where such edges only
    keep the neurons in order, make them invisible by `style="invis"`.
    """
    whole = sketch(edge_width, edge_color, **net)
    return replace(whole, edges=(*whole.edges, GraphEdge("h0", "h1", {})))


@misconception(of="show_net", lecture=INITIAL)
def other_names(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """The neurons have names of your own: they are called `i0`, `i1`, …, `h0`, … and `o0`, … What
    is written in a circle is its `label`, and may be anything.
    """
    whole = sketch(edge_width, edge_color, **net)
    words = {"i": "input", "h": "hidden", "o": "output"}
    return _renamed(whole, lambda name: f"{words[name[0]]}_{name[1:]}")


@misconception(of="show_net", lecture="In our examples we will use a network with three layers")
def output_layer_missing(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """The picture ends with the hidden layer: the weights in `w2` lead on to the outputs."""
    whole = sketch(edge_width, edge_color, **net)
    return replace(
        whole,
        nodes=tuple(node for node in whole.nodes if not node.name.startswith("o")),
        edges=tuple(edge for edge in whole.edges if not edge.head.startswith("o")),
    )


@misconception(of="show_net", lecture=INITIAL)
def small_weights_left_out(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """Small weights have no edge: each weight has one, and the width shows that it is small."""
    whole = sketch(edge_width, edge_color, **net)
    weights = np.abs(_weights(net))
    kept = [e for e, w in zip(whole.edges, weights, strict=True) if w > SMALL]
    return replace(whole, edges=tuple(kept))


@misconception(of="show_net", lecture="A_ij means the element at line i and column j")
def w1_drawn_transposed(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """The two loops over `w1` are exchanged: its rows are the inputs and its columns the hidden
    neurons, so that `w1[2, 4]` belongs to the edge from `i2` to `h4`.
    """
    return sketch(edge_width, edge_color, **(net | {"w1": np.transpose(net["w1"])}))


@misconception(of="show_net", lecture="A_ij means the element at line i and column j")
def w2_drawn_transposed(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """The two loops over `w2` are exchanged: its rows are the hidden neurons and its columns the
    outputs, so that `w2[4, 1]` belongs to the edge from `h4` to `o1`.
    """
    return sketch(edge_width, edge_color, **(net | {"w2": np.transpose(net["w2"])}))


# ---------------------------------------------------------------------------- widths and colours


@misconception(of="show_net", lecture=INITIAL)
def colour_in_another_attribute(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """The colour is in another attribute, which Graphviz does not use for lines: it has to be
    `color`, spelled in the American way.
    """
    whole = sketch(edge_width, edge_color, **net)
    return _changed(whole, lambda edge: {"penwidth": edge["penwidth"], "fillcolor": edge["color"]})


@misconception(of="show_net", lecture=INITIAL)
def colour_not_set(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """No edge has a `color`, and Graphviz draws all of them black."""
    whole = sketch(edge_width, edge_color, **net)
    return _changed(whole, lambda edge: {"penwidth": edge["penwidth"]})


@misconception(of="show_net", lecture=INITIAL)
def colours_turned_round(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """Every edge has the colour of the other sign: take `edge_color` of the weight as it is."""
    return sketch(edge_width, lambda weight: edge_color(-weight), **net)


@misconception(of="show_net", lecture=INITIAL)
def every_edge_like_the_last(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """All edges look the same, as where `graph.edge_attr` is set once for all of them. Give each
    edge its own `penwidth=` and `color=` in `add_edge`.
    """
    last = float(_weights(net)[-1])
    return sketch(lambda _: edge_width(last), lambda _: edge_color(last), **net)


@misconception(of="show_net", lecture=INITIAL)
def width_is_the_weight_itself(edge_color: Colour, **net: Any) -> Graph:
    """The `penwidth` is the weight itself: call `edge_width` with it."""
    return sketch(float, edge_color, **net)


@misconception(of="show_net", lecture=INITIAL)
def width_not_set(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """No edge has a `penwidth`, and Graphviz draws all of them 1 point wide: that is the name of
    the attribute (neither `width` nor `weight` is).
    """
    whole = sketch(edge_width, edge_color, **net)
    return _changed(whole, lambda edge: {"color": edge["color"], "width": edge["penwidth"]})


@misconception(of="show_net", lecture=INITIAL)
def width_unreadable(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """A `penwidth` is no plain number, such as 2.5: units, commas and brackets do not belong in
    it.
    """
    whole = sketch(edge_width, edge_color, **net)
    return _changed(whole, lambda edge: edge | {"penwidth": f"{edge['penwidth']}pt"})


# ---------------------------------------------------------------------------- direction


@misconception(of="show_net", lecture=INITIAL)
def drawn_downwards(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """The layers come one below the other, which is how Graphviz draws by itself: set `rankdir` to
    "LR", as an attribute of the graph and not of its nodes or edges.
    """
    return replace(sketch(edge_width, edge_color, **net), attributes={})


@misconception(of="show_net", lecture=INITIAL)
def edges_point_backwards(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """Edges go from the later layer to the earlier one, and Graphviz puts their beginnings on the
    left: add an edge as (input, hidden) and as (hidden, output).
    """
    whole = sketch(edge_width, edge_color, **net)
    return replace(whole, edges=tuple(GraphEdge(e.head, e.tail, e.attributes) for e in whole.edges))


# ---------------------------------------------------------------------------- boxes


@misconception(of="show_net", lecture=STEPS)
def drawn_over_the_last_picture(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """A picture still shows what was drawn before it: make a new graph inside `show_net`, at each
    call, and not once at the top of the file or as a default argument.
    """
    whole = sketch(edge_width, edge_color, **net)
    _DRAWN.extend(nodes([f"picture {len(_DRAWN)}"]))
    return replace(whole, nodes=(*whole.nodes, *_DRAWN))


@misconception(of="show_net", lecture=INITIAL)
def learning_rate_rounded_away(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """The learning rate is written with two decimals, and a small one becomes 0.00: `:g` keeps the
    digits that count.
    """
    whole = sketch(edge_width, edge_color, **net)
    return _said(whole, net, "step {step}", "loss {loss:.2f}", "learning rate {learning_rate:.2f}")


@misconception(of="show_net", lecture=INITIAL)
def numbers_under_the_wrong_words(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """The numbers stand in the boxes of each other: compare the order of the arguments, (step,
    loss, learning_rate), with the words.
    """
    whole = sketch(edge_width, edge_color, **net)
    return _said(whole, net, "step {loss:.3f}", "loss {step}", "learning rate {learning_rate}")


@misconception(of="show_net", lecture=INITIAL)
def step_zero_left_out(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """At step 0 the box is missing: 0 counts as False, so that `if step:` leaves the first picture
    out.
    """
    whole = sketch(edge_width, edge_color, **net)
    step = "step {step}" if net["step"] else ""
    return _said(whole, net, step, "loss {loss}", "learning rate {learning_rate}")


@misconception(of="show_net", lecture=INITIAL)
def text_without_its_f(edge_width: Width, edge_color: Colour, **net: Any) -> Graph:
    """A box shows the name of a variable in braces: the text needs an f before its quotes, as in
    f"step {step}".
    """
    whole = sketch(edge_width, edge_color, **net)
    return _said(whole, net, "step {{step}}", "loss {loss}", "learning rate {learning_rate}")


_DRAWN: list[Any] = []


# ---------------------------------------------------------------------------- changing a graph


def _weights(net: dict[str, Any]) -> np.ndarray:
    return np.concatenate([np.ravel(net["w1"]), np.ravel(net["w2"])])


def _renamed(whole: Graph, rename: Callable[[str], str]) -> Graph:
    names = {n.name: n.name if n.name in BOXES else rename(n.name) for n in whole.nodes}
    return replace(
        whole,
        nodes=tuple(replace(node, name=names[node.name]) for node in whole.nodes),
        edges=tuple(GraphEdge(names[e.tail], names[e.head], e.attributes) for e in whole.edges),
    )


def _changed(whole: Graph, change: Callable[[dict[str, str]], dict[str, str]]) -> Graph:
    return replace(
        whole, edges=tuple(replace(e, attributes=change(e.attributes)) for e in whole.edges)
    )


def _said(whole: Graph, net: dict[str, Any], *texts: str) -> Graph:
    labels = dict(zip(BOXES, (text.format(**net) for text in texts), strict=True))
    return replace(
        whole,
        nodes=tuple(
            replace(node, attributes={"label": labels[node.name]}) if node.name in labels else node
            for node in whole.nodes
            if labels.get(node.name, node.name)
        ),
    )
