"""Files of exercise 5 that are handed in by its tests: right ones of all kinds, and wrong ones."""

from __future__ import annotations

from pathlib import Path

SOURCE = (Path(__file__).parents[2] / "solutions/neural_net/plot_net.py").read_text("utf-8")

WIDTHS = ["width_grows_with_the_weight", "width_is_symmetric", "width_is_bounded"]
SIGN = "colour_shows_the_sign"
NODES, LINKS = "a_node_for_each_neuron", "an_edge_for_each_weight"
DRAWN_WIDTHS = "widths_are_those_of_the_weights"
DRAWN_COLOURS = "colours_are_those_of_the_weights"
LEFT_TO_RIGHT = "drawn_from_left_to_right"
BOXES, SMALL_NUMBERS = "boxes_say_step_loss_and_rate", "boxes_say_small_numbers"
OTHER_SIZES, ANEW = "pictures_of_other_sizes", "each_picture_is_drawn_anew"
PICTURE = [NODES, LINKS, DRAWN_WIDTHS, DRAWN_COLOURS, LEFT_TO_RIGHT, BOXES, SMALL_NUMBERS]
PICTURE += [OTHER_SIZES, ANEW]

# ---------------------------------------------------------------------------- what is right

HEAD = """
import math
import numpy as np
import pygraphviz as pgv

def edge_width(weight):
    return 4 * math.tanh(abs(weight))

def edge_color(weight):
    return "navy" if weight >= 0 else "firebrick3"
"""
PLAIN = """
def show_net(w1, w2, step, loss, learning_rate):
    G = pgv.AGraph({graph})
    {before}
    for i in range(len(w1)):
        for j in range(len(w1[0])):
            G.add_edge(f"i{{i}}", f"h{{j}}", penwidth={width}, color=edge_color(w1[i][j]))
    for i in range(len(w2)):
        for j in range(len(w2[0])):
            G.add_edge(f"h{{i}}", f"o{{j}}", penwidth={width2}, color=edge_color(w2[i][j]))
    {after}
    return G
"""
BOX = (
    'G.add_node("info", shape="box", '
    'label=f"step {step}\\nloss {loss}\\nlearning rate {learning_rate}")'
)


def picture(
    graph: str = 'directed=True, rankdir="LR"',
    before: str = "pass",
    after: str = BOX,
    form: str = "{}",
) -> str:
    """Return a file whose `show_net` is put together from these pieces."""
    width = form.format("edge_width(w1[i][j])"), form.format("edge_width(w2[i][j])")
    body = PLAIN.format(graph=graph, before=before, after=after, width=width[0], width2=width[1])
    return HEAD + body


RIGHT = {
    "arrows": picture(),
    "no arrows": picture(graph='rankdir="LR"'),
    "direction set later": picture(
        graph="directed=True", after=f'{BOX}; G.graph_attr["rankdir"] = "LR"'
    ),
    "direction with update": picture(graph="", before='G.graph_attr.update(rankdir="LR")'),
    "two decimals": picture(form='f"{{{}:.2f}}"'),
    "one decimal": picture(form="round({}, 1)"),
    "text of a numpy number": picture(form="str(np.float64({}))"),
    "many edges allowed": picture(graph='strict=False, directed=True, rankdir="LR"'),
    "nodes first, in groups": picture(
        before='[G.add_node(f"{c}{k}", shape="circle", label="") for c, n in '
        '(("o", len(w2[0])), ("h", len(w1[0])), ("i", len(w1))) for k in range(n)]; '
        'G.add_subgraph(["i0"], rank="same", name="cluster_in")'
    ),
    "order kept by invisible edges": picture(
        after=f'{BOX}; G.add_edge("h0", "h1", style="invis"); G.add_edge("info", "i0", '
        'style="invis")'
    ),
    "the label of the graph": picture(
        after='G.graph_attr["label"] = f"step={step:,}  SE={loss:.2f}\\\\nlr={learning_rate:.0e}"'
    ),
    "a box each, numbers alone": picture(
        after='G.add_node(f"step {step}"); G.add_node("b", label=f"{loss:.4g}"); '
        'G.add_node("c", label=str(learning_rate))'
    ),
    "words and numbers in boxes of their own": picture(
        after='[G.add_node(f"box{k}", label=t) for k, t in enumerate(["step", step, "loss", '
        'round(loss, 2), "learning rate", learning_rate])]'
    ),
    "a table in HTML": picture(
        after='G.add_node("t", shape="none", label=f"<<b>Step</b>: {step}<br/>loss: {loss:.1f}'
        '<br/>step size: {learning_rate:.5f}>")'
    ),
    "laid out already": picture(after=f'{BOX}; G.layout(prog="dot")'),
    "drawn as well": picture(after=f'{BOX}; G.draw(prog="dot", format="svg")'),
    "defaults for one sign": HEAD
    + """
def show_net(w1, w2, step, loss, learning_rate):
    G = pgv.AGraph(rankdir="LR")
    G.edge_attr["color"] = edge_color(1)
    for left, right, w in (("i", "h", np.array(w1)), ("h", "o", np.array(w2))):
        for (i, j), weight in np.ndenumerate(w):
            G.add_edge(left + str(i), right + str(j))
            edge = G.get_edge(left + str(i), right + str(j))
            edge.attr["penwidth"] = "%.3f" % edge_width(weight)
            if weight < 0:
                edge.attr["color"] = edge_color(weight)
    """
    + BOX
    + "\n    return G\n",
    "from its own text": HEAD
    + """
def show_net(w1, w2, step, loss, learning_rate):
    lines = ["digraph { rankdir=LR; edge [color=red];"]
    for a, b, w in (("i", "h", w1), ("h", "o", w2)):
        for i, line in enumerate(w):
            for j, v in enumerate(line):
                lines.append(f'{a}{i} -> {b}{j} [penwidth={edge_width(v)}, color={edge_color(v)}]')
    lines.append(f'x [shape=record, label="step {step}|{loss:.3f}|alpha {learning_rate}"];')
    return pgv.AGraph(string="\\n".join(lines) + "}")
""",
}  # fmt: skip

