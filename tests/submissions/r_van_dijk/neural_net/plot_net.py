"""
Exercise 5: observing the network
"""
import numpy as np
import pygraphviz as pgv


def edge_width(weight):
    return min(5, abs(weight))


def edge_color(weight):
    if weight >= 0:
        return "blue"
    else:
        return "red"


def show_net(w1, w2, step, loss, learning_rate):
    graph = pgv.AGraph(directed=True, rankdir="LR")
    for i in range(w1.shape[0]):
        for j in range(w1.shape[1]):
            graph.add_edge(f"i{i}", f"h{j}", penwidth=edge_width(w1[i, j]), color=edge_color(w1[i, j]))
    for j in range(w2.shape[0]):
        for k in range(w2.shape[1]):
            graph.add_edge(f"h{j}", f"o{k}", penwidth=edge_width(w2[j, k]), color=edge_color(w2[j, k]))
    graph.add_node("step", label=f"step: {step}", shape="box")
    graph.add_node("loss", label=f"loss: {loss:.4f}", shape="box")
    graph.add_node("learning_rate", label=f"learning rate: {learning_rate}", shape="box")
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
