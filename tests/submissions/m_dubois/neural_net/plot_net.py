"""Exercice 5 : observer le réseau."""

import numpy as np

import pygraphviz

graph = pygraphviz.AGraph(directed=True, rankdir="LR")


def edge_width(weight):
    return min(np.abs(weight), 5)


def edge_color(weight):
    return "blue" if weight >= 0 else "red"


def show_net(w1, w2, step, loss, learning_rate):
    for i in range(w1.shape[0]):
        for j in range(w1.shape[1]):
            graph.add_edge(f"i{i}", f"h{j}", penwidth=edge_width(w1[i, j]), color=edge_color(w1[i, j]))
    for i in range(w2.shape[0]):
        for j in range(w2.shape[1]):
            graph.add_edge(f"h{i}", f"o{j}", penwidth=edge_width(w2[i, j]), color=edge_color(w2[i, j]))
    # les boîtes : pas encore
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
