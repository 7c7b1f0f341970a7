"""Exercice 5 : observer le réseau."""

import numpy as np

import pygraphviz


def edge_width(weight):
    return 4 * np.tanh(np.abs(weight))


def edge_color(weight):
    return "green" if weight >= 0 else "red"


def show_net(w1, w2, step, loss, learning_rate):
    g = pygraphviz.AGraph(directed=True, rankdir="LR")
    for i in range(w1.shape[0]):
        for j in range(w1.shape[1]):
            g.add_edge(f"i{i}", f"h{j}", penwidth=edge_width(w1[i, j]), color=edge_color(w1[i, j]))
    g.add_node("pas", label=f"pas : {step}", shape="box")
    g.add_node("perte", label=f"perte : {loss:.4g}", shape="box")
    g.add_node("taux", label=f"taux d'apprentissage : {learning_rate}", shape="box")
    return g


def snapshots(x, y, w1, w2, learning_rate, looks=(0, 25_000, 45_000)):
    from learn_random_data import train

    pictures = []
    done = 0
    for look in looks:
        w1, w2, losses = train(x, y, w1, w2, learning_rate, look - done)
        pictures.append(show_net(w1, w2, look, losses[-1], learning_rate))
        done = look
    return pictures