RIGHT_WEIGHTS = {
    "cut off": "def edge_width(w): return min(abs(w), 3.0)",
    "whole points": "def edge_width(w): return int(min(4 * abs(w), 9))",
    "saturating": "def edge_width(w): return 10 * (1 - np.exp(-abs(w)))",
    "a fraction": "def edge_width(w): return 8 * abs(w) / (1 + abs(w))",
    "narrow": "def edge_width(w): return 0.5 * np.arctan(abs(w))",
    "one number in an array": "def edge_width(w): return np.asarray(np.tanh(abs(w)))",
    "as text": "def edge_width(w): return f'{3 * np.tanh(abs(w)):.2f}'",
    "digits": "def edge_color(w): return '#0A0' if w >= 0 else '#C00000FF'",
    "a share each": "def edge_color(w): return '0.6 1.0 0.8' if w >= 0 else '0.0,1.0,0.8'",
    "a scheme": "def edge_color(w): return '/set19/3' if w >= 0 else '/set19/1'",
    "capitals": "def edge_color(w): return 'DarkGreen' if w >= 0 else 'Red'",
    "of numpy": "def edge_color(w): return np.where(w < 0, 'gray40', 'gray80').item()",
}

# ---------------------------------------------------------------------------- what is wrong

COST = {
    "width_with_a_sign": WIDTHS[:2],
    "width_of_positive_weights_alone": ["width_is_symmetric"],
    "width_never_zero": ["width_grows_with_the_weight"],
    "width_the_same_for_all": WIDTHS,
    "width_shrinks": ["width_grows_with_the_weight"],
    "width_without_bound": ["width_is_bounded"],
    "zero_among_the_negative": [SIGN],
    "one_colour_for_all": [SIGN],
    "one_colour_by_two_names": [SIGN],
    "colours_by_size": [SIGN],
    "lines_and_columns_exchanged": [*PICTURE[:4], OTHER_SIZES],
    "w1_drawn_transposed": [*PICTURE[:2], OTHER_SIZES],
    "w2_drawn_transposed": [*PICTURE[:2], OTHER_SIZES],
    "output_layer_missing": [NODES, LINKS, OTHER_SIZES],
    "counted_from_one": [NODES],
    "other_names": [NODES],
    "inputs_joined_to_outputs": [LINKS, OTHER_SIZES],
    "neurons_of_a_layer_joined": [LINKS, OTHER_SIZES],
    "small_weights_left_out": [LINKS, OTHER_SIZES],
    "negative_weights_left_out": [LINKS, OTHER_SIZES],
    "width_not_set": [DRAWN_WIDTHS],
    "width_unreadable": [DRAWN_WIDTHS],
    "width_is_the_weight_itself": [DRAWN_WIDTHS],
    "every_edge_like_the_last": [DRAWN_WIDTHS, DRAWN_COLOURS],
    "colour_not_set": [DRAWN_COLOURS],
    "colour_in_another_attribute": [DRAWN_COLOURS],
    "colours_turned_round": [DRAWN_COLOURS],
    "drawn_downwards": [LEFT_TO_RIGHT],
    "edges_point_backwards": [LEFT_TO_RIGHT],
    "learning_rate_rounded_away": [SMALL_NUMBERS],
    "numbers_under_the_wrong_words": [BOXES, SMALL_NUMBERS],
    "text_without_its_f": [BOXES, SMALL_NUMBERS],
    "step_zero_left_out": [SMALL_NUMBERS],
    "drawn_over_the_last_picture": [ANEW],
}

