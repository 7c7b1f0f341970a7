"""Exercise 5: a picture of the network, with its weights as lines.

Write the three functions below; `plot_net.md` in this folder explains them. `snapshots` is given:
run this file to train a small network with your `learn_random_data.py`, and to see what it looks
like before, during and after. The pictures are made by pygraphviz, which draws graphs: dots (nodes)
and lines between them (edges).
"""
# ruff: noqa: F821, T201, PLC0415

import numpy as np


def edge_width(weight: float) -> float:
    """Return how wide the edge of a weight is drawn.

    Parameters
    ----------
    weight : float
        Any weight, of either sign, however large.

    Returns
    -------
    float
        In points: 0 at 0, the same for `weight` and ``-weight``, growing with ``|weight|``, and
        never above a bound of your choice, so that a huge weight does not cover the picture.
    """
    ### BEGIN SOLUTION
    return float(6 * np.tanh(abs(weight) / 2))
    ### END SOLUTION


def edge_color(weight: float) -> str:
    """Return the colour of the edge of a weight.

    Parameters
    ----------
    weight : float
        Any weight.

    Returns
    -------
    str
        One colour for weights of 0 and above, another one below; by its name, such as ``"red"``,
        or as ``"#rrggbb"``.
    """
    ### BEGIN SOLUTION
    return "#1f6fb4" if weight >= 0 else "#d1495b"
    ### END SOLUTION


def show_net(
    w1: np.ndarray, w2: np.ndarray, step: int, loss: float, learning_rate: float
) -> "pygraphviz.AGraph":
    """Return the picture of a network at one moment of its training.

    Parameters
    ----------
    w1 : ndarray of shape (d_in, d_hidden)
        Weights between the input layer and the hidden layer.
    w2 : ndarray of shape (d_hidden, d_out)
        Weights between the hidden layer and the output layer.
    step : int
        How many updates have been made.
    loss : float
        The squared error with these weights.
    learning_rate : float
        α.

    Returns
    -------
    pygraphviz.AGraph
        Drawn from left to right (``rankdir`` is ``"LR"``), with the nodes ``i0``, ``i1``, … for the
        inputs, ``h0``, … for the hidden neurons and ``o0``, … for the outputs. For each weight
        there is one edge, from left to right, with `edge_width` of the weight as its ``penwidth``
        and `edge_color` as its ``color``. Boxes with labels say the step, the loss and the
        learning rate.

    References
    ----------
    Lecture, "Initial network", "After 25000 steps", "After 45000 steps".
    """
    ### BEGIN SOLUTION
    ### STUB # Import pygraphviz, and begin with an empty graph of its class AGraph.
    from pygraphviz import AGraph
    ### END SOLUTION

    ### BEGIN SOLUTION
    graph = AGraph(directed=True, rankdir="LR", ranksep="1.5")
    graph.node_attr["shape"] = "circle"
    for left, right, weights in (("i", "h", np.asarray(w1)), ("h", "o", np.asarray(w2))):
        for (i, j), weight in np.ndenumerate(weights):
            look = {"penwidth": f"{edge_width(weight):.3f}", "color": edge_color(weight)}
            graph.add_edge(f"{left}{i}", f"{right}{j}", **look)
    graph.add_node("box_step", label=f"step: {step}", shape="box")
    graph.add_node("box_loss", label=f"loss: {loss:.4g}", shape="box")
    graph.add_node("box_rate", label=f"learning rate: {learning_rate:g}", shape="box")
    return graph
    ### END SOLUTION


def snapshots(
    x: np.ndarray,
    y: np.ndarray,
    w1: np.ndarray,
    w2: np.ndarray,
    learning_rate: float,
    looks: tuple[int, ...] = (0, 25_000, 45_000),
) -> list["pygraphviz.AGraph"]:
    """Train, and call `show_net` before, during and after it (given: nothing to write here).

    Parameters
    ----------
    x : ndarray of shape (n, d_in)
        Inputs.
    y : ndarray of shape (n, d_out)
        Outputs to be learned.
    w1, w2 : ndarray of shape (d_in, d_hidden) and (d_hidden, d_out)
        Weights to start from.
    learning_rate : float
        α.
    looks : tuple of int
        After how many steps a picture is made, in increasing order.

    Returns
    -------
    list of pygraphviz.AGraph
        One picture for each look.
    """
    from learn_random_data import train  # your exercise 2

    pictures = []
    done = 0
    for look in looks:
        w1, w2, losses = train(x, y, w1, w2, learning_rate, look - done)
        pictures.append(show_net(w1, w2, look, losses[-1], learning_rate))
        done = look
    return pictures


if __name__ == "__main__":
    from learn_random_data import create_data, init_weights

    rng = np.random.default_rng(7)
    x, y = create_data(8, 3, 2, rng)  # a small network: a large one is a ball of wool
    w1, w2 = init_weights(3, 4, 2, rng)
    for step, picture in zip((0, 25_000, 45_000), snapshots(x, y, w1, w2, 2e-4), strict=True):
        picture.draw(f"network_{step}.svg", prog="dot")
        print(f"network_{step}.svg")
