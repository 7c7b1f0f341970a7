import numpy as np
from pygraphviz import AGraph

def edge_width(weight): return float(3 * (1 - np.exp(-abs(weight))))

def edge_color(weight): return ["red", "black"][int(weight >= 0)]

def show_net(w1, w2, step, loss, learning_rate):
    g = AGraph(directed=True, rankdir="LR")
    for l, r, w in ("i", "h", w1), ("h", "o", w2):
        for (a, b), v in np.ndenumerate(w):
            g.add_edge(f"{l}{a}", f"{r}{b}", penwidth=edge_width(v), color=edge_color(v))
    for k, v in dict(step=step, loss=loss, rate=learning_rate).items():
        g.add_node(k, label=f"{k} {v:.6g}", shape="box")
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
