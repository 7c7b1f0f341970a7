"""Exercise 5."""
import numpy as np
from pygraphviz import AGraph

PALETTE = {True: "navy", False: "crimson"}


def edge_width(weight):
    return float(np.clip(2 * abs(weight), 0, 8))


def edge_color(weight):
    return PALETTE[bool(weight >= 0)]


def box(graph, name, value):
    graph.add_node(name, label=f"{name}: {value:g}", shape="box")


def show_net(w1, w2, step, loss, learning_rate):
    graph = AGraph(directed=True, rankdir="LR")
    for (start, end), weights in {"ih": w1, "ho": w2}.items():
        for (a, b), weight in np.ndenumerate(weights):
            graph.add_edge(f"{start}{a}", f"{end}{b}", penwidth=f"{edge_width(weight):.2f}", color=edge_color(weight))
    box(graph, "step", step)
    box(graph, "squared error", loss)
    box(graph, "alpha", learning_rate)
    return graph


def snapshots(x, y, w1, w2, learning_rate, looks=(0, 25_000, 45_000)):
    from learn_random_data import train

    pictures = []
    done = 0
    for look in looks:
        w1, w2, losses = train(x, y, w1, w2, learning_rate, look - done)
        pictures.append(show_net(w1, w2, look, losses[-1], learning_rate))
        done = look
    return pictures
