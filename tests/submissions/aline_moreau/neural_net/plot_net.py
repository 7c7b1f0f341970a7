"""Exercice 5 : observer le réseau."""

import numpy as np


def edge_width(weight):
    return 4 * np.tanh(np.abs(weight))      # borné par 4


def edge_color(weight):
    return "forestgreen" if weight >= 0 else "firebrick"


def show_net(w1, w2, step, loss, learning_rate):
    import pygraphviz

    g = pygraphviz.AGraph(directed=False, rankdir="LR", splines="line")
    g.node_attr["shape"] = "circle"
    couches = [("i", "h", w1), ("h", "o", w2)]
    for gauche, droite, poids in couches:
        for a, ligne in enumerate(poids):
            for b, p in enumerate(ligne):
                g.add_edge(f"{gauche}{a}", f"{droite}{b}", penwidth=round(edge_width(p), 3), color=edge_color(p))
    g.add_node("pas", label=f"pas {step}", shape="box")
    g.add_node("erreur", label=f"erreur {loss:.3e}", shape="box")
    g.add_node("alpha", label=f"α = {learning_rate:g}", shape="box")
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
