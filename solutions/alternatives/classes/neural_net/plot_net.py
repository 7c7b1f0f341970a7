"""Exercise 5: a picture of the network."""
from __future__ import annotations

import itertools

import numpy as np
import pygraphviz as pgv

POSITIVE, NEGATIVE = "#2a9d8f", "#e76f51"


def edge_width(weight):
    weight = abs(float(weight))
    return 6 * weight / (1 + weight)


def edge_color(weight):
    return NEGATIVE if weight < 0 else POSITIVE


def add_layer(graph, left, right, weights):
    weights = np.asarray(weights)
    for a, b in itertools.product(*map(range, weights.shape)):
        weight = weights[a, b]
        graph.add_edge(f"{left}{a}", f"{right}{b}", penwidth=edge_width(weight), color=edge_color(weight))


def show_net(w1, w2, step, loss, learning_rate):
    graph = pgv.AGraph(strict=True, directed=True, rankdir="LR", bgcolor="white")
    add_layer(graph, "i", "h", w1)
    add_layer(graph, "h", "o", w2)
    for name, label in {
        "info_step": f"step = {step:,}",
        "info_loss": f"SE = {loss:.5g}",
        "info_rate": f"learning rate = {learning_rate:.1e}",
    }.items():
        graph.add_node(name, label=label, shape="box", style="rounded")
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
