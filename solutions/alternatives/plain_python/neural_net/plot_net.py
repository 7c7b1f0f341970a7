# Exercise 5

import pygraphviz


def edge_width(weight):
    if weight < 0:
        weight = -weight
    if weight > 5:
        return 5.0
    return float(weight)


def edge_color(weight):
    if weight < 0:
        return "orange"
    return "black"


def show_net(w1, w2, step, loss, learning_rate):
    graph = pygraphviz.AGraph(directed=True)
    graph.graph_attr["rankdir"] = "LR"
    for i in range(len(w1)):
        graph.add_node("i" + str(i))
    for h in range(len(w2)):
        graph.add_node("h" + str(h))
    for o in range(len(w2[0])):
        graph.add_node("o" + str(o))
    for i in range(len(w1)):
        for h in range(len(w2)):
            graph.add_edge("i" + str(i), "h" + str(h))
            edge = graph.get_edge("i" + str(i), "h" + str(h))
            edge.attr["penwidth"] = str(edge_width(w1[i][h]))
            edge.attr["color"] = edge_color(w1[i][h])
    for h in range(len(w2)):
        for o in range(len(w2[0])):
            graph.add_edge("h" + str(h), "o" + str(o))
            edge = graph.get_edge("h" + str(h), "o" + str(o))
            edge.attr["penwidth"] = str(edge_width(w2[h][o]))
            edge.attr["color"] = edge_color(w2[h][o])
    text = "step " + str(step) + ", loss " + str(float(loss)) + ", learning rate " + str(learning_rate)
    graph.add_node("text", label=text, shape="box")
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