SHOWN = {
    "defaults changed in the loop": (
        picture().replace(
            "    return G\n",
            "    for w in np.ravel(w2):\n"
            "        G.edge_attr.update(penwidth=edge_width(w), color=edge_color(w))\n"
            "    for e in G.edges():\n"
            "        e.attr['penwidth'] = G.edge_attr['penwidth']\n"
            "        e.attr['color'] = G.edge_attr['color']\n"
            "    return G\n",
        ),
        {"every_edge_like_the_last"},
        [DRAWN_WIDTHS, DRAWN_COLOURS],
    ),
    "one graph for all calls": (
        picture(after=BOX.replace('"info"', 'f"info{step}"')).replace(
            'G = pgv.AGraph(directed=True, rankdir="LR")\n',
            "global G\n",
        )
        + '\nG = pgv.AGraph(directed=True, rankdir="LR")\n',
        {"drawn_over_the_last_picture"},
        None,
    ),
    "one graph for all calls, and the same names": (
        picture().replace('G = pgv.AGraph(directed=True, rankdir="LR")\n', "global G\n")
        + '\nG = pgv.AGraph(directed=True, rankdir="LR")\n',
        {"drawn_over_the_last_picture"},
        [OTHER_SIZES, ANEW],
    ),
    "one graph, emptied before each": (
        picture().replace(
            'G = pgv.AGraph(directed=True, rankdir="LR")\n',
            "global G\n    G.remove_nodes_from(G.nodes())\n",
        )
        + '\nG = pgv.AGraph(directed=True, rankdir="LR")\n',
        {"drawn_over_the_last_picture"},
        [ANEW],
    ),
    "the same for all weights": (
        picture(after="pass", form="0 * {}").replace("color=edge_color", "color=str"),
        set(),
        None,
    ),
    "two of each edge": (
        picture(graph='strict=False, directed=True, rankdir="LR"').replace(
            "    return G\n", '    G.add_edge("i0", "h0")\n    return G\n'
        ),
        set(),
        [LINKS, OTHER_SIZES],
    ),
    "numbered through": (
        picture(after=f"{BOX}")
        .replace('f"i{i}", f"h{j}"', 'f"n{i}", f"n{len(w1) + j}"')
        .replace('f"h{i}", f"o{j}"', 'f"n{len(w1) + i}", f"n{len(w1) + len(w1[0]) + j}"'),
        {"other_names"},
        [NODES],
    ),
    "undirected and backwards": (
        picture(graph='rankdir="LR"')
        .replace('f"i{i}", f"h{j}"', 'f"h{j}", f"i{i}"')
        .replace('f"h{i}", f"o{j}"', 'f"o{j}", f"h{i}"'),
        {"edges_point_backwards"},
        [LEFT_TO_RIGHT],
    ),
    "no boxes": (picture(after="pass"), set(), [BOXES, SMALL_NUMBERS]),
    "not returned": (picture().replace("    return G\n", ""), set(), PICTURE),
    "its text returned": (picture().replace("return G", "return str(G)"), set(), PICTURE),
    "weights changed": (
        picture(before="w1 *= 1.0001"),
        set(),
        [ANEW],
    ),
    "not a colour": (
        f"{SOURCE}\ndef edge_color(w): return 'bluish' if w >= 0 else 'red'\n",
        set(),
        [SIGN],
    ),
    "not a number": (
        f"{SOURCE}\ndef edge_width(w): return float('nan')\n",
        set(),
        WIDTHS,
    ),
    "a root": (
        f"{SOURCE}\ndef edge_width(w): return abs(w) ** 0.5\n",
        {"width_without_bound"},
        ["width_is_bounded"],
    ),
    "a logarithm": (
        f"{SOURCE}\ndef edge_width(w): return np.log1p(abs(w))\n",
        {"width_without_bound"},
        ["width_is_bounded"],
    ),
    "thin and thick": (
        f"{SOURCE}\ndef edge_width(w): return (abs(w) > 0.05) + 2 * (abs(w) > 1)\n",
        set(),
        ["width_grows_with_the_weight"],
    ),
}

HOSTILE = """
def show_net(w1, w2, step, loss, learning_rate):
    G = pgv.AGraph(rankdir="LR")
    for a, b, w in (("i", "h", w1), ("h", "o", w2)):
        for (i, j), v in np.ndenumerate(w):
            G.add_edge(f"{a}{i}", f"{b}{j}", penwidth="1e999", color='red"/><b>')
    G.add_node("x", label="</svg><script>alert(2)</script>" + "9" * 100_000, shape="box")
    G.add_node("<img src=x>" * 200)
    return G
"""
